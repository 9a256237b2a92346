"""The respondent's answers and who is responsible."""

from cases.services.steps import Step, act


@act("acknowledge")
def acknowledge(s: Step, data: dict) -> None:
    """"""


@act("explain")
def explain(s: Step, data: dict) -> None:
    """"""


@act("propose_responsibility")
def propose_responsibility(s: Step, data: dict) -> None:
    """"""


@act("answer_responsibility")
def answer_responsibility(s: Step, data: dict) -> None:
    """"""


@act("confirm_responsibility")
def confirm_responsibility(s: Step, data: dict) -> None:
    """"""

"""Messages and corrections: what was entered stays visible beside what replaces it."""

from cases.services.steps import Step, act


@act("add_message")
def add_message(s: Step, data: dict) -> None:
    """"""


@act("correct_record")
def correct_record(s: Step, data: dict) -> None:
    """"""

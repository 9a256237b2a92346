"""How a case ends: charge accepted, talks failed, withdrawn, closed."""

from cases.services.steps import Step, act


@act("accept_charge")
def accept_charge(s: Step, data: dict) -> None:
    """"""


@act("fail_negotiation")
def fail_negotiation(s: Step, data: dict) -> None:
    """"""


@act("withdraw")
def withdraw(s: Step, data: dict) -> None:
    """"""


@act("close")
def close(s: Step, data: dict) -> None:
    """"""

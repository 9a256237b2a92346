"""Refunds seen on a statement, line by line."""

from cases.services.steps import Step, act


@act("record_refund")
def record_refund(s: Step, data: dict) -> None:
    """"""

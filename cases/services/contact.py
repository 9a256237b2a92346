"""Reaching the respondent: contacts noted, the letter sent, arrival recorded, reminders."""

from cases.services.steps import Step, act


@act("record_contact")
def record_contact(s: Step, data: dict) -> None:
    """"""


@act("send_letter")
def send_letter(s: Step, data: dict) -> None:
    """"""


@act("record_arrival")
def record_arrival(s: Step, data: dict) -> None:
    """"""


@act("remind")
def remind(s: Step, data: dict) -> None:
    """"""

"""Codes as they leave for phones and mail boxes, and somebody who signs up with one."""

from django.core.cache import cache
from django.test import Client

from config import tenancy
from config.actors import SYSTEM
from config.models import OutboxMessage
from tests.pages.person import seen

NEW = "13912345678"


def sent(to: str, template: str) -> list[OutboxMessage]:
    with tenancy.acting(SYSTEM):  # of no organisation
        return list(OutboxMessage.objects.filter(to=to, template=template).order_by("created_at"))


def code_of(to: str) -> str:
    return sent(to, "login_code")[-1].params["code"]


def signed_up(phone: str = NEW) -> Client:
    client = Client()
    answer = client.post("/signup/", {"phone": phone})
    assert (answer.status_code, answer.url) == (302, "/phone/verify/"), seen(answer)
    answer = client.post("/phone/verify/", {"code": code_of("+86" + phone)})
    assert (answer.status_code, answer.url) == (302, "/home/"), seen(answer)
    return client


def wait_a_minute() -> None:
    cache.clear()

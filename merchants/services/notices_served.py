"""Notices that a provider sent to the merchant: when they went out and when they arrived."""

from collections.abc import Iterator

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from config.actors import Actor
from config.errors import Fault
from config.text import Text
from merchants.models import ServedNotice, Terminal
from merchants.services.plain_records import Noun

OWN_TERMINAL = Text(
    "门店席位只能记自己门店终端的通知，请填写其中一台的终端号。",
    "A store seat records notices about its own terminals only. Give the number of one of them.",
)


def visible(actor: Actor) -> QuerySet[ServedNotice]:
    """A notice names no store: a store seat sees those about its terminals."""
    rows = ServedNotice.objects.visible_to(actor)
    return rows if actor.stores is None else rows.filter(tid__in=_tids(actor))


def _tids(actor: Actor) -> QuerySet:
    return Terminal.objects.visible_to(actor).values("tid")


def _check(actor: Actor, values: dict) -> Iterator[Fault]:
    if actor.stores is not None and not _tids(actor).filter(tid=values.get("tid") or "-").exists():
        yield Fault("/tid", "not_own", OWN_TERMINAL)


def _twins(rows: QuerySet, values: dict) -> QuerySet:
    """The same number of the same provider; without a number, the same days and words."""
    rows = rows.filter(provider=values["provider"], kind=values["kind"], tid=values.get("tid") or "")
    if number := values.get("number"):
        return rows.filter(number=number)
    same = {name: values.get(name) for name in ("sent_on", "arrived_on")}
    return rows.filter(number="", text=values.get("text") or "", **same)


NOUN = Noun(
    "notices", ServedNotice,
    columns=("kind", "number", "tid", "text", "channel", "sent_on", "arrived_on", "object_until"),
    links=("provider", "contract", "file"), twins=_twins, search=("number", "tid", "text", "provider__name"),
    visible=visible, check=_check,
    order=(Coalesce("arrived_on", "sent_on").desc(nulls_last=True), F("created_at").desc(), "id"),
)  # fmt: skip

"""Brings a case to a state through the services alone, and reads it afterwards. No state is reached any other way."""

from django.core.files.uploadedfile import SimpleUploadedFile

from cases import actions
from cases.models import Case, Event
from config import tenancy
from config.actors import Actor
from tests.cast import Cast

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
LINE = {"on": "2026-08-17", "amount": "2000.00", "tid": "20117765", "mid": "898305054110218"}
PROVIDER_ALL = {"provider": 100, "merchant": 0}
HALF = {"provider": 50, "merchant": 50}
HALF_BACK = [{"type": "REFUND", "amount": "1000.00", "due_in": {"n": 10, "unit": "bd", "from": "effective"}}]


def photo(name: str = "screenshot.png", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG + more, "image/png")


def do(actor: Actor, number: str, act: str, **data) -> Case:
    return actions.perform(actor, act, data, number=number)


def file(actor: Actor, *lines: dict, provider="某支付公司", submit: bool = True, **more) -> str:
    """Files a claim and answers its number."""
    data = {"symptom": "S5", "cause": "C1", "lines": list(lines) or [LINE], "submit": submit, **more}
    return actions.perform(actor, "file", {**data, **({"provider": provider} if provider else {})}).number


def case_of(actor: Actor, number: str) -> Case:
    with tenancy.acting(actor):
        return Case.objects.select_related("provider").get(number=number)


def events(actor: Actor, number: str) -> list[Event]:
    with tenancy.acting(actor):
        return list(Event.objects.filter(case__number=number).order_by("seq"))


def last_event(actor: Actor, number: str) -> Event:
    return events(actor, number)[-1]


def deadlines(actor: Actor, number: str) -> dict[str, str]:
    """The running clocks of a case but limitation: {code: last day}."""
    with tenancy.acting(actor):
        running = Case.objects.get(number=number).deadlines.filter(state="running").exclude(code="CK-LIM")
        return {one.code: one.due_on.isoformat() for one in running}


def limitation(actor: Actor, number: str) -> set[str]:
    with tenancy.acting(actor):
        running = Case.objects.get(number=number).deadlines.filter(state="running", code="CK-LIM")
        return {one.due_on.isoformat() for one in running}


# -- a shop alone, its provider without account -------------------------------------------------------------------


def behalf(received_at: str, **data) -> dict:
    """What the other side answered and the shop types in."""
    return {"on_behalf": True, "channel": "wechat", "received_at": received_at, "proof": photo(), **data}


def shop_awaits(at, cast: Cast, *lines: dict) -> str:
    """A shop alone whose letter arrived on 2026-08-18 at 10:00."""
    at("2026-08-17T18:00")
    number = file(cast.owner, *lines, detected_on="2026-08-17")
    at("2026-08-18T10:05")
    do(cast.owner, number, "send_letter", channel="email", arrived_at="2026-08-18T10:00", proof=photo(), alone="核对过")
    return number


def shop_explained(at, cast: Cast, *lines: dict) -> str:
    number = shop_awaits(at, cast, *lines)
    at("2026-08-31T12:00")
    do(cast.owner, number, "explain", **behalf("2026-08-31T11:00", text="商户原因", clause="7.3", log="refused"))
    return number


def shop_in_review(at, cast: Cast, *lines: dict) -> str:
    number = shop_explained(at, cast, *lines)
    at("2026-09-01T09:00")
    do(cast.owner, number, "propose_responsibility", split=PROVIDER_ALL, reason="师傅没有来")
    return number


def shop_confirmed(at, cast: Cast, *lines: dict) -> str:
    number = shop_in_review(at, cast, *lines)
    do(cast.owner, number, "confirm_responsibility")
    return number


# -- a company with one person a seat, its provider with account --------------------------------------------------


def approved(cast: Cast, number: str, act: str, asker: Actor, **data) -> None:
    do(asker, number, act, **data)
    do(cast.approver, number, "approve")


def company(at, cast: Cast, state: str, *lines: dict) -> str:
    """A case of 南京云杉餐饮 in `state`: filed by its finance, answered by the provider itself."""
    at("2026-08-17T18:00")
    provider = str(cast.provider.id)
    number = file(cast.finance, *(lines or [{**LINE, "store": "新街口店"}]), provider=provider, submit=False)
    for reached, take in _ROAD:
        if state == "DRAFT":
            break
        take(at, cast, number)
        if reached == state:
            break
    if state in _BRANCHES:
        _BRANCHES[state](at, cast, number)
    assert case_of(cast.finance, number).state == state
    return number


def _letter(at, cast: Cast, number: str) -> None:
    at("2026-08-18T09:50")
    do(cast.finance, number, "send_letter", channel="email", arrived_at="2026-08-18T09:50", proof=photo())
    at("2026-08-18T10:00")
    do(cast.approver, number, "approve")


_ROAD = (
    ("OPEN", lambda at, cast, n: do(cast.finance, n, "open")),
    ("AWAIT_ACK", _letter),
    ("AWAIT_EXPLANATION", lambda at, cast, n: do(cast.agent, n, "acknowledge", ticket_no="T-1")),
    ("EXPLAINED", lambda at, cast, n: do(cast.agent, n, "explain", text="按 7.3 条收取")),
    (
        "RESP_REVIEW",
        lambda at, cast, n: do(cast.finance, n, "propose_responsibility", split=PROVIDER_ALL, reason="未到场"),
    ),
    ("RESP_CONFIRMED", lambda at, cast, n: do(cast.approver, n, "confirm_responsibility")),
)


def _talks(at, cast: Cast, number: str) -> None:
    approved(cast, number, "set_mandate", cast.finance, least_refund="500.00")
    do(cast.finance, number, "start_negotiation")


def _offer(at, cast: Cast, number: str) -> None:
    _talks(at, cast, number)
    do(cast.agent, number, "make_offer", terms=HALF_BACK)


def _drafted(at, cast: Cast, number: str) -> None:
    _offer(at, cast, number)
    do(cast.boss, number, "accept_offer", offer=1)


def _frozen(at, cast: Cast, number: str) -> None:
    _drafted(at, cast, number)
    do(cast.boss, number, "freeze_agreement")


def _agreed(at, cast: Cast, number: str) -> None:
    from tests import agreed

    agreed.effective(cast, number, agreed.ALL_BACK)


def _fulfilling(at, cast: Cast, number: str) -> None:
    from tests import agreed

    _agreed(at, cast, number)
    agreed.known(cast, number)


def _breached(at, cast: Cast, number: str) -> None:
    _fulfilling(at, cast, number)
    at("2026-09-05T10:00")  # due on 2026-09-01, three working days of grace
    do(cast.boss, number, "declare_breach", obligation=1)


_BRANCHES = {
    "NEGOTIATING": _talks,
    "OFFER_PENDING": _offer,
    "AGREED_DRAFT": _drafted,
    "SIGNING": _frozen,
    "NEGO_FAILED": lambda at, cast, n: do(cast.boss, n, "fail_negotiation", summary="对方不同意"),
    "FULFILLED": lambda at, cast, n: do(
        cast.finance, n, "record_refund", lines=[1], on="2026-08-18", amount="2000.00", file=photo()
    ),
    "EFFECTIVE": _agreed,
    "FULFILLING": _fulfilling,
    "BREACHED": _breached,
    "CLOSED": lambda at, cast, n: do(cast.boss, n, "withdraw", reason="不追了"),
}
STATES = ("DRAFT", *(reached for reached, _ in _ROAD), *_BRANCHES)

"""Every page and endpoint, asked by everybody for what is another's: answered as if it were not there.

The whole crawl runs again with the application's own filter switched off; row-level security then stands alone.
"""

import hashlib
import itertools
import re
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from cases.models import Evidence
from config import clock, tenancy
from config.models import AccessRecord, StoredFile
from merchants.models import ApiKey, Organisation, StatementLine
from merchants.services import keys, organisations
from tests.pages.person import client_of
from tests.tenancy import world
from tests.tenancy.routes import BODIES, FIXED, ONE, OPEN, OWN, PK, everything

UNKNOWN = {"number": "DK-2026-999999"}  # the rest: a new UUID
MASKS = re.compile(
    r'csrfmiddlewaretoken" value="[^"]*"|"csrf[^"]*": ?"[^"]*"|nonce" value="[^"]*"'
    r"|\b[0-9A-F]{12}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|DK-2026-\d{6}"
)


@pytest.fixture
def two(at, cast):
    cache.clear()
    return world.make(at, cast)


@contextmanager
def unfiltered(monkeypatch):
    """Every `visible_to` of ours lets everything through."""
    classes = {type(model._default_manager.all()) for model in apps.get_models()}
    owners = {base for cls in classes for base in cls.__mro__ if "visible_to" in vars(base)}
    assert len(owners) >= 5
    with monkeypatch.context() as patch:
        for owner in owners:
            patch.setattr(owner, "visible_to", lambda rows, actor: rows.all())
        yield


def askers(two) -> dict[str, tuple[Client, tuple[world.Belongings, ...]]]:
    """By name: who asks, and whose things they must not see."""
    cast, shop, chain = two.cast, two.shop, two.chain
    return {
        "the shop": (client_of(cast.owner), (chain,)),
        "the chain's owner": (client_of(cast.boss), (shop,)),
        "store a": (client_of(cast.store_a), (shop, two.store_b)),
        "store b": (client_of(cast.store_b), (two.store_a,)),
        "a provider who is no party": (client_of(cast.agent), (shop, two.store_a)),
        "a key of the shop": (program(shop.key), (chain,)),
        "a key of store b": (program(keys.create(cast.store_b, "x", ["cases:read", "cases:write"], soon())[1]), (two.store_a,)),
    }  # fmt: skip


def more_askers(two) -> dict[str, tuple[Client, tuple[world.Belongings, ...]]]:
    """Further seats, and who has no seat, no longer or not yet."""
    cast, shop, chain = two.cast, two.shop, two.chain
    return {
        "a stranger": (Client(), (chain,)),
        "the chain's finance": (client_of(cast.finance), (shop,)),
        "a revoked key": (program(revoked(two)), (chain,)),
        "an expired key": (program(expired(two)), (chain,)),
        "somebody removed": (removed(two), (chain,)),
    }


def soon():
    return clock.now() + timedelta(days=3)


def program(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


def revoked(two) -> str:
    key, secret = keys.create(two.cast.boss, "x", ["cases:read"], soon())
    keys.revoke(two.cast.boss, key.id)
    return secret


def expired(two) -> str:
    key, secret = keys.create(two.cast.boss, "x", ["cases:read"], soon())
    with tenancy.acting(two.cast.boss):
        ApiKey.objects.filter(pk=key.pk).update(expires_at=clock.now())
    return secret


def removed(two) -> Client:
    person = {"name": "走了的人", "phone": "+8613700000009"}
    membership = organisations.seat(two.cast.boss, person, "merchant.finance", None)
    from merchants import access

    client = client_of(access.actor_of(membership))
    organisations.remove(two.cast.boss, membership.id)
    return client


# -- the declared table ---------------------------------------------------------------------------------------------


def test_every_address_is_declared_and_every_declared_address_is_there():
    names = {route.name for route in everything()}
    assert names - (OPEN | OWN | ONE) == set(), "say in routes.py whose these are"
    assert (OPEN | OWN | ONE) - names == set(), "declared and gone"
    assert not (OPEN & OWN or OWN & ONE or OPEN & ONE)
    for route in everything():
        if route.name in ONE:
            assert route.parameters, route


def test_every_parameter_of_an_address_is_something_that_is_tried(two):
    known = {*two.shop.ids, *FIXED}
    for route in everything():
        if route.name in ONE:
            assert {PK.get(route.name, name) for name in route.parameters} <= known, route


def test_the_inputs_that_are_tried_are_complete(two):
    """A program's act on a case that is nobody's is refused because of the case, not because of what it sent."""
    client = program(two.shop.key)
    for route in everything():
        if route.name.startswith("api-act-"):
            answer = ask(client, "POST", reverse(route.name, kwargs=UNKNOWN))
            assert answer.status_code == 404, (route.name, answer.json())


# -- the crawl --------------------------------------------------------------------------------------------------------


def crawl(asking) -> list[str]:
    """Asks everything as everybody; answers what was seen of another."""
    found, asked = [], 0
    for who, (client, others) in asking.items():
        words = [word for other in others for word in other.words]
        for url in own_addresses():
            answer = client.get(url)
            assert answer.status_code < 500, (who, url)
            found += seen_in(answer, [word for word in words if word not in url], f"{who}: {url}")
        for other in others:
            for (url, unknown), method in itertools.product(addresses_of(other), ("GET", "POST")):
                asked += 1
                found += compared(client, method, url, unknown, words, who)
    assert asked > 80 * len(asking)
    return found


def own_addresses() -> list[str]:
    searches = [f"{reverse('case-list')}?q=22.27", f"{reverse('case-list')}?q=DK-2026"]
    return [reverse(name) for name in sorted(OWN)] + searches


def addresses_of(other: world.Belongings) -> list[tuple[str, str]]:
    """Each address of the other's things, beside the same of a thing that is nobody's."""
    found = []
    for route in everything():
        if route.name not in ONE:
            continue
        names = [PK.get(route.name, name) for name in route.parameters]
        if not {name for name in names if name not in FIXED} <= other.ids.keys():
            continue  # a store seat has no imports, keys and members of its own
        for choice in itertools.product(*(FIXED.get(name, ("",)) for name in names)):
            theirs = [fixed or other.ids[name] for name, fixed in zip(names, choice, strict=True)]
            nobodys = [fixed or UNKNOWN.get(name) or str(uuid4()) for name, fixed in zip(names, choice, strict=True)]
            try:
                found.append(tuple(
                    reverse(route.name, kwargs=dict(zip(route.parameters, values, strict=True)))
                    for values in (theirs, nobodys)
                ))  # fmt: skip
            except NoReverseMatch:
                raise AssertionError(route) from None
    return found


def compared(client: Client, method: str, url: str, unknown: str, words: list[str], who: str) -> list[str]:
    answers = [ask(client, method, address) for address in (url, unknown)]
    where = f"{who}: {method} {url}"
    if answers[0].status_code in (200, 201, 202, 422) or answers[0].status_code >= 500:
        return [f"{where} answers {answers[0].status_code}"]
    theirs, nobodys = (bare(answer) for answer in answers)
    if theirs != nobodys:
        return [f"{where} differs from unknown: {theirs[:2]} {nobodys[:2]}"]
    return seen_in(answers[0], [word for word in words if word not in url], where)


def ask(client: Client, method: str, url: str):
    """A GET, or a POST as a page or a program would send it, complete in what is checked before the thing is looked up."""
    if method == "GET":
        return client.get(url)
    if url.startswith("/api/"):
        headers = {"If-Match": '"1"', "Idempotency-Key": hashlib.sha256(url.encode()).hexdigest()[:32]}
        body = BODIES.get(url.rstrip("/").rsplit("/", 1)[-1], {})
        return client.post(url, body, content_type="application/json", headers=headers)
    return client.post(url, {"version": "1", "nonce": uuid4().hex})


def bare(answer) -> tuple:
    """Status, kind, way on and bytes, with ids and tokens masked."""
    told = {
        name: MASKS.sub("-", answer.headers.get(name, "")) for name in ("Content-Type", "Location", "ETag", "Allow")
    }
    return answer.status_code, told, MASKS.sub("-", answer.content.decode(errors="replace"))


def seen_in(answer, words: list[str], where: str) -> list[str]:
    text = answer.content.decode(errors="replace")
    return [f"{where} shows {word}" for word in words if word in text]


def test_everybody_sees_what_is_theirs(two):
    """The crawl would see: the same words stand on the pages of whom they belong to."""
    for belongings, name in ((two.shop, "case"), (two.chain, "case"), (two.store_b, "case")):
        page = client_of(belongings.actor).get(reverse(name, args=[belongings.ids["number"]]))
        assert seen_in(page, [belongings.words[1]], "") or seen_in(page, [belongings.words[2]], ""), name
    for route in ("import-result", "key-revoke", "invitation-withdraw", "store", "draft-drop"):
        name = next(one for one in everything() if one.name == route).parameters[0]
        answer = client_of(two.chain.actor).get(reverse(route, args=[two.chain.ids[name]]))
        assert answer.status_code in (200, 302, 405), (route, answer.status_code)


@pytest.mark.slow
def test_everything_of_another_is_answered_like_what_is_not_there(two):
    assert crawl(askers(two)) == []
    with tenancy.acting(two.cast.owner):
        assert AccessRecord.objects.filter(what="denied", user_id=two.cast.owner.user_id).count() > 50


@pytest.mark.slow
def test_who_has_no_seat_or_no_longer_one_learns_nothing_either(two):
    assert crawl(more_askers(two)) == []


@pytest.mark.slow
def test_the_same_with_the_applications_own_filter_switched_off(two, monkeypatch):
    asking = askers(two)
    with unfiltered(monkeypatch):
        assert crawl(asking) == []


# -- another's things inside what is sent -----------------------------------------------------------------------------


def named_in_bodies(two) -> list[str]:
    """The shop names things of the chain where a program may name its own; each is as unknown as a made-up one."""
    client, found = program(two.shop.key), []
    with tenancy.acting(two.chain.actor):
        theirs = {
            "statement_line": StatementLine.objects.first().id, "file": StoredFile.objects.first().id,
            "evidence": Evidence.objects.first().id, "store": two.chain.ids["store_id"],
            "provider": Organisation.objects.filter(recorded_by_id=two.chain.actor.organisation_id).first().id,
        }  # fmt: skip
    case = two.shop.ids["number"]
    line = {"on": "2026-08-17", "amount": "3.00"}
    bodies = {
        "statement_line": ("/api/v1/cases", lambda it: {"symptom": "S5", "lines": [{**line, "statement_line": it}]}),
        "store": ("/api/v1/cases", lambda it: {"symptom": "S5", "lines": [{**line, "store": it}]}),
        "provider": ("/api/v1/cases", lambda it: {"symptom": "S5", "lines": [line], "provider": it}),
        "file": (f"/api/v1/cases/{case}/actions/add_evidence", lambda it: {"kind": "E05", "file": it}),
        "evidence": (f"/api/v1/cases/{case}/actions/add_evidence", lambda it: {"kind": "E05", "file": it}),
    }
    for what, (url, body) in bodies.items():
        answers = []
        for it in (theirs[what], uuid4()):
            headers = {"If-Match": '"1"', "Idempotency-Key": uuid4().hex}
            answers.append(client.post(url, body(str(it)), content_type="application/json", headers=headers))
        if answers[0].status_code < 400 or bare(answers[0]) != bare(answers[1]):
            found.append(f"{what}: {answers[0].status_code} {answers[0].content.decode()[:300]}")
    return found


def test_a_thing_of_another_named_in_a_body_is_as_unknown_as_a_made_up_one(two, monkeypatch):
    with tenancy.acting(two.chain.actor):
        organisations.counterparty(two.chain.actor, "只有云杉知道的公司", "outsourcer")
    assert named_in_bodies(two) == []
    with unfiltered(monkeypatch):
        assert named_in_bodies(two) == []

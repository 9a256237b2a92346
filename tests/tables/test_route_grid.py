"""Every address × every seat: opened, led to the log-in, not yours to do (403), or not there for you (404).

What is expected is derived from the tables of roles, acts and records. An address about one thing that is no case's
needs a row in RULES; all others follow from their kind in tests/tenancy/routes.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Notice
from config import files, tenancy
from config.actors import Actor
from merchants import access, records, roles
from merchants.services import organisations, plain_records, statements
from tests import walk
from tests.api.client import key_of
from tests.pages.person import client_of
from tests.tenancy import world
from tests.tenancy.routes import BODIES, FILE, FIXED, ONE, OPEN, OWN, PK, everything

READS_ONLY = ("cases:read",)


@dataclass(frozen=True)
class Asker:
    """Somebody at the door: nobody known, a person, or a program with its key (`scopes`)."""

    actor: Actor | None
    client: Client
    scopes: tuple[str, ...] | None = None

    @property
    def is_program(self) -> bool:
        return self.scopes is not None


@dataclass(frozen=True)
class Place:
    """Whose things are asked for: those of 云杉's owner, and the case of its store 新街口店."""

    merchant: UUID
    provider: UUID
    store: UUID
    owner: Actor
    notice_seats: tuple[str, ...]


Check = tuple[Callable[[Actor, Place], bool], int]


# -- who may, from the tables ---------------------------------------------------------------------------------------


def seat_in(seats) -> Callable[[Actor, Place], bool]:
    return lambda actor, place: actor.seat in seats


def is_own(actor: Actor, place: Place) -> bool:
    return actor.organisation_id == place.merchant


def sees_case(actor: Actor, place: Place) -> bool:
    if is_own(actor, place):
        return actor.stores is None or place.store in actor.stores
    return actor.organisation_id == place.provider


def sees_all_stores(actor: Actor, place: Place) -> bool:
    return is_own(actor, place) and actor.stores is None


def is_owners(actor: Actor, place: Place) -> bool:
    return actor.membership_id == place.owner.membership_id


LEADS: Check = (seat_in(roles.LEADING_SEATS), 403)
FILES: Check = (seat_in([seat for seat in workflow.ACTS["file"].seats if seat.startswith("merchant.")]), 403)
IMPORTS: Check = (seat_in(statements.SEATS), 403)
AT_DESK: Check = (lambda actor, place: not actor.is_merchant, 403)
ANSWERS: Check = (lambda actor, place: actor.is_provider, 403)
TEMPLATES: Check = (lambda actor, place: actor.is_provider or actor.is_legal, 403)
READS: Check = (lambda actor, place: plain_records.may_read(actor), 403)
WRITES: Check = (lambda actor, place: plain_records.may_write(actor), 403)
OF_ALL_STORES: Check = (lambda actor, place: actor.stores is None, 403)
CASE: Check = (sees_case, 404)
OWN_THING: Check = (is_own, 404)
WHOLE: Check = (sees_all_stores, 404)
OWNERS: Check = (is_owners, 404)
NOWHERE: Check = (lambda actor, place: False, 404)  # nobody has such a thing here

# In the order in which they are asked; an address that is not here is for all who see its case, or for all.
RULES: dict[str, tuple[Check, ...]] = {
    "case-calendar": (CASE, OWN_THING),  # limitation alone runs here, which the other side is not shown
    "case-new": (FILES,), "wizard": (FILES, OWNERS), "draft-drop": (OWNERS,),
    "answered": (CASE, (seat_in(workflow.ACTS["record_contact"].seats), 403)),
    "act": (CASE, (seat_in(workflow.ACTS["record_contact"].seats), 403)),
    "notice": ((lambda actor, place: sees_case(actor, place) and is_own(actor, place) and actor.seat in place.notice_seats, 404),),
    "desk-assign": (AT_DESK,), "desk-next": (AT_DESK,), "desk-csv": (AT_DESK,), "desk-xlsx": (AT_DESK,),
    "answer-sheet": (ANSWERS,), "answer-sheet-blank": (ANSWERS,), "answer-sheet-check": (ANSWERS, NOWHERE),
    "answer-sheet-result": (ANSWERS, NOWHERE), "answer-sheet-table": (ANSWERS, NOWHERE),
    "reply-templates": (TEMPLATES,), "reply-template-new": (TEMPLATES,), "reply-template": (TEMPLATES, NOWHERE),
    "reply-template-delete": (TEMPLATES, NOWHERE),
    "organisation": (LEADS,), "invite": (LEADS,), "store": (WHOLE,), "member": (LEADS, OWN_THING),
    "member-remove": (LEADS, OWN_THING), "invitation-withdraw": (LEADS, OWN_THING), "key-revoke": (OWNERS,),
    "import-new": (IMPORTS,), "import-result": (WHOLE,), "import-rejected": (WHOLE,), "import-confirm": (IMPORTS, WHOLE),
    "api-statement": (WHOLE,), "api-statement-confirm": (WHOLE,), "api-statement-lines": (WHOLE,), "api-job": (WHOLE,),
    "job": (OWNERS,), "job-cancel": (OWNERS,),
}  # fmt: skip
for _name, _kind in records.KINDS.items():
    _reads = (READS, OF_ALL_STORES) if _name == "contracts" else (READS,)
    _writes = (WRITES, OF_ALL_STORES) if _name == "contracts" else (WRITES,)
    RULES |= {_kind.path: _reads, f"api-{_name}": _reads, f"{_kind.path}-one": (*_reads, WHOLE)}
    RULES |= {f"{_kind.path}-{page}": _writes for page in ("new", "import", "template")}
    RULES |= {f"{_kind.path}-remove": (*_writes, WHOLE)}
RULES |= dict.fromkeys(("api-terminal", "api-notice", "api-migration", "api-notice-file"), (READS, WHOLE))
RULES |= dict.fromkeys(("api-contract", "api-contract-file", "contracts-file"), (READS, OF_ALL_STORES, WHOLE))
RULES |= {"notices-served-file": (READS, WHOLE)}

# What a page that may be opened answers to GET where that is not 200.
ELSEWHERE = {"notice": 302, "job": 302, "desk-next": 302}
ONLY_POST = {
    "draft-drop", "desk-assign", "reply-template-delete", "import-confirm", "job-cancel", "api-act", "api-statements",
    "api-statement-confirm", "api-agreement-code",
}  # fmt: skip
# Where the page opens for more than may send it.
SENT_BY: dict[str, tuple[tuple[Check, ...], dict]] = {
    "store-new": (((seat_in(("merchant.owner",)), 403),), {"name": "新店"}),
    "store": ((WHOLE, (seat_in(("merchant.owner",)), 403)), {"name": "改名的店"}),
    **{name: (RULES[name], {}) for name in
       ["member-remove", "invitation-withdraw", "key-revoke", "draft-drop", "import-confirm", "invite", "organisation"]},
    **{f"{kind.path}-remove": (RULES[f"{kind.path}-remove"], {}) for kind in records.KINDS.values()},
}  # fmt: skip
BY_CONTENT = ("correct_record", "supply_evidence")  # for who entered the record, for whom records were asked of
TAKEN = (200, 302, 409, 422)  # done, or wanting in what was sent or what it is about


def rule_of(name: str, parameters: tuple[str, ...]) -> tuple[Check, ...]:
    if name in RULES:
        return RULES[name]
    if name in OWN:
        return ()
    assert "number" in parameters, f"say in RULES who may open {name}"
    return (CASE,)


def expected(asker: Asker, place: Place, name: str, checks: tuple[Check, ...], method: str = "GET") -> int | None:
    """The status that the tables foresee; None for whatever an allowed POST comes to."""
    is_api = name.startswith("api-")
    if name == "short-link":
        return 302  # it only leads on to the page, which asks
    if asker.actor is None or (asker.is_program and not is_api):
        return 401 if is_api else 302
    if method == "GET" and name in ONLY_POST:
        return 405
    refused = next((status for may, status in checks if not may(asker.actor, place)), None)
    if refused or method == "POST":
        return refused
    return ELSEWHERE.get(name, 200)


# -- the people and their things ------------------------------------------------------------------------------------


@pytest.fixture
def grid(at, cast):
    cache.clear()
    two = world.make(at, cast)
    with tenancy.acting(cast.boss):
        seats = Notice.objects.get(pk=two.chain.ids["notice"]).seats
    place = Place(cast.yunshan.id, cast.provider.id, cast.store_a.stores[0], cast.boss, tuple(seats))
    return two.chain.ids, place, askers(cast)


def askers(cast) -> dict[str, Asker]:
    """All seats of 云杉, of its provider and of a legal team, another merchant, programs, and a stranger."""
    team = organisations.found(
        kind="legal", name="法务组", owner={"name": "赵审核", "phone": "+8613900000009"}, seat="legal.reviewer"
    )
    reviewer = access.actor_of(team.memberships[0])
    people = {
        "owner": cast.boss, "finance": cast.finance, "approver": cast.approver, "store": cast.store_a,
        "another store": cast.store_b, "operations": _seated(cast.boss, "merchant.operations", 1),
        "auditor": _seated(cast.boss, "auditor", 2), "provider's agent": cast.agent,
        "provider's approver": cast.agent_chief, "reviewer": reviewer, "counsel": _seated(reviewer, "legal.counsel", 3),
        "another merchant": cast.owner,
    }  # fmt: skip
    found = {"stranger": Asker(None, Client()), **{who: Asker(one, client_of(one)) for who, one in people.items()}}
    for who, scopes in (
        ("finance", ("cases:read",)),
        ("owner", tuple(roles.SCOPES)),
        ("provider's agent", tuple(roles.SCOPES)),
    ):
        client = Client(headers={"Authorization": f"Bearer {key_of(people[who], scopes)}"})
        found[f"key of {who} for {'+'.join(scopes)}"] = Asker(people[who], client, scopes)
    assert {asker.actor.seat for asker in found.values() if asker.actor} == set(roles.SEATS)
    return found


def _seated(leader: Actor, seat: str, n: int) -> Actor:
    person = {"name": f"某{seat}", "phone": f"+8613900000{n:03d}"}
    return access.actor_of(organisations.seat(leader, person, seat, None))


def url_of(route, ids: dict[str, str]) -> str:
    """The address with 云杉's things in it, or with one that nobody has where 云杉 can have none."""
    values = {}
    for parameter in route.parameters:
        name = PK.get(route.name, parameter)
        values[parameter] = FIXED[name][0] if name in FIXED else ids.get(name) or str(uuid4())
    return reverse(route.name, kwargs=values)


def status(client: Client, method: str, url: str, body: dict | None = None, **more) -> tuple[int, str]:
    """What is answered, and the code of the refusal where it is a program's; nothing of it stays."""
    with transaction.atomic():
        answer = client.generic("GET", url) if method == "GET" else client.post(url, body, **more)
        is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
        code = answer.json()["code"] if is_problem else ""
        if answer.streaming:
            list(answer.streaming_content)  # read to its end, the file behind it is closed
        transaction.set_rollback(True)
    return answer.status_code, code


# -- the grid -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_each_address_opens_for_the_seats_that_the_tables_name_and_for_no_other(grid):
    ids, place, people = grid
    wrong, cells = [], 0
    for route in everything():
        if route.name in OPEN or route.name.startswith("api-act-"):
            continue
        checks, url = rule_of(route.name, route.parameters), url_of(route, ids)
        for who, asker in people.items():
            if asker.is_program and asker.scopes != READS_ONLY and not route.name.startswith("api-"):
                continue  # a program at a page is the same whatever its key may do
            wanted, (got, _) = expected(asker, place, route.name, checks), status(asker.client, "GET", url)
            cells += 1
            if got != wanted:
                wrong.append(f"{route.name} for {who}: {wanted} wanted, {got} got")
    assert not wrong, "\n".join(wrong)
    assert cells > 80 * len(people)


def test_what_is_sent_is_taken_from_the_seats_that_may_and_from_no_other(grid):
    ids, place, people = grid
    wrong = []
    routes = {route.name: route for route in everything()}
    for name, (checks, body) in SENT_BY.items():
        url = url_of(routes[name], ids)
        for who, asker in people.items():
            wanted = expected(asker, place, name, checks, "POST")
            got, _ = status(asker.client, "POST", url, {**body, "nonce": uuid4().hex})
            if got != wanted if wanted else got not in TAKEN:
                wrong.append(f"{name} sent by {who}: {wanted or 'taken'} wanted, {got} got")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_each_act_by_program_is_refused_to_the_seats_that_the_table_does_not_name(grid):
    ids, place, people = grid
    with tenancy.acting(place.owner):
        version = {"If-Match": f'"{Case.objects.get(number=ids["number"]).version}"'}
    wrong, taken = [], 0
    programs = {who: asker for who, asker in people.items() if asker.is_program}
    proofs = {who: file_of(asker.actor) for who, asker in programs.items()}
    for name, row in workflow.ALIVE.items():
        if name == "file":
            continue
        url = reverse(f"api-act-{name}", kwargs={"number": ids["number"]})
        for who, asker in programs.items():
            body = {key: proofs[who] if value == FILE else value for key, value in BODIES.get(name, {}).items()}
            headers = {**version, "Idempotency-Key": uuid4().hex}
            got, code = status(asker.client, "POST", url, body, content_type="application/json", headers=headers)
            may = "cases:write" in asker.scopes and asker.actor.seat in row.seats
            taken += may
            refused = code in ("not_allowed", "not_found", "stale") and not (may and name in BY_CONTENT)
            if (may and refused) or (not may and code != "not_allowed"):
                wrong.append(f"{name} by {who}: {'taken' if may else 'not_allowed'} wanted, {got} {code} got")
    assert not wrong, "\n".join(wrong)
    assert taken > len(workflow.ALIVE) / 2


def file_of(actor: Actor) -> str:
    with tenancy.acting(actor):
        return str(files.keep_bytes(actor, walk.PNG + actor.seat.encode(), "proof.png").id)


def test_the_rows_name_addresses_that_are_there():
    names = {route.name for route in everything()}
    assert {*RULES, *ELSEWHERE, *ONLY_POST, *SENT_BY} <= names
    assert not {*RULES} & OPEN and {*RULES} <= OWN | ONE

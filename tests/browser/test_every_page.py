"""Every named page, as a shop and as staff, in both languages and two sizes: looks, titles, and English without Chinese.

A new page needs a row here; a page without one fails the first test. All names in the data are ASCII, so that Chinese on
an English page is a string without its translation.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.urls import get_resolver, reverse

from cases import workflow
from cases.models import Draft, Notice
from config import clock, tenancy
from config.actors import Actor
from merchants import access
from merchants.models import Membership, Store
from merchants.records import KINDS
from merchants.services import organisations
from tests.browser.checks import check_page
from tests.browser.conftest import DESK, PHONE
from tests.walk import do, file, photo

LINE = {
    "on": "2026-08-17",
    "amount": "2000.00",
    "tid": "20117765",
    "mid": "898305054110218",
    "fee_name": "Late move fee",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SIZES = {"phone": PHONE, "desk": DESK}
# Not looked at here, and why.
LEFT_OUT = {
    **dict.fromkeys(("healthz", "readyz", "metrics", "short-link"), "for machines, or only leads on"),
    **dict.fromkeys(("line-template", "case-calendar", "evidence-file", "letter-pdf", "letter-text", "import-rejected", "desk-csv", "desk-xlsx", "answer-sheet-blank", "answer-sheet-table"), "a download"),
    **dict.fromkeys(("answer-sheet", "answer-sheet-check", "answer-sheet-result", "reply-templates", "reply-template-new", "reply-template"), "a provider's: looked at with the desk"),
    **dict.fromkeys(("desk-assign", "desk-next", "reply-template-delete"), "acts and leads on"),
    **dict.fromkeys(("notice", "switch", "draft-drop", "job-cancel", "import-confirm", "code-again"), "acts and leads on"),
    **dict.fromkeys(("reply", "reply-act", "reply-colleague", "reply-done"), "by a letter's link: tests/browser/test_reply_browser.py"),
    **dict.fromkeys(("reply-agreement", "reply-evidence", "reply-letter", "inbound"), "a download, or for machines"),
    **dict.fromkeys(("agreement-print", "agreement-pdf"), "as letters are: its looks are tested with the documents"),
    "letter-print": "a sheet in Chinese, which prevails; its looks are tested with the documents",
    **dict.fromkeys(("import-result", "job"), "needs a statement; looked at with the imports"),
    **dict.fromkeys(("invitation-withdraw", "member-remove", "key-revoke", "key-new", "onboarding"), "looked at with the people"),
    "demo-outbox": "stands in the demo only",
    **{f"{kind.path}{ending}": "looked at with the records" for kind in KINDS.values() for ending in ("", "-new", "-import", "-one", "-remove")},
    **{f"{kind.path}-template": "a download" for kind in KINDS.values()},
    **dict.fromkeys(("contracts-file", "notices-served-file"), "a download"),
}  # fmt: skip
LIBRARY = ("account_", "mfa_", "confirm-by-code")  # log-in and second factor: tests/browser/test_login.py


@dataclass
class World:
    """Somebody and his cases by situation."""

    person: Actor
    cases: dict[str, str] = field(default_factory=dict)
    ids: dict[str, object] = field(default_factory=dict)

    def number(self, situation: str) -> list[str]:
        return [self.cases[situation]] if situation in self.cases else []


def _now() -> str:
    return clock.now().isoformat()


EXPLAINED = (
    "explained", "review", "confirmed", "offered", "offering", "failed", "told", "kept", "drafted", "frozen",
)  # fmt: skip
TERMS: list[dict] = [{"type": "REFUND", "amount": "1400.00"}, {"type": "WAIVE", "amount": "100.00"}]


def a_shop() -> World:
    """A shop alone with a case in each situation, its provider without account."""
    shop = organisations.found(
        kind="sole_trader", name="Corner Shop", owner={"name": "Ann Zhou", "phone": "+8613700000001"}
    )
    me = access.actor_of(shop.memberships[0])
    world, numbers = World(me), {}
    numbers["draft"] = file(me, LINE, provider="Pay Co", submit=False)
    numbers["unknown"] = file(me, LINE, provider=None)
    numbers["open"] = file(me, LINE, {**LINE, "amount": "79.00", "kind": "RESERVE"}, provider="Pay Co")
    numbers["sent"] = file(me, LINE, provider="Pay Co")
    do(me, numbers["sent"], "send_letter", channel="email", alone="Checked")
    for name in ("await", *EXPLAINED, "fulfilled", "closed"):
        numbers[name] = _arrived(me)
    do(me, numbers["await"], "request_evidence", kinds=["E05", "E10"], of="provider")
    do(me, numbers["await"], "add_message", text="A note", visibility="internal")
    for name in EXPLAINED:
        do(me, numbers[name], "explain", text="As clause 7.3 says", clause="7.3", **_said())
    for name in ("review", "confirmed", "failed"):
        do(me, numbers[name], "propose_responsibility", split={"provider": 100, "merchant": 0}, reason="Nobody came")
    for name in ("confirmed", "failed"):
        do(me, numbers[name], "confirm_responsibility")
    _in_talks(me, numbers)
    for name in ("fulfilled", "closed"):
        do(me, numbers[name], "record_refund", lines=[1], on=clock.today().isoformat(), amount="2000.00", file=photo())
    do(me, numbers["closed"], "close", outcome="FULL_REFUND", alone="Checked")
    world.cases = numbers
    with tenancy.acting(me):
        world.ids["draft"] = Draft.objects.create(
            organisation_id=me.organisation_id, user_id=me.user_id, created_at=clock.now(), saved_at=clock.now(),
            answers={"lines": [{"amount": "79.00", "on": "2026-08-17", "kind": "DEDUCTION"}]}, step="who",
        ).pk  # fmt: skip
        world.ids["store"] = Store.objects.create(organisation_id=me.organisation_id, name="Main street").pk
        world.ids["member"] = Membership.objects.get(pk=me.membership_id).pk
        assert Notice.objects.exists()
    return world


def _said() -> dict:
    """What the shop types in for its provider."""
    return {"on_behalf": True, "channel": "email", "proof": photo()}


def _in_talks(me: Actor, numbers: dict[str, str]) -> None:
    """Offers of either side, agreements from the draft to the proof of what was owed."""
    do(me, numbers["offered"], "set_mandate", least_refund="1500.00", alone="Checked")
    do(me, numbers["offered"], "make_offer", terms=TERMS, conditions="No further claims", **_said())
    do(me, numbers["offering"], "make_offer", terms=TERMS[:1])
    do(me, numbers["failed"], "fail_negotiation", summary="They offer half")
    for name in ("told", "kept"):
        _agreed(me, numbers[name], _said())
    for name in ("drafted", "frozen"):
        do(me, numbers[name], "make_offer", terms=TERMS)
        do(me, numbers[name], "accept_offer", offer=1, **_said())
    do(me, numbers["frozen"], "freeze_agreement")
    do(me, numbers["kept"], "acknowledge_notice", who="Store manager")
    do(me, numbers["kept"], "acknowledge_notice", **_said())
    today = clock.today().isoformat()
    do(me, numbers["kept"], "prove_obligation", obligation=1, on=today, amount="700.00", file=photo())


def _agreed(me: Actor, number: str, behalf: dict) -> None:
    """Stamped on paper by both sides, and made known."""
    today = clock.today()
    days = [(today + timedelta(days=30 * n)).isoformat() for n in (1, 2)]
    parts = [{"type": "REFUND", "instalments": [{"amount": "700.00", "due_on": day} for day in days]}]
    do(me, number, "make_offer", terms=parts)
    do(me, number, "accept_offer", offer=1, **{**behalf, "proof": photo()})
    do(me, number, "freeze_agreement")
    do(me, number, "upload_signed_copy", side="merchant", file=photo(), exchanged_on=today.isoformat())
    do(
        me,
        number,
        "upload_signed_copy",
        side="provider",
        file=photo(),
        exchanged_on=today.isoformat(),
        **{**behalf, "proof": photo()},
    )
    do(me, number, "notify_parties", who=["Store manager"])


def _arrived(me: Actor) -> str:
    number = file(me, LINE, provider="Pay Co")
    do(me, number, "send_letter", channel="email", arrived_at=_now(), proof=photo(), alone="Checked")
    return number


def a_provider() -> World:
    """A provider's agent with the cases of a company in which something is to be done."""
    firm = organisations.found(
        kind="payment_institution", name="Big Pay", owner={"name": "Bob Li", "phone": "+8613700000002"},
        seat="provider.agent", is_listed=True,
    )  # fmt: skip
    agent = access.actor_of(firm.memberships[0])
    company = organisations.found(
        kind="company", name="Noodle Ltd", owner={"name": "Cat Wu", "phone": "+8613700000003"}
    )
    boss = access.actor_of(company.memberships[0])
    people = {
        seat: access.actor_of(
            organisations.seat(boss, {"name": f"Person {i}", "phone": f"+861370000001{i}"}, seat, None)
        )
        for i, seat in enumerate(("merchant.finance", "merchant.approver"))
    }
    finance, approver = people.values()
    world = World(agent)
    for name in ("await", "asked", "explained", "review", "offered", "drafted", "frozen"):
        number = file(finance, LINE, provider=str(firm.organisation.id))
        do(finance, number, "send_letter", channel="email", arrived_at=_now(), proof=photo())
        do(approver, number, "approve")
        world.cases[name] = number
    do(finance, world.cases["asked"], "request_evidence", kinds=["E10"], of="provider")
    for name in ("explained", "review", "offered", "drafted", "frozen"):
        do(agent, world.cases[name], "explain", text="As clause 7.3 says")
    do(
        finance,
        world.cases["review"],
        "propose_responsibility",
        split={"provider": 100, "merchant": 0},
        reason="Nobody came",
    )
    for name in ("offered", "drafted", "frozen"):
        do(finance, world.cases[name], "make_offer", terms=TERMS)
    for name in ("drafted", "frozen"):
        do(agent, world.cases[name], "accept_offer", offer=1)
    do(boss, world.cases["frozen"], "freeze_agreement")
    world.ids["member"] = agent.membership_id
    return world


ACTS_IN = {
    "open": "draft", "send_letter": "open", "record_arrival": "sent", "remind": "await", "acknowledge": "await",
    "explain": "await", "propose_responsibility": "explained", "answer_responsibility": "review",
    "confirm_responsibility": "review", "accept_charge": "explained", "fail_negotiation": "confirmed", "close": "fulfilled",
    "add_line": "open", "drop_line": "open", "supply_evidence": "asked", "set_mandate": "explained",
    "start_negotiation": "confirmed", "make_offer": "offered", "reject_offer": "offered", "withdraw_offer": "offering",
    **dict.fromkeys(("draft_agreement", "freeze_agreement"), "drafted"),
    **dict.fromkeys(("sign", "upload_signed_copy", "decline_to_sign"), "frozen"),
    "accept_offer": "offered", "notify_parties": "told", "acknowledge_notice": "told", "prove_obligation": "kept",
    "confirm_obligation": "kept", "dispute_obligation": "kept",
}  # fmt: skip
# The wizard; these two need two persons: looked at below; these three need days to pass: test_obligations_browser.py
WITHOUT_PAGE = {"file", "approve", "return_request", "declare_breach", "demand_cure", "cure"}


def paths_of(name: str, world: World) -> list[str]:
    """Where the page `name` is for this person; none where he has no such page."""
    cases, is_shop = world.cases, world.person.is_merchant
    if name == "case":
        return [reverse(name, args=[number]) for number in cases.values()]
    if name == "act":
        return [_act(world, act) for act in workflow.ALIVE if act not in WITHOUT_PAGE and _may(world, act)]
    if name == "obligations":
        return [reverse(name, args=[cases[one]]) for one in ("await", "told", "kept") if one in cases]
    if name == "agreement":
        return [reverse(name, args=[cases[one]]) for one in ("await", "drafted", "frozen", "told") if one in cases]
    if name in {"answered", "evidence"}:
        return [reverse(name, args=[cases["await"]])] if is_shop or name == "evidence" else []
    if name == "offers":
        return [
            reverse(name, args=[cases[one]]) for one in ("await", "explained", "offered", "offering") if one in cases
        ]
    if name == "letter":
        return [reverse(name, args=[cases["await"], 1])]
    if name == "wizard":
        return (
            [reverse(name, args=[world.ids["draft"], step]) for step in ("who", "why", "want", "proof")]
            if is_shop
            else []
        )
    if (
        name
        in {"case-new", "import-new", "import-list", "stores", "store-new", "organisation", "people", "invite", "keys"}
        and not is_shop
    ):
        return []
    if name == "store":
        return [reverse(name, args=[world.ids["store"]])] if is_shop else []
    if name == "member":
        return [reverse(name, args=[world.ids["member"]])] if is_shop else []
    return [reverse(name)]


def _may(world: World, act: str) -> bool:
    if not world.person.is_merchant:
        return act in {
            "acknowledge",
            "explain",
            "add_message",
            "add_evidence",
            "request_evidence",
            "supply_evidence",
            "answer_responsibility",
            "make_offer",
            "accept_offer",
            "set_mandate",
            "draft_agreement",
            "upload_signed_copy",
        }
    return act != "answer_responsibility"


def _act(world: World, act: str) -> str:
    situation = ACTS_IN.get(act, "await")
    number = world.cases.get(situation) or world.cases["await"]
    query = {
        "correct_record": "?event=1",
        "supply_evidence": "?behalf=1&request=1" if world.person.is_merchant else "?request=1",
    }
    return reverse("act", args=[number, act]) + query.get(act, "")


def named_pages(patterns=None) -> set[str]:
    found: set[str] = set()
    for one in patterns if patterns is not None else get_resolver().url_patterns:
        if str(one.pattern).startswith(("admin/", "api/")):
            continue
        found |= named_pages(one.url_patterns) if hasattr(one, "url_patterns") else {one.name}
    return {name for name in found if not name.startswith(LIBRARY)}


LOOKED_AT = sorted(named_pages() - set(LEFT_OUT))


def test_every_named_page_is_looked_at_or_left_out_with_a_reason():
    assert set(LEFT_OUT) <= named_pages(), f"gone: {set(LEFT_OUT) - named_pages()}"
    shop = World(Actor(1, None, "sole_trader", "merchant.owner"), dict.fromkeys(("await", *ACTS_IN.values()), "DK-1"))
    shop.ids = {
        "draft": "7c3a1a3e-54a1-4f6b-9d0a-3a54c3a9a001",
        "store": "7c3a1a3e-54a1-4f6b-9d0a-3a54c3a9a001",
        "member": "7c3a1a3e-54a1-4f6b-9d0a-3a54c3a9a001",
    }
    for name in LOOKED_AT:
        assert paths_of(name, shop), name


@pytest.mark.parametrize("who", [a_shop, a_provider], ids=["shop", "staff"])
def test_every_page_in_both_languages_and_sizes(own_site, open_page, who):
    world = who()
    faults: list[str] = []
    for language in ("zh-hans", "en"):
        for size_name, size in SIZES.items():
            page = open_page(world.person, language=language, size=size)
            titles: dict[str, str] = {}
            for path in [path for name in LOOKED_AT for path in paths_of(name, world)]:
                faults += [f"{language} {size_name} {fault}" for fault in _faults(page, path, language, titles)]
            page.context.close()
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults)


def _faults(page, path: str, language: str, titles: dict[str, str]) -> list[str]:
    """What is wrong with a page in words; a page that only leads on is looked at where it leads."""
    page.complaints.clear()
    found = []
    try:
        check_page(page, path)
    except AssertionError as wrong:
        found.append(f"{path}: {str(wrong)[:900]}")
    title = page.title()
    if titles.setdefault(title, page.url) != page.url:
        found.append(f"{path}: has the title of {titles[title]}: {title}")
    if language == "en":
        shown = page.evaluate(
            "() => { const copy = document.body.cloneNode(true);"
            " copy.querySelectorAll('[lang=zh-Hans], textarea, script').forEach(one => one.remove());"
            " return copy.textContent + ' ' + document.title; }"
        )
        shown = shown.replace("简体中文", "")  # the language's own name, in the choice of languages
        chinese = CHINESE.search(shown)
        if chinese:
            at = chinese.start()
            found.append(f"{path}: Chinese on an English page: {' '.join(shown[max(0, at - 40) : at + 40].split())}")
    return found

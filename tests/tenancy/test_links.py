"""The link of a letter opens one case: of the respondent's other cases its holder sees nothing, by either wall alone."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from cases.models import AnswerLink, Case, Event, Evidence, Letter, Line, Notice, Offer, Party
from cases.services import links
from config import clock, files, tenancy
from config.actors import SYSTEM
from merchants.models import Organisation
from tests import walk
from tests.services.test_links import act, token_of
from tests.tenancy.test_crawl import unfiltered
from tests.walk import PNG, do, photo

SECRET = "另一家的秘密"


@pytest.fixture
def two(at, cast):
    """A provider without account that every merchant may name is the respondent of two merchants: (number, number)."""
    identity = uuid4()
    with tenancy.acting(SYSTEM, organisation_id=identity):
        Organisation(
            id=identity, kind="payment_institution", name="没有账号的支付公司", is_listed=True, created_at=clock.now()
        ).save(force_insert=True)
    at("2026-08-17T18:00")
    first = walk.file(cast.owner, provider=str(identity))
    second = walk.file(
        cast.finance, {**walk.LINE, "amount": "77.70", "store": "新街口店", "fee_name": SECRET}, provider=str(identity)
    )
    do(cast.owner, first, "send_letter", channel="email", alone="核对过")
    walk.approved(cast, second, "send_letter", cast.finance, channel="email")
    do(cast.finance, second, "add_evidence", kind="E05", file=photo(f"{SECRET}.png", b"2"))
    act(token_of(cast.finance, second), "add_evidence", {"kind": "E10", "file": photo("theirs.png", b"3")})
    return first, second


SEEN_OF_A_CASE = (Case, Party, Line, Letter, Evidence, Event, AnswerLink, Offer, Notice)


def foreign(found, number: str) -> list[str]:
    """What the holder reads of any other case, whatever he asks."""
    rows = []
    for model in SEEN_OF_A_CASE:
        mine = {"number": number} if model is Case else {"case__number": number}
        rows += [f"{model.__name__} {row.pk}" for row in model._default_manager.exclude(**mine)]
    return rows


def test_the_holder_of_one_link_reads_one_case(cast, two):
    first, second = two
    with links.held(token_of(cast.owner, first)) as found:
        assert [case.number for case in Case.objects.visible_to(found.actor)] == [first]
        assert Letter.objects.exists() and foreign(found, first) == []
        names = set(Organisation.objects.filter(kind__in=("company", "sole_trader")).values_list("name", flat=True))
        assert names == {"吴江好又邻便利店"}
    with links.held(token_of(cast.finance, second)) as found:
        assert foreign(found, second) == []


def test_a_policy_that_forgets_the_one_case_is_found(cast, two):
    with links.held(token_of(cast.owner, two[0])) as found, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.case', '', true)")
        assert foreign(found, two[0]) != []


def test_nothing_of_another_case_is_changed_or_added(cast, two):
    first, second = two
    with tenancy.acting(cast.finance):
        theirs = Case.objects.get(number=second)
    with links.held(token_of(cast.owner, first)) as found:
        assert Case.objects.filter(pk=theirs.pk).update(story="x") == 0
        assert AnswerLink.objects.filter(case=theirs).update(revoked_at=clock.now()) == 0
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            links.make(theirs, None, links.new_token(), sent_to="x")
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            Party(id=uuid4(), case=theirs, organisation_id=found.actor.organisation_id, side="provider", role="legal",
                  principal_id=found.actor.organisation_id).save(force_insert=True)  # fmt: skip


def crawled(url: str, second: str) -> list[str]:
    """Every page of one link, asked for the things of both cases."""
    reader, found = Client(), []
    ways = ["", "colleague/", "agreement/", *(f"letters/{n}/" for n in (1, 2)), *(f"evidence/{n}/" for n in (1, 2, 3))]
    ways += [f"do/{name}/" for name in ("add_evidence", "supply_evidence", "make_offer", "add_message")]
    for way in ways:
        text = reader.get(url + way).content.decode(errors="replace")
        found += [
            f"{way} shows {word}" for word in (SECRET, second, "77.70", "南京云杉餐饮", "theirs.png") if word in text
        ]
    return found


def test_no_page_of_the_link_shows_a_word_of_the_other_case(cast, two, monkeypatch):
    first, second = two
    url = f"/r/{token_of(cast.owner, first)}/"
    assert crawled(url, second) == []
    with unfiltered(monkeypatch):
        assert crawled(url, second) == []
    assert crawled(f"/r/{token_of(cast.finance, second)}/", second)  # the crawl would see


def test_a_file_of_the_other_case_cannot_be_handed_in_here(cast, two):
    first, second = two
    with tenancy.acting(cast.finance):
        stored = Evidence.objects.get(case__number=second, name="theirs.png").file_id
    url = f"/r/{token_of(cast.owner, first)}/do/add_evidence/"
    answer = Client().post(url, {"holder": "周经办", "kind": "E10", "file": str(stored), "nonce": "n"})
    assert answer.status_code == 422
    with tenancy.acting(cast.owner):
        assert not Evidence.objects.filter(case__number=first, name="theirs.png").exists()


def _set() -> tuple:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.case', true), current_setting('app.org', true)")
        return cursor.fetchone()


def test_nothing_stays_set_when_the_link_is_put_down(cast, two):
    before = _set()
    with links.held(token_of(cast.owner, two[0])) as found:
        assert _set() == (str(found.actor.case_id), str(found.actor.organisation_id))
    assert _set() == before and not before[0]
    with tenancy.acting(cast.finance):
        assert Case.objects.filter(number=two[1]).exists()


def test_mails_and_private_rows_of_the_merchant_are_not_the_links(cast, two):
    with links.held(token_of(cast.owner, two[0])) as found, connection.cursor() as cursor:
        for table in ("cases_inboundmail", "cases_draft", "merchants_store", "merchants_terminal", "merchants_apikey"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] == 0, table
        kept = files.keep_bytes(found.actor, PNG, "x.png")
        assert kept.organisation_id == found.actor.organisation_id

"""The block of a case's page on what the merchant's own records say: for its people, in the same few statements."""

import pytest

from cases import casepage, records_beside
from config import tenancy
from tests import walk
from tests.pages.person import client_of, seen
from tests.pages.test_case import BUDGET, statements
from tests.services.test_records_plain import write
from tests.walk import LINE

TITLE = "你记的资料说什么"
SECRET = "只有我方知道的话"


def page(actor, number, language="zh-hans") -> str:
    return seen(client_of(actor, language).get(f"/cases/{number}/"))


def recorded(actor, provider: str) -> None:
    """Contract, notice and move of case B, with words that nobody else may read."""
    fees = [{"fee_code": "占用费", "amount": "200", "period": "day"}]
    write(actor, "contracts", provider=provider, number=SECRET, fees=fees)
    write(actor, "notices", provider=provider, number=SECRET, arrived_on="2026-08-18")
    visits = [{"on": "2026-08-05", "missed_by": "provider"}]
    write(actor, "migrations", provider=provider, note=SECRET, missed_visits=visits)


@pytest.fixture
def today(at):
    at("2026-08-20T10:00")


def test_a_shop_without_records_is_told_what_they_would_bring(today, cast):
    number = walk.file(cast.owner, {**LINE, "tid": ""}, provider="通联支付")
    text = page(cast.owner, number)
    assert TITLE in text and "还没有和这些扣款有关的记录" in text


def test_what_says_nothing_is_not_called_a_fault(today, cast):
    number = walk.file(cast.owner, provider="通联支付")
    assert "还没有和这些扣款有关的记录" in page(cast.owner, number), "a terminal known from the case alone says nothing"
    write(cast.owner, "migrations", planned_on="2026-08-01")
    assert "没有和这些扣款对不上的地方" in page(cast.owner, number)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_records_of_case_b_point_where_they_point(today, cast, language):
    write(cast.owner, "terminals", to_on="2026-08-16")
    number = walk.file(cast.owner, {**LINE, "fee_name": "逾期未迁移占用费", "clause": "第 7.3 条"}, provider="通联支付")
    fees = [{"fee_code": "占用费", "amount": "200", "period": "day"}]
    write(cast.owner, "contracts", fees=fees)
    write(cast.owner, "migrations", missed_visits=[{"on": "2026-08-05", "missed_by": "provider"}])
    text = " ".join(page(cast.owner, number, language).split())
    told = {
        "zh-hans": ("用到 2026-08-16", "约好的 2026-08-05 服务商没有来", "¥200.00 每日", "商户逾期迁移的，每日 200 元", "资料目前指向：未按时完成迁移（C1） · 对方", "不是结论"),
        "en": ("was used until 2026-08-16", "did not come on 2026-08-05", "¥200.00 a day", "Not migrated in time (C1)"),
    }  # fmt: skip
    for words in told[language]:
        assert words in text, words


def test_the_other_side_reads_none_of_it(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK")
    at("2026-08-20T10:00")
    recorded(cast.boss, str(cast.provider.id))
    assert "2026-08-05 服务商没有来" in page(cast.finance, number)
    text = client_of(cast.agent).get(f"/cases/{number}/").content.decode()
    assert TITLE not in text and SECRET not in text and "2026-08-05" not in text
    with tenancy.acting(cast.agent):
        case = casepage.read(cast.agent, number).case
        assert records_beside.of_case(case).is_empty and records_beside.migrations_of(cast.agent, case) == []
        assert records_beside.terminals_of(cast.agent, case) == ["20117765"]


def test_a_store_seat_reads_what_is_of_its_store_and_no_contract(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK")
    at("2026-08-20T10:00")
    recorded(cast.boss, str(cast.provider.id))
    text = page(cast.store_a, number)
    assert TITLE in text and "占用费" not in text and SECRET not in text and 'href="/contracts/"' not in text


def test_records_of_another_provider_say_nothing_of_this_case(today, cast):
    number = walk.file(cast.owner, {**LINE, "fee_name": "流量费", "tid": ""}, provider="盛付收单")
    write(cast.owner, "contracts")
    assert "流量费" not in page(cast.owner, number).partition(TITLE)[2].partition("有哪些材料")[0].partition("证据")[0]


def test_the_page_takes_no_statement_more_for_it(today, cast):
    number = walk.file(cast.owner, {**LINE, "fee_name": "占用费"}, provider="通联支付")
    before = statements(cast.owner, number)
    write(cast.owner, "contracts")
    write(cast.owner, "migrations", missed_visits=[{"on": "2026-08-05", "missed_by": "provider"}])
    assert statements(cast.owner, number) == before <= BUDGET


def test_an_offer_chooses_among_the_terminals_of_the_case_and_where_they_move(today, cast):
    number = walk.file(cast.owner, LINE, {**LINE, "tid": "20117766"}, provider="通联支付")
    moved = write(cast.owner, "migrations", new_tid="20993301")
    write(cast.owner, "migrations", old_tid="30000001")
    with tenancy.acting(cast.owner):
        case = casepage.opened(cast.owner, number)
        assert records_beside.terminals_of(cast.owner, case) == ["20117765", "20117766", "20993301"]
        assert records_beside.migrations_of(cast.owner, case) == [moved]

"""What follows from an agreement in effect: who owes what by when, who must know, proof and the creditor's word."""

from decimal import Decimal

import pytest

from cases import events
from cases.models import Refund
from cases.next_actor import next_actor
from config import tenancy
from config.errors import Conflict, Invalid, Missing, NotAllowed, NotFound
from merchants.models import Migration
from tests import agreed, walk
from tests.agreed import duties, shop_fulfilling, told
from tests.services.test_money import credit
from tests.walk import LINE, behalf, case_of, deadlines, do, last_event, photo

LATE_FEES = [
    {"type": "REFUND", "amount": "300.00", "due_in": {"n": 0, "unit": "d", "from": "effective"}},
    {"type": "EXTEND_TERM", "payer": "merchant", "payee": "provider", "instalments": [
        {"amount": "59.00", "due_on": "2026-11-10"}, {"amount": "59.00", "due_on": "2026-12-10"},
        {"amount": "59.00", "due_on": "2027-01-10"},
    ]},
]  # fmt: skip


def prove(actor, number, n=1, on="2026-09-18", amount="2000.00", **more):
    data = {"obligation": n, "on": on, **({"amount": amount} if amount else {}), **(more or {"file": photo()})}
    return do(actor, number, "prove_obligation", **data)


def clocks(actor, number):
    """The running clocks of obligations: {last day: (who must act, provisional)}."""
    with tenancy.acting(actor):
        rows = case_of(actor, number).deadlines.filter(code="CK-OBL", state="running")
        return {str(row.due_on): (row.acts, row.provisional) for row in rows}


# -- made with the agreement --------------------------------------------------------------------------------------


def test_a_refund_agreed_within_ten_working_days_is_owed_by_the_day_that_counts_the_make_up_sunday(at, cast):
    number = agreed.shop_effective(at, cast)
    [one] = duties(cast.owner, number)
    assert (one.kind, one.debtor, one.amount, str(one.due_on)) == (
        "REFUND",
        "provider",
        Decimal("2000.00"),
        "2026-09-22",
    )
    assert one.due_at.astimezone().isoformat() and str(one.grace_until.astimezone(tz=None).date())
    assert deadlines(cast.owner, number) == {"CK-OBL": "2026-09-22", "CK-NOTIFY": "2026-09-11"}
    assert clocks(cast.owner, number) == {"2026-09-22": ("provider", False)}


def test_instalments_of_both_sides_each_have_their_day_their_debtor_and_their_clock(at, cast):
    number = agreed.shop_effective(at, cast, {**LINE, "amount": "300.00"}, terms=LATE_FEES)
    rows = [(one.debtor, str(one.amount), str(one.due_on)) for one in duties(cast.owner, number)]
    assert rows == [
        ("provider", "300.00", "2026-09-09"), ("merchant", "59.00", "2026-11-10"), ("merchant", "59.00", "2026-12-10"),
        ("merchant", "59.00", "2027-01-11"),
    ]  # fmt: skip
    assert clocks(cast.owner, number)["2027-01-11"] == ("merchant", True), "2027's workdays are not announced yet"


def test_what_the_agreement_names_beside_its_terms_is_owed_too(at, cast):
    number = agreed.shop_effective(
        at, cast, stop_fee={"name": "流量费", "on": "2026-10-10", "tid": "20117765"}, invoice="reissue"
    )
    rows = [(one.kind, str(one.due_on), one.what["zh"]) for one in duties(cast.owner, number)]
    assert rows[1:] == [
        ("INVOICE", "2026-09-22", "服务商开具红字或更正后的发票并交给商户"),
        ("STOP_FEE", "2026-10-10", "服务商自 2026-10-10 起停止收取「流量费」（终端 20117765）"),
    ]


def test_a_moved_migration_is_owed_and_stands_in_the_merchants_own_record(at, cast):
    moved = [{"type": "RESCHEDULE_MIGRATION", "tid": "20117765", "new_date": "2026-10-12", "window": "09:00-11:00"}]
    number = agreed.shop_effective(at, cast, terms=[*agreed.ALL_BACK, *moved])
    assert [(one.kind, str(one.due_on)) for one in duties(cast.owner, number)][1] == (
        "RESCHEDULE_MIGRATION",
        "2026-10-12",
    )
    with tenancy.acting(cast.owner):
        [record] = Migration.objects.filter(old_tid="20117765")
        assert (str(record.planned_on), record.window) == ("2026-10-12", "09:00-11:00")


def test_money_that_came_while_the_text_was_signed_counts_towards_what_is_owed(at, cast):
    number, owner = walk.shop_explained(at, cast), cast.owner
    at("2026-09-08T11:00")
    do(owner, number, "make_offer", terms=agreed.ALL_BACK)
    do(owner, number, "accept_offer", offer=1, **behalf("2026-09-08T11:00"))
    do(owner, number, "freeze_agreement")
    do(owner, number, "record_refund", lines=[1], on="2026-09-08", amount="500.00", file=photo())
    for side, more in (("merchant", {}), ("provider", {"on_behalf": True, "channel": "post"})):
        do(owner, number, "upload_signed_copy", side=side, file=photo(), exchanged_on="2026-09-08", **more)
    rows = sorted((one.state, str(one.amount), one.what["zh"].partition("）（")[2]) for one in duties(owner, number))
    assert rows == [("confirmed", "500.00", "已付的一部分）"), ("open", "1500.00", "其余部分）")]
    assert deadlines(owner, number)["CK-OBL"] == "2026-09-21"


# -- everybody knows ----------------------------------------------------------------------------------------------


def test_a_shop_that_tells_knows_and_the_other_side_starts_the_fulfilment(at, cast):
    number = agreed.shop_effective(at, cast)
    with pytest.raises(Missing):
        do(cast.owner, number, "acknowledge_notice")
    do(cast.owner, number, "notify_parties")
    assert told(cast.owner, number) == {"merchant": True, "provider": False}
    with tenancy.acting(cast.owner):
        assert next_actor(case_of(cast.owner, number)) == "provider"
    assert do(cast.owner, number, "acknowledge_notice").state == "EFFECTIVE", "who knows already may say it again"
    case = do(cast.owner, number, "acknowledge_notice", **behalf("2026-09-09T10:00"))
    assert case.state == "FULFILLING"
    assert "CK-NOTIFY" not in deadlines(cast.owner, number)
    assert do(cast.owner, number, "acknowledge_notice").state == "FULFILLING"
    assert events.told(last_event(cast.owner, number))["sentence"].zh == "知悉并同意按协议办：商户"


def test_any_seat_of_a_side_speaks_for_it_and_a_named_seat_or_outsider_must_be_heard_too(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    agreed.effective(cast, number, agreed.ALL_BACK)
    do(cast.finance, number, "notify_parties", who=["merchant.store", "merchant", "店长老王"])
    assert set(told(cast.finance, number)) == {"merchant.store", "merchant", "provider", "店长老王"}
    do(cast.finance, number, "acknowledge_notice")
    do(cast.agent, number, "acknowledge_notice")
    assert told(cast.finance, number) == {
        "merchant.store": False,
        "merchant": True,
        "provider": True,
        "店长老王": False,
    }
    with pytest.raises(NotAllowed):
        do(cast.approver, number, "acknowledge_notice", who="店长老王")
    with pytest.raises(NotFound):
        do(cast.boss, number, "acknowledge_notice", who="隔壁老李")
    do(cast.boss, number, "acknowledge_notice", who="店长老王")
    assert do(cast.store_a, number, "acknowledge_notice").state == "FULFILLING"


def test_who_is_not_on_the_list_has_nothing_to_say_and_a_seat_must_exist(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    agreed.effective(cast, number, agreed.ALL_BACK)
    with pytest.raises(Invalid):
        do(cast.finance, number, "notify_parties", who=["merchant.cook"])
    do(cast.finance, number, "notify_parties", who=["merchant.store", "provider.approver"])
    assert set(told(cast.finance, number)) == {"merchant.store", "provider.approver"}
    with pytest.raises(NotAllowed):
        do(cast.agent, number, "acknowledge_notice")
    do(cast.finance, number, "notify_parties", who=["merchant.store"])
    assert set(told(cast.finance, number)) == {"merchant.store", "provider.approver"}, "nobody is told twice"


def test_an_agreement_that_leaves_nothing_to_do_is_fulfilled_once_everybody_knows(at, cast):
    number = agreed.shop_effective(
        at, cast, terms=[{"type": "WAIVE", "payer": "provider", "payee": "merchant", "amount": "2000.00"}]
    )
    do(cast.owner, number, "notify_parties")
    assert do(cast.owner, number, "acknowledge_notice", **behalf("2026-09-09T10:00")).state == "FULFILLED"


# -- proof --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"amount": "1999.00"}, "/amount", "differs"),
        ({"on": "2026-09-19"}, "/on", "future"),
        ({"on": "2026-09-08"}, "/on", "too_early"),
        ({"n": 2}, "/obligation", "unknown"),
        ({"amount": ""}, "/amount", "required"),
    ],
)
def test_another_sum_an_impossible_day_or_item_is_refused_and_nothing_changes(at, cast, change, pointer, code):
    number = shop_fulfilling(at, cast)
    at("2026-09-18T15:00")
    with pytest.raises((Invalid, NotFound, Missing)) as refused:
        prove(cast.owner, number, **change)
    assert [(one.pointer, one.code) for one in refused.value.faults] == [(pointer, code)]
    assert [one.state for one in duties(cast.owner, number)] == ["open"]
    assert deadlines(cast.owner, number) == {"CK-OBL": "2026-09-22"}


def test_a_proof_needs_a_file_or_a_line_and_a_day(at, cast):
    number = shop_fulfilling(at, cast)
    with pytest.raises(Invalid) as refused:
        do(cast.owner, number, "prove_obligation", obligation=1, amount="2000.00")
    assert {one.pointer for one in refused.value.faults} == {"/on", "/file"}


def test_the_merchants_own_statement_line_says_day_and_sum_and_is_nobody_elses(at, cast):
    number = shop_fulfilling(at, cast)
    at("2026-09-18T15:00")
    foreign = credit(cast.finance, "2000.00", on="2026-09-18")
    taken = credit(cast.owner, "2000.00", direction="D", on="2026-09-18")
    for line in (foreign, taken):
        with pytest.raises(NotFound):
            do(cast.owner, number, "prove_obligation", obligation=1, statement_line=str(line.id))
    less = credit(cast.owner, "1990.00", on="2026-09-18")
    with pytest.raises(Invalid) as refused:
        do(cast.owner, number, "prove_obligation", obligation=1, statement_line=str(less.id))
    assert refused.value.faults[0].code == "differs"
    line = credit(cast.owner, "2000.00", on="2026-09-17")
    with pytest.raises(Invalid):
        do(cast.owner, number, "prove_obligation", obligation=1, on="2026-09-18", statement_line=str(line.id))
    do(cast.owner, number, "prove_obligation", obligation=1, statement_line=str(line.id))
    [one] = duties(cast.owner, number)
    assert (one.state, str(one.done_on), one.statement_line_id) == ("proven", "2026-09-17", line.id)
    case = do(cast.owner, number, "confirm_obligation", obligation=1)
    assert (case.state, case.recovered) == ("FULFILLED", Decimal("2000.00"))
    with tenancy.acting(cast.owner):
        assert Refund.objects.get(case=case).statement_line_id == line.id


def test_a_line_that_proved_one_payment_proves_no_other(at, cast):
    number = shop_fulfilling(at, cast, terms=[{"type": "REFUND", "instalments": [
        {"amount": "1000.00", "due_on": "2026-09-21"}, {"amount": "1000.00", "due_on": "2026-10-21"}]}])  # fmt: skip
    at("2026-09-18T15:00")
    line = str(credit(cast.owner, "1000.00", on="2026-09-17").id)
    do(cast.owner, number, "prove_obligation", obligation=1, statement_line=line)
    with pytest.raises(Conflict):
        do(cast.owner, number, "prove_obligation", obligation=2, statement_line=line)
    do(cast.owner, number, "confirm_obligation", obligation=1)
    with pytest.raises(Conflict):
        do(cast.owner, number, "record_refund", lines=[1], on="2026-09-17", amount="1000.00", statement_line=line)


def test_what_is_no_payment_is_proven_by_day_and_file_alone(at, cast):
    moved = [{"type": "RESCHEDULE_MIGRATION", "tid": "20117765", "new_date": "2026-09-17"}]
    number = shop_fulfilling(at, cast, terms=moved)
    at("2026-09-18T15:00")
    with pytest.raises(Invalid) as refused:
        prove(cast.owner, number, amount="1.00")
    assert refused.value.faults[0].pointer == "/amount"
    line = credit(cast.owner, "1.00", on="2026-09-17")
    with pytest.raises(Invalid):
        do(cast.owner, number, "prove_obligation", obligation=1, statement_line=str(line.id))
    prove(cast.owner, number, on="2026-09-17", amount=None)
    assert do(cast.owner, number, "confirm_obligation", obligation=1).state == "FULFILLED"

"""An obligation that is not kept: overdue, grace, breach, the formal demand with its clock, and the cure."""

from decimal import Decimal

import pytest

from cases import events
from cases.models import Letter, Notice
from cases.services import expiry
from config import tenancy
from config.errors import Conflict, Invalid, Missing, NotAllowed, WrongState
from tests import agreed, walk
from tests.agreed import duties, shop_fulfilling
from tests.walk import behalf, case_of, deadlines, do, last_event, limitation, photo

GRACE_OVER = "2026-09-29T00:00"  # 09-22, then 09-23, 09-24 and 09-28: 09-25 to 09-27 is the Mid-Autumn holiday


def overdue(at, cast) -> str:
    """The refund was due on 2026-09-22 and did not come; nobody has looked since."""
    number = shop_fulfilling(at, cast)
    at("2026-09-23T00:00")
    with tenancy.acting(cast.owner):
        expiry.settle(number)
    return number


def breached(at, cast) -> str:
    number = shop_fulfilling(at, cast)
    at(GRACE_OVER)
    do(cast.owner, number, "declare_breach", obligation=1)
    return number


def notices(actor, kind) -> int:
    with tenancy.acting(actor):
        return Notice.objects.filter(kind=kind).count()


def test_the_day_that_passes_flags_the_obligation_and_tells_both_sides(at, cast):
    number = agreed.company_fulfilling(at, cast)
    at("2026-09-02T00:00")
    with tenancy.acting(cast.boss):
        expiry.settle(number)
    [one] = duties(cast.boss, number)
    assert (one.state, one.is_overdue, one.is_breached) == ("open", True, False)
    event = last_event(cast.boss, number)
    assert (event.act, event.data["obligations"]) == ("clock_passed", [1])
    assert events.told(event)["sentence"].zh == "期限已过：履行约定"
    assert case_of(cast.boss, number).state == "FULFILLING"
    assert notices(cast.boss, "clock_passed") == notices(cast.agent, "clock_passed") == 1


def test_a_breach_is_declared_after_the_days_of_grace_and_not_before(at, cast):
    number = shop_fulfilling(at, cast)
    at("2026-09-28T23:59")
    with pytest.raises(Missing) as early:
        do(cast.owner, number, "declare_breach", obligation=1)
    assert early.value.faults[0].pointer == "/past_grace"
    at(GRACE_OVER)
    case = do(cast.owner, number, "declare_breach", obligation=1)
    assert case.state == "BREACHED"
    [one] = duties(cast.owner, number)
    assert one.is_breached and one.is_overdue
    assert limitation(cast.owner, number) == {"2029-09-24"}, "from the day agreed, 2026-09-22; its end is a Saturday"


def test_only_what_is_owed_by_the_provider_and_past_its_own_grace_is_broken(at, cast):
    terms = [{"type": "REFUND", "instalments": [
        {"amount": "1000.00", "due_on": "2026-09-22"}, {"amount": "1000.00", "due_on": "2026-10-22"}]}]  # fmt: skip
    number = shop_fulfilling(at, cast, terms=terms)
    at(GRACE_OVER)
    with pytest.raises(Conflict) as refused:
        do(cast.owner, number, "declare_breach", obligation=2)
    assert refused.value.faults[0].code == "in_grace"
    do(cast.owner, number, "prove_obligation", obligation=1, on="2026-09-28", amount="1000.00", file=photo())
    with pytest.raises(Missing):
        do(cast.owner, number, "declare_breach", obligation=1)
    assert [one.is_overdue for one in duties(cast.owner, number)] == [True, False], "proven late is late"


def test_a_merchants_own_day_that_passes_is_no_breach_for_it_to_declare(at, cast):
    terms = [*agreed.ALL_BACK, {"type": "EXTEND_TERM", "amount": "100.00", "due_on": "2026-09-11"}]
    number = shop_fulfilling(at, cast, terms=terms)
    at("2026-09-20T10:00")
    with pytest.raises(Missing):
        do(cast.owner, number, "declare_breach", obligation=1)
    at(GRACE_OVER)
    with pytest.raises(Conflict):
        do(cast.owner, number, "declare_breach", obligation=1)


def test_finance_and_the_debtor_declare_nothing(at, cast):
    number = agreed.company_fulfilling(at, cast)
    at("2026-09-10T00:00")
    for actor in (cast.finance, cast.agent):
        with pytest.raises(NotAllowed):
            do(actor, number, "declare_breach", obligation=1)
    assert do(cast.boss, number, "declare_breach", obligation=1).state == "BREACHED"


def test_a_proof_that_came_in_time_but_was_typed_in_late_is_in_time(at, cast):
    number = overdue(at, cast)
    [one] = duties(cast.owner, number)
    assert one.is_overdue
    do(cast.owner, number, "prove_obligation", obligation=1, on="2026-09-22", amount="2000.00", file=photo())
    [one] = duties(cast.owner, number)
    assert (one.state, one.is_overdue) == ("proven", False)
    with tenancy.acting(cast.owner):
        assert case_of(cast.owner, number).deadlines.get(code="CK-OBL").state == "met"


def test_a_late_proof_disputed_is_overdue_again_at_once(at, cast):
    number = shop_fulfilling(at, cast)
    at("2026-09-18T10:00")
    do(cast.owner, number, "prove_obligation", obligation=1, on="2026-09-18", amount="2000.00", file=photo())
    at("2026-09-24T10:00")
    do(cast.owner, number, "dispute_obligation", obligation=1, reason="没有到账")
    [one] = duties(cast.owner, number)
    assert (one.state, one.is_overdue) == ("disputed", True)
    at(GRACE_OVER)
    assert do(cast.owner, number, "declare_breach", obligation=1).state == "BREACHED"


# -- the demand ---------------------------------------------------------------------------------------------------


def test_the_demand_says_what_is_overdue_and_from_its_arrival_the_time_to_cure_runs(at, cast):
    number = breached(at, cast)
    do(cast.owner, number, "demand_cure", channel="post")
    assert deadlines(cast.owner, number) == {}, "it has not arrived"
    with tenancy.acting(cast.owner):
        letter = Letter.objects.get(case__number=number, kind="demand")
    assert "服务商退还商户 ¥2,000.00（贰仟元整）（约定 2026-09-22 24:00 前）" in letter.text
    assert "到期未付合计人民币 2,000.00 元（大写：贰仟元整）" in letter.text
    assert "请在收到本函后 5 个工作日内履行" in letter.text
    assert "the provider refunds ¥2,000.00 to the merchant (agreed: before 2026-09-22 24:00)" in letter.translation
    assert "和解协议 2026-09-09 生效" in letter.script
    at("2026-09-30T12:00")
    do(cast.owner, number, "record_arrival", of="demand", arrived_at="2026-09-30T11:00", proof=photo())
    assert deadlines(cast.owner, number) == {"CK-CURE": "2026-10-13"}, (
        "the National Day holiday lies between; 10-10 counts"
    )
    assert limitation(cast.owner, number) == {"2029-10-04"}, "the demand arrived 2026-09-30"
    assert events.told(last_event(cast.owner, number))["sentence"].zh == "对方收到了催款函"


def test_a_demand_needs_a_breach_and_can_arrive_at_once(at, cast):
    number = shop_fulfilling(at, cast)
    at(GRACE_OVER)
    with pytest.raises(WrongState):
        do(cast.owner, number, "demand_cure", channel="post")
    do(cast.owner, number, "declare_breach", obligation=1)
    at("2026-09-29T10:00")
    with pytest.raises(Invalid):
        do(cast.owner, number, "demand_cure", channel="wechat", arrived_at="2026-09-28T10:00", proof=photo())
    do(cast.owner, number, "demand_cure", channel="wechat", arrived_at="2026-09-29T09:59", proof=photo())
    assert deadlines(cast.owner, number) == {"CK-CURE": "2026-10-12"}
    assert events.told(last_event(cast.owner, number))["sentence"].zh == "发出催款函，对方已收到"


# -- the cure -----------------------------------------------------------------------------------------------------


def test_a_cure_brings_the_proof_and_the_agreement_goes_on(at, cast):
    number = agreed.company_fulfilling(at, cast)
    at("2026-09-10T00:00")
    do(cast.boss, number, "declare_breach", obligation=1)
    do(cast.boss, number, "demand_cure", channel="email", arrived_at="2026-09-10T00:00", proof=photo())
    with pytest.raises(Missing) as bare:
        do(cast.agent, number, "cure")
    assert bare.value.faults[0].pointer == "/file"
    with pytest.raises(Invalid):
        do(cast.agent, number, "cure", on="2026-09-10", amount="1.00", file=photo())
    assert case_of(cast.boss, number).state == "BREACHED"
    case = do(cast.agent, number, "cure", on="2026-09-10", amount="2000.00", file=photo())
    assert (case.state, deadlines(cast.boss, number)) == ("FULFILLING", {})
    assert [(one.state, one.is_overdue) for one in duties(cast.boss, number)] == [("proven", True)]
    case = do(cast.finance, number, "confirm_obligation", obligation=1)
    assert (case.state, case.recovered) == ("FULFILLED", Decimal("2000.00"))


def test_money_seen_after_the_breach_fulfils_the_case_when_nothing_else_is_owed(at, cast):
    number = breached(at, cast)
    at("2026-09-30T10:00")
    case = do(cast.owner, number, "record_refund", lines=[1], on="2026-09-30", amount="2000.00", file=photo())
    assert (case.state, case.recovered) == ("FULFILLED", Decimal("2000.00"))


def test_money_seen_after_the_breach_cures_it_when_more_is_owed_later(at, cast):
    terms = [{"type": "REFUND", "instalments": [
        {"amount": "1000.00", "due_on": "2026-09-22"}, {"amount": "1000.00", "due_on": "2026-10-22"}]}]  # fmt: skip
    number = shop_fulfilling(at, cast, terms=terms)
    at(GRACE_OVER)
    do(cast.owner, number, "declare_breach", obligation=1)
    case = do(cast.owner, number, "record_refund", lines=[1], on="2026-09-28", amount="1000.00", file=photo())
    assert case.state == "BREACHED"
    with pytest.raises(Conflict):
        do(cast.owner, number, "demand_cure", channel="post")
    case = do(cast.owner, number, "cure", **behalf("2026-09-29T00:00"))
    assert case.state == "FULFILLING"
    assert deadlines(cast.owner, number) == {"CK-OBL": "2026-10-22"}
    assert events.told(last_event(cast.owner, number))["sentence"].zh == "到期未付的已经补上，协议继续履行"


def test_the_shop_records_a_cure_it_sees_itself(at, cast):
    number = breached(at, cast)
    at("2026-09-30T10:00")
    case = do(cast.owner, number, "cure", obligation=1, on="2026-09-30", amount="2000.00", file=photo())
    assert case.state == "FULFILLING"
    assert do(cast.owner, number, "confirm_obligation", obligation=1).state == "FULFILLED"
    assert walk.case_of(cast.owner, number).recovered == Decimal("2000.00")

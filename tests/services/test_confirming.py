"""The creditor's word on what was proven: confirmed, disputed, paid in parts, and how the case can then end."""

from decimal import Decimal

import pytest

from cases.models import Notice
from config import tenancy
from config.errors import Conflict, Invalid, Missing, SecondPerson, WrongState
from tests import agreed
from tests.agreed import IN_TEN_DAYS, duties, shop_fulfilling
from tests.services.test_obligations import LATE_FEES, prove
from tests.walk import LINE, behalf, deadlines, do, last_event, photo

# -- the creditor's word ------------------------------------------------------------------------------------------


def test_the_last_confirmed_payment_fulfils_the_case_and_counts_as_recovered(at, cast):
    number = shop_fulfilling(at, cast)
    at("2026-09-18T15:00")
    case = do(cast.owner, number, "prove_obligation", obligation=1, on="2026-09-18", amount="2000.00", file=photo(),
              **behalf("2026-09-18T14:00"))  # fmt: skip
    assert (case.state, case.recovered, deadlines(cast.owner, number)) == ("FULFILLING", Decimal(0), {})
    case = do(cast.owner, number, "confirm_obligation", obligation=1)
    assert (case.state, case.recovered) == ("FULFILLED", Decimal("2000.00"))
    assert do(cast.owner, number, "close", outcome="FULL_REFUND", alone="看到到账").outcome == "FULL_REFUND"


def test_the_debtor_does_not_confirm_itself_and_who_proved_for_a_company_does_not_confirm(at, cast):
    number = agreed.company_fulfilling(at, cast)
    with pytest.raises(Missing):
        do(cast.finance, number, "confirm_obligation", obligation=1)
    prove(cast.finance, number, on="2026-08-18")
    with pytest.raises(Missing):
        do(cast.agent_chief, number, "confirm_obligation", obligation=1)
    with pytest.raises(SecondPerson):
        do(cast.finance, number, "confirm_obligation", obligation=1)
    assert do(cast.boss, number, "confirm_obligation", obligation=1).state == "FULFILLED"
    assert [one.confirmed_by_name for one in duties(cast.boss, number)] == ["李云"]


def test_a_proof_the_creditor_does_not_accept_is_owed_as_before_with_the_same_day(at, cast):
    number = agreed.company_fulfilling(at, cast)
    prove(cast.agent, number, on="2026-08-18")
    assert deadlines(cast.finance, number) == {}
    with pytest.raises(Invalid):
        do(cast.finance, number, "dispute_obligation", obligation=1)
    do(cast.finance, number, "dispute_obligation", obligation=1, reason="截图是别家的")
    [one] = duties(cast.finance, number)
    assert (one.state, one.dispute) == ("disputed", "截图是别家的")
    assert deadlines(cast.finance, number) == {"CK-OBL": "2026-09-01"}
    with pytest.raises(Missing):
        do(cast.finance, number, "confirm_obligation", obligation=1)
    prove(cast.agent, number, on="2026-08-18", file=photo("again.png", b"2"))
    assert do(cast.finance, number, "confirm_obligation", obligation=1).state == "FULFILLED"


def test_what_was_proven_is_not_proven_again(at, cast):
    number = agreed.company_fulfilling(at, cast, terms=[
        {"type": "REFUND", "instalments": [{"amount": "1000.00", "due_on": "2026-08-20"}, {"amount": "1000.00", "due_on": "2026-09-20"}]}])  # fmt: skip
    prove(cast.agent, number, on="2026-08-18", amount="1000.00")
    with pytest.raises(Conflict):
        prove(cast.agent, number, on="2026-08-18", amount="1000.00")
    case = do(cast.finance, number, "confirm_obligation", obligation=1)
    assert (case.state, case.recovered) == ("FULFILLING", Decimal("1000.00"))
    with pytest.raises(Missing):
        do(cast.finance, number, "confirm_obligation", obligation=1)


def test_instalments_of_the_merchant_are_confirmed_by_the_provider_and_end_in_part(at, cast):
    number, owner = shop_fulfilling(at, cast, {**LINE, "amount": "300.00"}, terms=LATE_FEES), cast.owner
    at("2026-09-18T15:00")
    case = do(owner, number, "record_refund", lines=[1], on="2026-09-10", amount="300.00", file=photo())
    assert (case.state, case.recovered) == ("FULFILLING", Decimal("300.00")), "the merchant still owes"
    at("2027-01-11T10:00")
    for n, on in ((2, "2026-11-10"), (3, "2026-12-10"), (4, "2027-01-11")):
        prove(owner, number, n, on=on, amount="59.00")
        with pytest.raises(Missing):
            do(owner, number, "confirm_obligation", obligation=n)
        case = do(owner, number, "confirm_obligation", obligation=n, **behalf("2027-01-11T10:00"))
    assert case.state == "FULFILLED"
    with pytest.raises(Missing):
        do(owner, number, "close", outcome="FULL_REFUND", alone="核对过")
    case = do(owner, number, "close", outcome="TERM_EXTENDED", alone="核对过")
    assert case.outcome == "TERM_EXTENDED"
    with tenancy.acting(owner):
        assert [line.outcome for line in case.lines.all()] == ["TERM_EXTENDED"]


# -- money that was seen ------------------------------------------------------------------------------------------


def test_a_refund_that_is_seen_confirms_the_obligation_of_its_sum(at, cast):
    number = shop_fulfilling(at, cast)
    at("2026-09-18T15:00")
    case = do(cast.owner, number, "record_refund", lines=[1], on="2026-09-18", amount="2000.00", file=photo())
    assert (case.state, case.recovered) == ("FULFILLED", Decimal("2000.00"))
    [one] = duties(cast.owner, number)
    assert (one.state, str(one.done_on), one.is_overdue) == ("confirmed", "2026-09-18", False)
    assert deadlines(cast.owner, number) == {}


def test_part_payments_leave_the_rest_owed_with_its_day(at, cast):
    number = shop_fulfilling(at, cast)
    at("2026-09-18T15:00")
    case = do(cast.owner, number, "record_refund", lines=[1], on="2026-09-17", amount="600.00", file=photo())
    assert case.state == "FULFILLING"
    assert [(one.state, str(one.amount)) for one in duties(cast.owner, number)] == [
        ("open", "1400.00"),
        ("confirmed", "600.00"),
    ]
    assert deadlines(cast.owner, number) == {"CK-OBL": "2026-09-22"}
    case = do(
        cast.owner, number, "record_refund", lines=[1], on="2026-09-18", amount="1400.00", file=photo("b.png", b"b")
    )
    assert (case.state, case.recovered) == ("FULFILLED", Decimal("2000.00"))


def test_a_part_agreed_and_paid_ends_the_case_in_part(at, cast):
    number = shop_fulfilling(at, cast, terms=[{"type": "REFUND", "amount": "500.00", "due_in": IN_TEN_DAYS}])
    at("2026-09-18T15:00")
    case = do(cast.owner, number, "record_refund", lines=[1], on="2026-09-18", amount="500.00", file=photo())
    assert (case.state, case.recovered) == ("FULFILLED", Decimal("500.00"))
    with tenancy.acting(cast.owner):
        assert Notice.objects.filter(case=case, kind="agreement_kept").exists()
    with pytest.raises(Missing):
        do(cast.owner, number, "close", outcome="FULL_REFUND", alone="核对过")
    assert do(cast.owner, number, "close", outcome="PARTIAL_REFUND", alone="核对过").outcome == "PARTIAL_REFUND"


def test_a_lowered_deduction_may_end_as_an_adjusted_amount(at, cast):
    number = shop_fulfilling(at, cast, terms=[{"type": "ADJUST_AMOUNT", "amount": "800.00", "due_in": IN_TEN_DAYS}])
    [one] = duties(cast.owner, number)
    assert (one.kind, str(one.amount)) == ("ADJUST_AMOUNT", "1200.00")
    at("2026-09-18T15:00")
    prove(cast.owner, number, amount="1200.00")
    case = do(cast.owner, number, "confirm_obligation", obligation=1)
    assert (case.state, case.recovered) == ("FULFILLED", Decimal("1200.00"))
    assert do(cast.owner, number, "close", outcome="AMOUNT_ADJUSTED", alone="核对过").outcome == "AMOUNT_ADJUSTED"


def test_a_line_left_to_the_other_side_says_so_when_the_case_ends_in_part(at, cast):
    lines = [{**LINE, "amount": "1000.00"}, {**LINE, "amount": "500.00", "on": "2026-08-16"}]
    number = shop_fulfilling(
        at, cast, *lines, terms=[{"type": "REFUND", "amount": "1000.00", "lines": [1], "due_in": IN_TEN_DAYS}]
    )
    at("2026-09-18T15:00")
    prove(cast.owner, number, amount="1000.00")
    do(cast.owner, number, "confirm_obligation", obligation=1)
    case = do(cast.owner, number, "close", outcome="PARTIAL_REFUND", alone="核对过")
    with tenancy.acting(cast.owner):
        outcomes = list(case.lines.order_by("position").values_list("outcome", flat=True))
    assert outcomes == ["FULL_REFUND", "DEDUCTION_UPHELD"]


def test_nothing_is_proven_before_everybody_knows(at, cast):
    number = agreed.shop_effective(at, cast)
    with pytest.raises(WrongState):
        prove(cast.owner, number, on="2026-09-09")


def test_a_refund_that_paid_an_obligation_is_not_made_smaller_afterwards(at, cast):
    number = shop_fulfilling(at, cast)
    at("2026-09-18T15:00")
    do(cast.owner, number, "record_refund", lines=[1], on="2026-09-17", amount="600.00", file=photo())
    event = last_event(cast.owner, number)
    with pytest.raises(Invalid):
        do(cast.owner, number, "correct_record", event=event.seq, fields={"amount": "500.00"}, reason="看错")

"""Days worked out by hand: the worked cases, holidays, make-up workdays, month ends, leap years, unknown years."""

from dataclasses import replace
from datetime import date

import pytest

from cases.law.clocks import compute
from cases.law.periods import WrongUse
from config.clock import day_end
from config.errors import Conflict, Invalid, StatutoryNeverPauses
from tests.law.book import CALENDAR, at, rules_on, run

WORKED_CASES = [
    # case A: a letter before Mid-Autumn and National Day
    ("CK-OPEN", "2026-09-23", {}, "2026-09-29"),
    ("CK-CUST", "2026-09-23T09:30", {}, "2026-09-24"),
    ("CK-ACK", "2026-09-24T10:00", {}, "2026-09-29"),
    ("CK-EXPL", "2026-09-24T10:00", {}, "2026-10-09"),
    # case B
    ("CK-OPEN", "2026-08-17T18:00", {}, "2026-08-20"),
    ("CK-ACK", "2026-08-18T10:00", {}, "2026-08-20"),
    ("CK-EXPL", "2026-08-18T10:00", {}, "2026-09-02"),
    ("CK-OFFER", "2026-09-01", {}, "2026-09-08"),
    ("CK-OBL", "2026-09-09", {"days": 10, "unit": "bd"}, "2026-09-22"),
    ("CK-LIM", "2026-08-17", {}, "2029-08-17"),
    ("CK-LIM", "2026-08-17", {"interruptions": (at("2026-08-18T10:00"),)}, "2029-08-20"),
    # case C, where Saturday 10-10 is a workday and an agreed Sunday rolls
    ("CK-OPEN", "2026-10-09", {}, "2026-10-13"),
    ("CK-EXPL", "2026-10-12", {}, "2026-10-27"),
    ("CK-OBL", "2026-10-28", {"on": date(2026, 11, 10)}, "2026-11-10"),
    ("CK-OBL", "2026-10-28", {"on": date(2026, 12, 10)}, "2026-12-10"),
    ("CK-OBL", "2026-10-28", {"on": date(2027, 1, 10)}, "2027-01-11"),
    # case D, where Sunday 09-20 is a workday and fifteen days end in National Day
    ("CK-OPEN", "2026-09-18", {}, "2026-09-22"),
    ("CK-EXPL", "2026-09-21", {}, "2026-10-08"),
]


@pytest.mark.parametrize(("code", "start", "options", "due_on"), WORKED_CASES)
def test_the_worked_cases_end_on_their_days(code, start, options, due_on):
    assert str(run(code, start, **options).due_on) == due_on


BY_HAND = [
    ("CK-OPEN", "2025-01-24", {}, "2025-02-05"),  # Friday before Spring Festival: Sunday 01-26, 01-27, then 02-05
    ("CK-ACK", "2026-02-13", {}, "2026-02-24"),  # Saturday 02-14 works, the festival does not, then 02-24
    ("CK-ACK", "2026-09-19", {}, "2026-09-21"),  # from a Saturday: Sunday 09-20 works, then Monday
    ("CK-APP", "2026-09-10", {"document": "judgment"}, "2026-09-28"),  # 09-25 is Mid-Autumn, to Monday
    ("CK-APP", "2026-09-10", {"document": "ruling"}, "2026-09-20"),  # a Sunday that is a workday stays
    ("CK-REG", "2026-10-03", {}, "2026-10-10"),  # a Saturday that is a workday stays
    ("CK-FEE", "2026-11-02", {}, "2026-11-09"),  # "within 7 days from the day after the notice"
    ("CK-TRIAL", "2025-12-31", {"procedure": "small"}, "2026-02-28"),  # month end, a Saturday that works
    ("CK-TRIAL", "2026-08-31", {"procedure": "simplified"}, "2026-11-30"),
    ("CK-TRIAL", "2026-02-28", {"procedure": "ordinary"}, "2026-08-28"),  # the corresponding day, not the month's last
    ("CK-TRIAL", "2025-10-08", {"procedure": "small"}, "2025-12-08"),
    ("CK-TRIAL", "2025-10-08", {"procedure": "small", "extend": 1}, "2026-01-08"),
    ("CK-TRIAL", "2025-03-31", {"procedure": "simplified", "extend": 1}, "2025-07-31"),
    ("CK-TRIAL", "2025-08-31", {"procedure": "ordinary", "extend": 6}, "2026-08-31"),  # not by way of 28 February
    ("CK-OBL", "2026-01-31", {"days": 1, "unit": "m"}, "2026-02-28"),
    ("CK-OBL", "2028-01-31", {"days": 1, "unit": "m"}, "2028-02-29"),
    ("CK-OBL", "2028-02-29", {"days": 1, "unit": "y"}, "2029-02-28"),
    ("CK-OBL", "2026-12-31", {"days": 2, "unit": "m"}, "2027-03-01"),  # 28 February 2027 is a Sunday
    ("CK-LIM", "2024-02-29", {}, "2027-03-01"),
    ("CK-BANK-1", "2026-09-10", {"extend": 15}, "2026-10-10"),
    ("CK-PBOC-1", "2026-09-24", {}, "2026-10-12"),  # 28, 29, 30, then 8, 9, Saturday 10, 12
    ("CK-PBOC-2", "2026-08-03", {"extend": 45}, "2026-10-08"),  # 60 days end on 10-02
    ("CK-EVID", "2026-11-02", {"days": 15, "unit": "d", "procedure": "ordinary"}, "2026-11-17"),
    ("CK-EVID", "2026-11-02", {"days": 20}, "2026-11-23"),  # 11-22 is a Sunday
    ("CK-OFFER", "2026-09-01", {"on": date(2026, 9, 26)}, "2026-09-28"),
    ("CK-CURE", "2026-09-22", {}, "2026-09-30"),  # 23, 24, 28, 29, 30
    ("CK-SLIP", "2026-04-30", {}, "2026-05-08"),
]


@pytest.mark.parametrize(("code", "start", "options", "due_on"), BY_HAND)
def test_holidays_make_up_days_and_month_ends_are_as_counted_by_hand(code, start, options, due_on):
    assert str(run(code, start, **options).due_on) == due_on


def test_a_day_clock_ends_at_midnight_as_an_exclusive_bound():
    found = run("CK-ACK", "2026-08-18T10:00")
    assert found.due_at == day_end(found.due_on) == at("2026-08-21T00:00:00+08:00")


def test_the_day_of_the_start_is_the_one_in_shanghai():
    assert str(run("CK-EXPL", "2026-08-17T16:30:00+00:00").due_on) == "2026-09-02"
    assert str(run("CK-EXPL", "2026-08-17T15:59:59+00:00").due_on) == "2026-09-01"


def test_hours_run_from_the_instant_over_any_day():
    found = run("CK-CUST", "2026-09-25T23:59:30")
    assert (found.due_at, str(found.due_on)) == (at("2026-09-26T23:59:30"), "2026-09-26")
    assert str(run("CK-CUST", "2026-09-25").due_on) == "2026-09-25"
    assert not run("CK-CUST", "2031-01-01").provisional


@pytest.mark.parametrize(
    ("code", "start", "options", "provisional"),
    [
        ("CK-EXPL", "2026-12-16", {}, False),  # ends on Thursday 2026-12-31
        ("CK-EXPL", "2026-12-17", {}, True),
        ("CK-ACK", "2026-12-30", {}, True),
        ("CK-OPEN", "2026-12-28", {}, False),
        ("CK-LIM", "2026-08-17", {}, True),
        ("CK-LIM", "2022-05-10", {}, False),  # only its end asks the calendar, and 2025 is known
        ("CK-ACK", "2024-12-30", {}, True),
        ("CK-TRIAL", "2024-12-02", {"procedure": "small"}, False),
    ],
)
def test_what_hangs_on_a_year_without_a_notice_is_provisional(code, start, options, provisional):
    assert run(code, start, **options).provisional is provisional


def test_a_clock_that_does_not_roll_asks_no_calendar():
    rule = replace(rules_on("CK-EXPL", date(2031, 1, 1))[""], rolls=False)
    found = compute("CK-EXPL", {"": rule}, at("2030-12-21"), CALENDAR)
    assert (str(found.due_on), found.provisional) == ("2031-01-05", False)  # a Sunday


def test_known_days_off_of_an_unannounced_year_are_kept_already():
    assert str(run("CK-OBL", "2026-12-01", on=date(2027, 1, 1)).due_on) == "2027-01-04"
    assert str(run("CK-OBL", "2026-12-01", on=date(2027, 2, 5)).due_on) == "2027-02-09"
    assert str(run("CK-LIM", "2027-10-01").due_on) == "2030-10-04"


# -- pauses and extensions ---------------------------------------------------------------------------------------


def test_a_pause_of_whole_days_moves_our_own_clock_by_as_much():
    pause = ((at("2026-11-04T10:00"), at("2026-11-06T10:00")),)
    assert str(run("CK-EXPL", "2026-11-02", pauses=pause).due_on) == "2026-11-19"
    assert str(run("CK-OPEN", "2026-11-02", pauses=pause).due_on) == "2026-11-09"  # 3, 4 and 6 in part, 9
    weekend = ((at("2026-11-07"), at("2026-11-09")),)
    assert str(run("CK-REVIEW", "2026-11-05", pauses=weekend).due_on) == "2026-11-12"  # no workday was lost


def test_overlapping_pauses_count_once_and_a_later_pause_not_at_all():
    pauses = (
        (at("2026-11-04"), at("2026-11-06")),
        (at("2026-11-05"), at("2026-11-06")),
        (at("2027-01-01"), at("2027-02-01")),
    )
    assert str(run("CK-EXPL", "2026-11-02", pauses=pauses).due_on) == "2026-11-19"


def test_a_paused_clock_of_hours_runs_on_afterwards():
    pause = ((at("2026-11-02T12:00"), at("2026-11-02T15:30")),)
    assert run("CK-CUST", "2026-11-02T10:00", pauses=pause).due_at == at("2026-11-03T13:30")


def test_statutory_clocks_never_pause_and_agreed_ones_not_by_one_side():
    pause = ((at("2026-11-04"), at("2026-11-06")),)
    with pytest.raises(StatutoryNeverPauses):
        run("CK-LIM", "2026-11-02", pauses=pause)
    with pytest.raises(StatutoryNeverPauses):
        run("CK-EVID", "2026-11-02", days=15, pauses=pause)
    with pytest.raises(Conflict):
        run("CK-OBL", "2026-11-02", days=5, unit="d", pauses=pause)


def test_extensions_go_as_far_as_the_law_lets_them():
    assert str(run("CK-ACK", "2026-11-02", extend=3).due_on) == "2026-11-09"
    assert str(run("CK-OBL", "2026-11-02", on=date(2026, 11, 10), extend=2).due_on) == "2026-11-12"
    for code, options in (
        ("CK-PBOC-2", {"extend": 46}),
        ("CK-TRIAL", {"procedure": "small", "extend": 2}),
        ("CK-TRIAL", {"procedure": "ordinary", "extend": 7}),
        ("CK-BANK-1", {"extend": 16}),
    ):
        with pytest.raises(Invalid):
            run(code, "2026-11-02", **options)
    for code in ("CK-LIM", "CK-DEF", "CK-BANK-3", "CK-PO-3", "CK-ENF"):
        with pytest.raises(Conflict):
            run(code, "2026-11-02", extend=1)
    with pytest.raises(Conflict):
        run("CK-LIM", "2026-11-02", extend=1, interruptions=(at("2026-11-03"),))


# -- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "procedure", "fits"),
    [(14, "ordinary", False), (15, "ordinary", True), (40, "ordinary", True), (15, "simplified", True),
     (16, "simplified", False), (7, "small", True), (8, "small", False)],
)  # fmt: skip
def test_a_court_sets_the_time_for_evidence_within_bounds(days, procedure, fits):
    if fits:
        run("CK-EVID", "2026-11-02", days=days, procedure=procedure)
        return
    for options in ({"days": days}, {"on": date(2026, 11, 2 + days)}):
        with pytest.raises(Invalid):
            run("CK-EVID", "2026-11-02", procedure=procedure, **options)


def test_small_claims_have_no_appeal():
    with pytest.raises(Conflict):
        run("CK-APP", "2026-11-02", procedure="small", document="judgment")


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("CK-OBL", {}),
        ("CK-OBJ", {}),
        ("CK-EVID", {"procedure": "ordinary"}),
        ("CK-TRIAL", {}),
        ("CK-APP", {}),
        ("CK-ACK", {"days": 3, "unit": "d"}),
        ("CK-LIM", {"on": date(2027, 1, 1)}),
        ("CK-ACK", {"procedure": "small"}),
        ("CK-LIM", {"document": "ruling"}),
        ("CK-EXPL", {"interruptions": (at("2026-11-03"),)}),
        ("CK-OBL", {"days": 3, "on": date(2026, 11, 5)}),
        ("CK-OBL", {"unit": "d"}),
        ("CK-OBL", {"days": 0, "unit": "d"}),
        ("CK-OBL", {"days": -4, "unit": "bd"}),
        ("CK-OBL", {"days": 10**9, "unit": "d"}),
        ("CK-OBL", {"on": date(2026, 11, 1)}),
        ("CK-LIM", {"damage_on": date(2026, 11, 3)}),
        ("CK-ACK", {"pauses": ((at("2026-11-05"), at("2026-11-04")),)}),
        ("CK-ACK", {"extend": -1}),
        ("CK-ACK", {"extend": 10**9}),
    ],
)
def test_a_question_that_makes_no_sense_is_wrong_use(code, options):
    with pytest.raises(WrongUse):
        run(code, "2026-11-02", **options)


@pytest.mark.parametrize("start", ["0001-01-01", "9999-12-31", "1949-12-31"])
def test_impossible_years_are_wrong_use(start):
    with pytest.raises(WrongUse):
        run("CK-ACK", start)


def test_a_day_before_the_first_rule_says_that_none_holds():
    with pytest.raises(Conflict, match="2016-01-01"):
        run("CK-LIM", "2016-01-01")


def test_the_rule_of_the_day_of_the_start_applies():
    assert "民法总则" in run("CK-LIM", "2020-12-31").source.zh
    assert "民法典第 188 条" in run("CK-LIM", "2021-01-01").source.zh
    assert "246" in run("CK-ENF", "2023-12-31").source.zh
    assert "250" in run("CK-ENF", "2024-01-01").source.zh


def test_a_source_that_was_not_read_says_so():
    assert "待核对" in run("CK-PBOC-1", "2026-11-02").source.zh
    assert "待核对" not in run("CK-DEF", "2026-11-02").source.zh


def test_time_to_cure_is_ours_until_the_agreement_names_it():
    assert run("CK-CURE", "2026-11-02").kind == "P"
    assert run("CK-CURE", "2026-11-02", days=5, unit="d").kind == "C"


def test_the_steps_lead_without_a_gap_from_the_start_to_the_end():
    for code, options in (("CK-EXPL", {}), ("CK-ACK", {}), ("CK-LIM", {}), ("CK-OBL", {"on": date(2026, 12, 6)})):
        found = run(code, "2026-09-21", **options)
        for before, after in zip(found.steps, found.steps[1:], strict=False):
            assert before.end == after.start
        assert (str(found.steps[0].start), found.steps[-1].end) == ("2026-09-21", found.due_at)


def test_steps_name_the_make_up_days_and_holidays_they_passed():
    what = [step.what.zh for step in run("CK-OPEN", "2026-09-18").steps]
    assert any("2026-09-20" in text for text in what)
    what = [step.what.zh for step in run("CK-OPEN", "2026-09-23").steps]
    assert any("2026-09-25" in text for text in what)

"""Limitation and the time for enforcement: what restarts them, what no longer does, and the twenty years."""

from datetime import date

import pytest

from cases.law.periods import WrongUse
from tests.law.book import at, run


def test_limitation_restarts_at_each_arrival_in_any_order():
    arrivals = (at("2028-03-01T09:00"), at("2026-08-18T10:00"))
    assert str(run("CK-LIM", "2026-08-17", interruptions=arrivals).due_on) == "2031-03-03"  # 03-01 is a Saturday


def test_a_demand_after_the_end_or_before_the_start_changes_nothing():
    assert str(run("CK-LIM", "2022-06-01", interruptions=(at("2025-06-04"),)).due_on) == "2025-06-03"
    assert str(run("CK-LIM", "2022-06-01", interruptions=(at("2021-06-04"),)).due_on) == "2025-06-03"


def test_a_demand_on_the_last_day_as_rolled_is_in_time():
    # 2025-06-01 is the Dragon Boat holiday: the period ends on 06-03 at 24:00
    assert str(run("CK-LIM", "2022-06-01", interruptions=(at("2025-06-03T23:59:59.999999"),)).due_on) == "2028-06-05"
    assert str(run("CK-LIM", "2022-06-01", interruptions=(at("2025-06-04T00:00"),)).due_on) == "2025-06-03"


def test_twenty_years_from_the_damage_end_limitation_whatever_was_demanded():
    found = run("CK-LIM", "2025-05-06", damage_on=date(2006, 5, 9), interruptions=(at("2026-05-09T10:00"),))
    assert str(found.due_on) == "2026-05-09"  # a Saturday that is a workday
    assert not found.provisional
    assert str(run("CK-LIM", "2026-08-17", damage_on=date(2026, 8, 17)).due_on) == "2029-08-17"


def test_a_demand_after_the_twenty_years_is_not_told_as_a_restart():
    options = {"damage_on": date(2006, 5, 9), "interruptions": (at("2026-05-11"),)}
    assert not [step for step in run("CK-LIM", "2025-05-06", **options).steps if "重新计算" in step.what.zh]


def test_enforcement_restarts_like_limitation_but_has_no_longest_limit():
    assert str(run("CK-ENF", "2024-03-04", interruptions=(at("2024-09-10"),)).due_on) == "2026-09-10"
    with pytest.raises(WrongUse):
        run("CK-ENF", "2024-03-04", damage_on=date(2024, 1, 1))

"""Every clock over random days and options against the naive second implementation beside this file."""

from datetime import date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases.law.clocks import Options, compute
from config.clock import Calendar, local_day
from tests.law import naive
from tests.law.book import CALENDAR, RULES, at, rules_on, run

AGREED = ("CK-OBL", "CK-OBJ", "CK-OFFER", "CK-SLIP", "CK-CURE", "CK-EVID")
POLICY = sorted(code for code, (kind, _, _) in naive.TABLE.items() if kind == "P")
# Twice as often where holidays, make-up workdays and the edges of the known years are.
starts = st.one_of(
    st.datetimes(
        datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2029-12-31"), timezones=st.just(naive.CST)
    ),
    st.datetimes(
        datetime.fromisoformat("2025-09-01"), datetime.fromisoformat("2027-02-01"), timezones=st.just(naive.CST)
    ),
)
many = settings(max_examples=200, deadline=None)


def pauses_near(start: datetime):
    """Up to three pauses around the start, on full hours, overlapping as they like."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    pause = st.tuples(st.integers(-48, 24 * 40), st.integers(1, 24 * 12)).map(
        lambda p: (midnight + timedelta(hours=p[0]), midnight + timedelta(hours=p[0] + p[1]))
    )
    return st.lists(pause, min_size=1, max_size=3).map(tuple)


def asked(name: str) -> tuple[str, dict]:
    """A key of the naive table as a code and its options."""
    code, _, word = name.partition(" ")
    return code, ({"document": word} if word in ("judgment", "ruling") else {"procedure": word} if word else {})


def test_the_two_tables_speak_of_the_same_clocks():
    ruled = {rule.code for rule in RULES}
    assert ruled == {name.split()[0] for name in naive.TABLE} | {"CK-CUST", "CK-OBL", "CK-OBJ", "CK-EVID"}


def test_the_two_calendars_agree_on_every_day():
    day = date(2023, 1, 1)
    while day < date(2033, 1, 1):
        assert CALENDAR.is_workday(day) == naive.works(day), day
        day += timedelta(days=1)


@many
@given(name=st.sampled_from(sorted(naive.TABLE)), start=starts)
def test_every_clock_ends_where_counting_by_hand_ends(name, start):
    code, options = asked(name)
    kind, length, unit = naive.TABLE[name]
    found = run(code, start.isoformat(), **options)
    assert (found.due_on, found.provisional) == naive.ends(start, length, unit)
    assert (found.code, found.kind, found.starts_at) == (code, kind, start)
    assert found.due_at == datetime.combine(found.due_on + timedelta(days=1), datetime.min.time(), naive.CST)


@many
@given(
    code=st.sampled_from(AGREED),
    start=starts,
    unit_and_length=st.one_of(
        st.tuples(st.just("bd"), st.integers(1, 60)),
        st.tuples(st.just("d"), st.integers(1, 400)),
        st.tuples(st.just("m"), st.integers(1, 30)),
        st.tuples(st.just("y"), st.integers(1, 5)),
    ),
)
@example(code="CK-OBL", start=at("2027-12-31"), unit_and_length=("m", 2))
@example(code="CK-OBL", start=at("2028-02-29"), unit_and_length=("y", 4))
def test_agreed_spans_end_where_counting_by_hand_ends(code, start, unit_and_length):
    unit, length = unit_and_length
    found = run(code, start.isoformat(), days=length, unit=unit)
    assert (found.due_on, found.provisional) == naive.ends(start, length, unit)


@many
@given(code=st.sampled_from(AGREED), start=starts, ahead=st.integers(0, 500))
def test_a_named_last_day_moves_only_off_a_day_off(code, start, ahead):
    day = start.date() + timedelta(days=ahead)
    found = run(code, start.isoformat(), on=day)
    while not naive.works(day):
        day += timedelta(days=1)
    assert found.due_on == day


@many
@given(code=st.sampled_from(POLICY), start=starts, data=st.data())
def test_a_paused_clock_counts_only_the_hours_that_ran(code, start, data):
    pauses = data.draw(pauses_near(start))
    found = run(code, start.isoformat(), pauses=pauses)
    _, length, unit = naive.TABLE[code]
    assert (found.due_on, found.provisional) == naive.ends(start, length, unit, pauses)


@many
@given(code=st.sampled_from(POLICY), start=starts, extend=st.integers(1, 40))
def test_an_extension_lengthens_our_clocks_in_their_own_unit(code, start, extend):
    found = run(code, start.isoformat(), extend=extend)
    _, length, unit = naive.TABLE[code]
    assert found.due_on == naive.ends(start, length + extend, unit)[0]


@many
@given(
    code=st.sampled_from(["CK-LIM", "CK-ENF"]),
    start=starts,
    arrivals=st.lists(st.integers(-40, 365 * 8), max_size=4),
    damage=st.one_of(st.none(), st.integers(0, 365 * 21)),
)
def test_limitation_restarts_and_stops_where_counting_by_hand_does(code, start, arrivals, damage):
    arrived = [start + timedelta(days=days) for days in arrivals]
    damage_on = start.date() - timedelta(days=damage) if damage is not None and code == "CK-LIM" else None
    found = run(code, start.isoformat(), interruptions=tuple(arrived), damage_on=damage_on)
    assert found.due_on == naive.limitation(start, 3 if code == "CK-LIM" else 2, arrived, damage_on)
    assert found.due_at == datetime.combine(found.due_on + timedelta(days=1), datetime.min.time(), naive.CST)


@many
@given(start=starts, data=st.data())
def test_hours_end_as_many_hours_later_as_were_paused(start, data):
    pauses = data.draw(pauses_near(start))
    found = run("CK-CUST", start.isoformat(), pauses=pauses)
    minute, left = start, 24 * 3600 * 1_000_000
    # Walk from one full hour to the next; inside an hour a clock either runs or stands still.
    while left > 0:
        hour = minute.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        if any(begin <= minute < end for begin, end in pauses):
            minute = hour
            continue
        ran = min(left, (hour - minute) // timedelta(microseconds=1))
        minute, left = minute + timedelta(microseconds=ran), left - ran
    assert found.due_at == minute
    assert found.due_on == local_day(minute - timedelta(microseconds=1))


@many
@given(
    name=st.sampled_from(sorted(naive.TABLE)),
    start=starts,
    arrivals=st.lists(st.integers(1, 365 * 4), max_size=2),
    notice=st.sets(st.integers(0, 365 * 12), max_size=600),
)
# The demand of 2024-06-02 is in time because 06-01 is a Saturday, unless that year's notice made it a workday.
@example(name="CK-ENF", start=at("2022-06-01"), arrivals=[732], notice={517})
def test_what_is_not_provisional_no_later_notice_can_change(name, start, arrivals, notice):
    code, options = asked(name)
    if code in ("CK-LIM", "CK-ENF"):
        options["interruptions"] = tuple(start + timedelta(days=days) for days in arrivals)
    found = run(code, start.isoformat(), **options)
    # A world in which the years without a notice turn out otherwise on some of their days.
    turned = {date(2023, 1, 1) + timedelta(days=days) for days in notice} | {date(2024, 12, 30), date(2027, 1, 4)}
    turned = {day for day in turned if day.year not in CALENDAR.loaded}
    world = Calendar(
        days_off=CALENDAR.days_off | {day for day in turned if CALENDAR.is_workday(day)},
        make_up_days=CALENDAR.make_up_days | {day for day in turned if not CALENDAR.is_workday(day)},
        loaded=CALENDAR.loaded | set(range(2000, 2060)),
    )
    other = compute(code, rules_on(code, local_day(start)), start, world, Options(**options))
    assert found.provisional or other.due_on == found.due_on

"""Clocks that pass: reminders before and after, endings, each once, judged by stored instants however late."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection

from cases.models import Case, Deadline, Event, Notice, Timer
from cases.services import chain, expiry, investigation
from config import tenancy
from config.actors import SYSTEM
from config.clock import SHANGHAI
from config.errors import WrongState
from tests import walk


def sweep() -> int:
    """Rounds of the sweeper until nothing is due."""
    done = 0
    while found := expiry.sweep():
        done += found
    return done


def rows(actor, number: str, model, **where) -> list:
    with tenancy.acting(actor):
        return list(model.objects.filter(case__number=number, **where).order_by("pk"))


def notices(actor, number: str) -> list[tuple[str, str]]:
    """What the actor's organisation was told about clocks: (kind, code), in order."""
    with tenancy.acting(actor):
        found = Notice.objects.filter(case__number=number, organisation_id=actor.organisation_id)
        return [(n.kind, n.params["code"]) for n in found.order_by("created_at", "dedup_key") if "code" in n.params]


def passed(actor, number: str) -> list[str]:
    return [e.data["code"] for e in walk.events(actor, number) if e.act == "clock_passed"]


def state_of(actor, number: str, code: str) -> list[str]:
    return [d.state for d in rows(actor, number, Deadline, code=code)]


def pair(at, cast, state: str) -> tuple[str, str]:
    """Two cases of the company that live through the same at the same instants."""
    at("2026-08-17T18:00")
    line = {**walk.LINE, "store": "新街口店"}
    both = [walk.file(cast.finance, line, provider=str(cast.provider.id), submit=False) for _ in range(2)]
    for reached, take in walk._ROAD:
        for number in both:
            take(at, cast, number)
        if reached == state:
            break
    return tuple(both)


def test_a_letter_without_an_answer_is_told_of_on_the_second_and_the_fifth_working_day(at, cast):
    number = walk.shop_awaits(at, cast)
    sweep()
    at("2026-08-20T23:59:59")
    sweep()
    assert notices(cast.owner, number) == []
    at("2026-08-21T00:00")
    sweep()
    # The reminder on the second working day and the end of the clock fall together and are told once.
    assert notices(cast.owner, number) == [("clock_passed", "CK-ACK")]
    assert (passed(cast.owner, number), state_of(cast.owner, number, "CK-ACK")) == (["CK-ACK"], ["expired"])
    at("2026-08-26T00:00")
    sweep()
    assert notices(cast.owner, number) == [("clock_passed", "CK-ACK")] * 2
    assert passed(cast.owner, number) == ["CK-ACK"]


def test_an_answer_ends_the_reminders_that_go_on_after_the_end(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-08-21T09:00")
    sweep()
    walk.do(cast.owner, number, "acknowledge", **walk.behalf("2026-08-21T08:00"))
    at("2026-08-26T09:00")
    sweep()
    assert notices(cast.owner, number) == [("clock_passed", "CK-ACK")]
    assert state_of(cast.owner, number, "CK-ACK") == ["expired"]


def test_an_answer_that_came_in_time_and_was_recorded_late_meets_its_clock(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-08-24T09:00")
    sweep()
    walk.do(cast.owner, number, "acknowledge", **walk.behalf("2026-08-20T23:59:59"))
    assert state_of(cast.owner, number, "CK-ACK") == ["met"]


def test_the_last_day_is_said_to_who_must_act_and_no_more_when_it_is_over(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    at("2026-09-02T00:00")
    sweep()
    assert notices(cast.agent, number) == [("due_soon", "CK-EXPL")]
    assert notices(cast.finance, number) == [("due_ahead", "CK-EXPL")]


def test_the_last_day_is_not_told_of_when_it_is_over(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    at("2026-09-03T00:00")
    sweep()
    assert notices(cast.agent, number) == [("clock_passed", "CK-EXPL")]
    assert [t.state for t in rows(cast.finance, number, Timer, step="before:1d", deadline__code="CK-EXPL")] == [
        "cancelled"
    ]


def test_a_draft_reminds_finance_and_then_the_approver_and_never_the_other_side(at, cast):
    number = walk.company(at, cast, "DRAFT")
    at("2026-08-28T00:00")
    sweep()
    assert notices(cast.finance, number) == [("clock_passed", "CK-OPEN"), ("escalated", "CK-OPEN")]
    with tenancy.acting(cast.finance):
        seats = {n.kind: n.seats for n in Notice.objects.filter(case__number=number)}
    assert "merchant.approver" in seats["escalated"]
    assert "merchant.approver" not in seats["clock_passed"]
    assert notices(cast.agent, number) == []


def test_limitation_alarms_once_for_all_lines_of_a_day_and_never_tells_the_other_side(at, cast):
    lines = [{**walk.LINE, "amount": f"{n}.00", "store": "新街口店"} for n in range(1, 6)]
    number = walk.company(at, cast, "OPEN", *lines, {**lines[0], "on": "2026-08-10"})
    at("2029-03-01T00:00")
    sweep()
    limitation = [n for n in notices(cast.finance, number) if n[1] == "CK-LIM"]
    assert limitation == [("due_ahead", "CK-LIM")] * 2  # one for each of the two last days
    at("2029-08-20T00:00")
    sweep()
    ends = [e.data for e in walk.events(cast.finance, number) if e.data.get("code") == "CK-LIM"]
    assert [end["of_lines"] for end in ends] == [[6], [1, 2, 3, 4, 5]]
    assert notices(cast.agent, number) == []


def test_the_lines_left_keep_their_alarms_when_one_goes(at, cast):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner, walk.LINE, {**walk.LINE, "amount": "3.00"})
    with tenancy.acting(cast.owner):
        holder = Timer.objects.get(case__number=number, step="due", deadline__code="CK-LIM", state="pending")
        of_line = Case.objects.get(number=number).lines.get(pk=holder.deadline.subject_id).position
    walk.do(cast.owner, number, "drop_line", line=of_line, reason="记错了")
    at("2029-08-18T00:00")
    sweep()
    assert "CK-LIM" in passed(cast.owner, number)


def test_silence_on_a_view_is_confirmed_as_disputed_at_the_instant_it_was_due(at, cast):
    number = walk.company(at, cast, "RESP_REVIEW")
    due_at = rows(cast.finance, number, Deadline, code="CK-RESP")[0].due_at
    at("2026-10-30T12:00")
    sweep()
    case = walk.case_of(cast.finance, number)
    event = walk.last_event(cast.finance, number)
    assert (case.state, case.state_since) == ("RESP_CONFIRMED", due_at)
    assert (event.act, event.seat, event.data["result"], event.data["clock"]) == (
        "confirm_responsibility", "system", "disputed", "CK-RESP",
    )  # fmt: skip
    assert state_of(cast.finance, number, "CK-RESP") == ["expired"]
    assert sweep() == 0


def test_an_explanation_that_nobody_reviews_goes_on_as_disputed(at, cast):
    number = walk.shop_explained(at, cast)
    at("2026-09-30T00:00")
    sweep()
    assert walk.case_of(cast.owner, number).state == "RESP_CONFIRMED"


def test_an_act_that_is_late_by_the_instant_is_late_though_no_sweeper_ran(at, cast):
    """Two cases, the same act at the same late instant: one was swept in time, the other never."""
    swept, unswept = pair(at, cast, "RESP_REVIEW")
    due_at = rows(cast.finance, swept, Deadline, code="CK-RESP")[0].due_at
    at(f"{due_at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M:%S}")
    first = rows(cast.finance, swept, Timer, deadline__code="CK-RESP")
    for timer in first:
        expiry.fire(timer.id, timer.case_id, cast.yunshan.id)
    at(f"{due_at.astimezone(SHANGHAI):%Y-%m-%d}T09:00")
    for number in (swept, unswept):
        with pytest.raises(WrongState):
            walk.do(cast.agent, number, "answer_responsibility", agree=True)


def outcome(actor, number: str) -> tuple:
    """All that time made of a case, without ids, and without when a row was written."""
    case = walk.case_of(actor, number)
    acts = [(e.act, e.seat, {k: v for k, v in e.data.items() if k != "evidence"}) for e in walk.events(actor, number)]
    clocks = sorted((d.code, d.due_at, d.state, d.started_seq) for d in rows(actor, number, Deadline))
    told = sorted((n.kind, str(n.params)) for n in rows(actor, number, Notice) if n.kind != "due_soon")
    return case.state, case.state_since, case.version, case.next_due_at, acts, clocks, told


def test_a_sweeper_that_slept_for_months_makes_of_a_case_what_one_that_never_slept_does(at, cast):
    """Only what is said of the last 24 hours is left out once they are over."""
    awake, asleep = pair(at, cast, "AWAIT_EXPLANATION")
    for day in ("08-21", "08-26", "09-01", "09-02", "09-03"):
        at(f"2026-{day}T00:00")
        for timer in rows(cast.finance, awake, Timer, state="pending"):
            expiry.fire(timer.id, timer.case_id, cast.yunshan.id)
    for number in (awake, asleep):
        walk.do(cast.agent, number, "explain", text="按 7.3 条收取")
    at("2026-12-01T00:00")
    sweep()
    one, other = outcome(cast.finance, awake), outcome(cast.finance, asleep)
    without = lambda told: [n for n in told if n[0] != "due_ahead"]  # noqa: E731
    assert one[:-1] == other[:-1]
    assert without(one[-1]) == without(other[-1])
    assert one[0] == "RESP_CONFIRMED"


def test_what_is_due_at_once_in_a_case_happens_in_order(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-12-01T00:00")
    order = rows(cast.owner, number, Timer, state="pending", fire_at__lte=datetime(2026, 12, 1, tzinfo=SHANGHAI))
    last, first = max(order, key=lambda t: t.fire_at), min(order, key=lambda t: t.fire_at)
    assert not expiry.fire(last.id, last.case_id, cast.haoyoulin.id)
    assert expiry.fire(first.id, first.case_id, cast.haoyoulin.id)
    assert not expiry.fire(first.id, first.case_id, cast.haoyoulin.id)
    sweep()
    dues = [e.data["due_at"] for e in walk.events(cast.owner, number) if e.act == "clock_passed"]
    assert len(dues) == 2
    assert dues == sorted(dues)
    with tenancy.acting(cast.owner):
        assert chain.first_bad(Event.objects.filter(case__number=number).order_by("seq")) is None


def test_nothing_fires_for_another_merchant_or_before_its_time(at, cast):
    number = walk.shop_awaits(at, cast)
    timer = rows(cast.owner, number, Timer, deadline__code="CK-ACK", step="due")[0]
    assert not expiry.fire(timer.id, timer.case_id, cast.haoyoulin.id)
    at("2026-08-21T00:00")
    assert not expiry.fire(timer.id, timer.case_id, cast.yunshan.id)
    assert not expiry.fire(uuid4(), timer.case_id, cast.haoyoulin.id)
    assert rows(cast.owner, number, Timer, pk=timer.pk)[0].state == "pending"


def test_one_that_always_fails_is_parked_and_holds_nobody_up(at, cast, monkeypatch):
    poisoned, healthy = walk.company(at, cast, "RESP_REVIEW"), walk.shop_awaits(at, cast)

    def broken(actor, number, data):
        raise RuntimeError("no paper")

    monkeypatch.setitem(expiry.ACTS, "confirm_as_disputed", ("confirm_responsibility", broken))
    at("2026-12-01T00:00")
    for _ in range(expiry.MOST_ATTEMPTS + 1):
        sweep()
        with tenancy.acting(SYSTEM, organisation_id=cast.yunshan.id):  # the pause is over
            Timer.objects.filter(retry_at__isnull=False).update(retry_at=None)
    timer = rows(cast.finance, poisoned, Timer, deadline__code="CK-RESP", step="due")[0]
    assert (timer.state, timer.attempts) == ("parked", 12)
    assert "no paper" in timer.last_error
    assert walk.case_of(cast.finance, poisoned).state == "RESP_REVIEW"
    assert "CK-EXPL" in passed(cast.owner, healthy)
    with connection.cursor() as cursor:
        cursor.execute("SELECT parked_timers FROM app_backlog()")
        assert cursor.fetchone()[0] == 1


def test_a_failure_waits_before_it_is_tried_again(at, cast, monkeypatch):
    walk.company(at, cast, "RESP_REVIEW")
    calls = []
    monkeypatch.setitem(
        expiry.ACTS, "confirm_as_disputed",
        ("confirm_responsibility", lambda *_: calls.append(1) or investigation.latest(None, "")),
    )  # fmt: skip
    at("2026-12-01T00:00")
    sweep()
    sweep()
    assert len(calls) == 1

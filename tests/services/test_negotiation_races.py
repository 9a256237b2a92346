"""Two at the same instant over one offer, each on a connection of its own: one wins, the other is told why it did not.

Every round ends in one of two whole outcomes; what is half of each is the fault that these tests look for.
"""

import threading
from collections import Counter

import pytest
from django.db import connection

from cases import actions
from cases.models import Agreement, Case, Deadline, Offer
from cases.services import expiry
from config import tenancy
from config.errors import Refused
from tests import cast as cast_module
from tests import walk
from tests.walk import HALF_BACK, do

ROUNDS = 8


@pytest.fixture
def here(committed):
    return cast_module.make()


class Two:
    """Runs pieces of work at the same time, each in a thread with its own connection; answers what each came to."""

    def __init__(self):
        self.ends: dict[str, str] = {}

    def run(self, **works) -> dict[str, str]:
        start = threading.Barrier(len(works))
        threads = [threading.Thread(target=self._one, args=(name, work, start)) for name, work in works.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "one waits for ever"
        return self.ends

    def _one(self, name, work, start):
        try:
            start.wait(30)
            work()
            self.ends[name] = "done"
        except Refused as refused:
            self.ends[name] = refused.code
        except Exception as error:  # noqa: BLE001  whatever it is, the test shows it
            self.ends[name] = repr(error)
        finally:
            connection.close()


def cases_pending(at, cast, rounds: int) -> list[str]:
    """Cases of the company, each with an offer of the provider that stands until a day of its own."""
    at("2026-08-17T18:00")
    provider, line = str(cast.provider.id), {**walk.LINE, "store": "新街口店"}
    numbers = [walk.file(cast.finance, line, provider=provider) for _ in range(rounds)]
    at("2026-08-18T09:50")
    for number in numbers:
        do(cast.finance, number, "send_letter", channel="email", arrived_at="2026-08-18T09:50", proof=walk.photo())
    at("2026-08-18T10:00")
    for i, number in enumerate(numbers):
        do(cast.approver, number, "approve")
        do(cast.agent, number, "explain", text="按 7.3 条收取", terms=HALF_BACK, valid_until=DAYS[i])
    return numbers


DAYS = ("2026-09-01", "2026-09-02", "2026-09-03", "2026-09-04", "2026-09-07", "2026-09-08", "2026-09-09", "2026-09-10")
NEXT = ("2026-09-02", "2026-09-03", "2026-09-04", "2026-09-05", "2026-09-08", "2026-09-09", "2026-09-10", "2026-09-11")


def how_it_ended(cast, number: str) -> tuple[str, str, int]:
    """State of the case, of its offer, and how many agreements were drafted."""
    with tenancy.acting(cast.finance):
        case = Case.objects.get(number=number)
        running = Deadline.objects.filter(case=case, code="CK-OFFER", state="running").count()
        assert not running, "an offer that has ended is still waited for"
        drafts = Agreement.objects.filter(case=case).count()
        return case.state, Offer.objects.get(case=case).state, drafts


def holds(cast, number: str) -> None:
    """The chain of events is whole, and tells one end of the offer only."""
    told = [event for event in walk.events(cast.finance, number) if event.data.get("offer") == 1]
    ends = [event.act for event in told if event.act != "make_offer"]
    assert len(ends) == 1, ends
    assert [event.seq for event in walk.events(cast.boss, number)][-1] == walk.case_of(cast.boss, number).version


@pytest.mark.parametrize("first", ["accept", "withdraw"])
def test_acceptance_and_withdrawal_at_the_same_instant_have_one_winner(here, at, first):
    numbers = cases_pending(at, here, ROUNDS)
    ends = Counter()
    for number in numbers:
        works = {
            "accept": lambda number=number: do(here.finance, number, "accept_offer", offer=1),
            "withdraw": lambda number=number: do(here.agent, number, "withdraw_offer", reason="算错了"),
        }
        order = [first, *(name for name in works if name != first)]
        found = Two().run(**{name: works[name] for name in order})
        ended = how_it_ended(here, number)
        if found["accept"] == "done":
            assert ended == ("AGREED_DRAFT", "accepted", 1)
            assert found["withdraw"] == "wrong_state"
        else:
            assert found == {"accept": "conflict", "withdraw": "done"}, found
            assert ended == ("NEGOTIATING", "withdrawn", 0)
        holds(here, number)
        ends[ended[1]] += 1
    assert sum(ends.values()) == ROUNDS


def test_acceptance_and_lapse_at_the_same_instant_have_one_winner(here, at):
    numbers = cases_pending(at, here, ROUNDS)
    for i, number in enumerate(numbers):
        at(f"{DAYS[i]}T23:59:59")

        def pass_midnight(i=i):
            at(f"{NEXT[i]}T00:00:00")
            while expiry.sweep():
                pass

        found = Two().run(
            accept=lambda number=number: do(here.finance, number, "accept_offer", offer=1), lapse=pass_midnight
        )
        assert found["lapse"] == "done"
        while expiry.sweep():
            pass
        ended = how_it_ended(here, number)
        if found["accept"] == "done":
            assert ended == ("AGREED_DRAFT", "accepted", 1)
        else:
            assert found["accept"] == "late", found
            assert ended == ("NEGOTIATING", "lapsed", 0)
        holds(here, number)


class Gate:
    """Stops one thread where its act has read the time but not yet taken the case."""

    def __init__(self, monkeypatch):
        self.reached, self.go_on = threading.Event(), threading.Event()
        settled = actions._settled

        def stopped(*args):
            if threading.current_thread() is not threading.main_thread() and not self.reached.is_set():
                self.reached.set()
                assert self.go_on.wait(30)
            return settled(*args)

        monkeypatch.setattr(actions, "_settled", stopped)


def test_an_acceptance_that_reaches_the_case_after_the_lapse_is_late_though_it_began_before(here, at, monkeypatch):
    (number,) = cases_pending(at, here, 1)
    at(f"{DAYS[0]}T23:59:59")
    gate, two = Gate(monkeypatch), Two()
    slow = threading.Thread(
        target=two._one,
        args=("accept", lambda: do(here.finance, number, "accept_offer", offer=1), threading.Barrier(1)),
    )
    slow.start()
    assert gate.reached.wait(30)
    at(f"{NEXT[0]}T00:00:00")
    while expiry.sweep():
        pass
    gate.go_on.set()
    slow.join(60)
    assert two.ends == {"accept": "late"}
    assert how_it_ended(here, number) == ("NEGOTIATING", "lapsed", 0)


def test_a_sweeper_that_comes_while_the_acceptance_holds_the_case_changes_nothing(here, at):
    (number,) = cases_pending(at, here, 1)
    at(f"{DAYS[0]}T23:59:59")
    inside, swept = threading.Event(), threading.Event()

    def accept():
        with tenancy.acting(here.finance):
            do(here.finance, number, "accept_offer", offer=1)
            inside.set()
            assert swept.wait(30)  # the case is still locked: nothing is committed yet

    def sweep():
        assert inside.wait(30)
        at(f"{NEXT[0]}T00:00:00")
        expiry.sweep()
        swept.set()

    assert Two().run(accept=accept, lapse=sweep) == {"accept": "done", "lapse": "done"}
    while expiry.sweep():
        pass
    assert how_it_ended(here, number) == ("AGREED_DRAFT", "accepted", 1)
    holds(here, number)


def test_two_acceptances_of_one_side_make_one_agreement(here, at):
    (number,) = cases_pending(at, here, 1)
    found = Two().run(
        finance=lambda: do(here.finance, number, "accept_offer", offer=1),
        boss=lambda: do(here.boss, number, "accept_offer", offer=1),
    )
    assert sorted(found.values()) == ["conflict", "done"]
    assert how_it_ended(here, number) == ("AGREED_DRAFT", "accepted", 1)


def test_offers_that_cross_leave_one_standing(here, at):
    number = walk.company(at, here, "RESP_CONFIRMED")
    found = Two().run(
        ours=lambda: do(here.finance, number, "make_offer", terms=HALF_BACK),
        theirs=lambda: do(here.agent, number, "make_offer", terms=HALF_BACK),
    )
    assert found == {"ours": "done", "theirs": "done"}
    with tenancy.acting(here.finance):
        states = sorted(Offer.objects.filter(case__number=number).values_list("state", flat=True))
    assert states == ["countered", "live"]

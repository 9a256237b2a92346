"""Processes die at any moment: what was due happens once all the same. Run with FAULT_SEED=… to repeat a run."""

from collections import Counter

import pytest

from config import database
from tests.conftest import point_to
from tests.faults import model

ALL = ("sweeper-1", "sweeper-2", "worker-1", "beat-1")
# The last day of CK-SEND and the answers not yet told; the last day of CK-EXPL; alarms and ends of limitation.
MOMENTS = ["2026-08-20T12:00", "2026-09-02T12:00", "2029-08-19T12:00"]


@pytest.fixture
def expected(prepared, plant, tmp_path, settings):
    """How it ends without a fault, at the instants asked for."""
    names = []

    def of(moments: list[str]) -> dict:
        name = f"{prepared}_{len(names)}"
        names.append(name)
        settings.DATA_DIR = tmp_path / name
        url = database.clone(settings.DATABASE_URL, prepared, name)
        point_to(name)
        model.live(url, moments)
        with database.administrator(url) as admin:
            found = model.ends(admin, model.RESULTS | model.REMINDERS)
        point_to(plant.name)
        return found

    yield of
    for name in names:
        database.drop(settings.DATABASE_URL, name)


def test_killed_at_any_moment_each_reminder_leaves_once_and_each_end_comes_once(plant, expected):
    plant.mailbox.takes = plant.gateway.takes = plant.trouble
    plant.start(*ALL)
    for moment in MOMENTS:
        plant.move(moment)
        plant.monkey(5)
        plant.settle()
    assert plant.kills["sweeper"] >= 3
    assert plant.kills["worker"] >= 3
    found = model.ends(plant.admin, model.RESULTS | model.REMINDERS)
    assert model.differences(found, expected(MOMENTS)) == {}
    assert model.broken_chains(plant.admin) == []
    _each_arrived_once(plant)


def _each_arrived_once(plant) -> None:
    """The peers count: what is marked as sent arrived, under one id; repeats are no more than the workers killed."""
    sent = {str(row[0]) for row in plant.ask("SELECT id FROM config_outboxmessage WHERE state = 'sent'")}
    raw = Counter(plant.mailbox.ids + plant.gateway.ids)
    assert set(raw) == sent
    repeats = sum(raw.values()) - len(raw)
    print(f"{len(raw)} messages, {repeats} repeated; killed: {plant.kills}")
    assert repeats <= plant.kills["worker"]
    texts = Counter((m["to"], m["text"]) for m in {m["id"]: m for m in plant.gateway.messages}.values())
    assert [text for (_, text), times in texts.items() if times > 1 and "新消息" not in text] == []


def test_five_sweepers_cut_off_from_the_database_do_everything_once(plant, expected):
    plant.start(*(f"sweeper-{i}" for i in range(5)))
    for moment in MOMENTS:
        plant.move(moment)
        for _ in range(3):
            plant.cut_off()
        plant.settle(messages=False)
    found = model.ends(plant.admin, model.RESULTS | model.REMINDERS)
    wanted = expected(MOMENTS)
    for ends in (found, wanted):
        del ends["messages"]
    assert model.differences(found, wanted) == {}
    assert model.broken_chains(plant.admin) == []
    assert all(process.poll() is None for process in plant.running.values())
    assert plant.stop() == [0] * 5


def test_a_sweeper_that_starts_after_years_comes_to_the_same_end(plant, expected):
    plant.move(MOMENTS[-1])
    plant.start("sweeper-1")
    plant.settle(messages=False)
    found, wanted = model.ends(plant.admin, model.RESULTS), expected(MOMENTS)
    assert model.differences(found, {name: wanted[name] for name in found}) == {}
    assert model.broken_chains(plant.admin) == []


def test_where_no_sweeper_runs_the_beat_does_all_of_it(plant, expected):
    from config.celery import app

    plant.start("worker-1")
    plant.move(MOMENTS[0])
    app.send_task(app.conf.beat_schedule["sweep"]["task"], retry=False)
    plant.settle()
    found, wanted = model.ends(plant.admin, model.RESULTS | model.REMINDERS), expected(MOMENTS[:1])
    assert model.differences(found, wanted) == {}

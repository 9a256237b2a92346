"""The demo: made once, in one piece, with a past that nobody is told about; a database in use is left alone."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command

from cases import actions
from cases.demo import crowd, stories
from config import database
from tests import cast as cast_module
from tests.conftest import ROOT, TEMPLATE

NAME = "recourse_demo"


def run(url: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=180
    )


@pytest.fixture(scope="module")
def demo(template, tmp_path_factory):
    """A database with the demo, made by the command as anybody runs it."""
    database.drop(settings.DATABASE_URL, NAME)
    url, folder = database.clone(settings.DATABASE_URL, TEMPLATE, NAME), tmp_path_factory.mktemp("demo")
    done = run(url, folder, "demo", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    yield SimpleNamespace(url=url, folder=folder, told=json.loads(done.stdout))
    database.drop(settings.DATABASE_URL, NAME)


def ask(demo, question: str):
    with database.administrator(demo.url) as admin:
        return admin.execute(question).fetchall()


def test_everybody_of_the_demo_is_told_with_what_logs_in(demo):
    logins = {login["seat"]: login for login in demo.told["logins"]}
    assert {"merchant.owner", "merchant.finance", "merchant.approver", "merchant.store", "provider.agent",
            "provider.approver", "legal.reviewer"} <= set(logins)  # fmt: skip
    assert all(login["phone"] and login["email"] and login["password"] for login in demo.told["logins"])
    assert bool(logins["provider.agent"]["totp_secret"]) and not logins["merchant.owner"]["totp_secret"]
    people = dict(ask(demo, "SELECT phone, password FROM merchants_user"))
    owner = logins["merchant.owner"]
    assert check_password(owner["password"], people[owner["phone"]])


def test_its_log_ins_are_kept_for_their_owner_alone(demo):
    kept = demo.folder / "demo.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text())["logins"] == demo.told["logins"]


def test_cases_stand_in_most_states_with_a_past_that_ends_today(demo):
    found = ask(demo, "SELECT state, outcome FROM cases_case")
    assert {state for state, _ in found} == {
        "DRAFT", "OPEN", "AWAIT_ACK", "AWAIT_EXPLANATION", "EXPLAINED", "RESP_REVIEW", "RESP_CONFIRMED", "NEGO_FAILED",
        "OFFER_PENDING", "SIGNING", "FULFILLING", "BREACHED", "CLOSED",
    }  # fmt: skip
    assert {"FULL_REFUND", "WITHDRAWN", "DEDUCTION_UPHELD"} <= {outcome for _, outcome in found}
    assert ask(demo, "SELECT count(*) FROM cases_draft") == [(1,)]
    [(first, last)] = ask(demo, "SELECT now() - min(at), max(at) <= now() FROM cases_event")
    assert first.days > 40 and last
    assert ask(demo, "SELECT count(*) > 2 FROM merchants_statementimport") == [(True,)]
    assert ask(demo, "SELECT count(*) FROM cases_line WHERE statement_line_id IS NOT NULL")[0][0] >= 4


def test_a_clock_that_has_passed_has_fired_at_its_own_instant_and_nothing_is_overdue(demo):
    assert ask(demo, "SELECT count(*) FROM cases_timer WHERE state = 'pending' AND fire_at <= now()") == [(0,)]
    passed = ask(demo, "SELECT at, data->>'due_at' FROM cases_event WHERE act = 'clock_passed'")
    assert passed and all(at.isoformat() <= due or at == at.fromisoformat(due) for at, due in passed)


def test_nobody_gets_mail_about_the_past_and_time_is_the_real_one_again(demo):
    assert ask(demo, "SELECT count(*) FROM cases_notice WHERE spread_at IS NULL") == [(0,)]
    assert ask(demo, "SELECT count(*) FROM config_outboxmessage") == [(0,)]
    assert ask(demo, "SELECT count(*) FROM config_clock") == [(0,)]


def test_the_demo_holds_to_every_invariant_and_its_chains_verify(demo):
    for command in ("invariants", "verify_audit"):
        done = run(demo.url, demo.folder, command)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_run_says_the_same_and_changes_nothing(demo):
    rows = "SELECT (SELECT count(*) FROM cases_event), (SELECT count(*) FROM merchants_user), (SELECT max(xmin::text::bigint) FROM merchants_user)"
    before = ask(demo, rows)
    done = run(demo.url, demo.folder, "demo", "--json")
    assert json.loads(done.stdout) == demo.told
    assert ask(demo, rows) == before


def test_the_words_for_a_person_hold_every_log_in_and_key(demo):
    text = run(demo.url, demo.folder, "demo").stdout
    for login in demo.told["logins"]:
        assert login["phone"] in text and login["password"] in text and login["totp_secret"] in text
    assert all(key["key"] in text for key in demo.told["keys"])


def test_cases_by_chance_are_added_up_to_the_number_asked_for(demo):
    def count() -> int:
        return ask(demo, "SELECT count(*) FROM cases_case")[0][0]

    before = count()
    for asked, added in ((3, 3), (3, 3), (5, 5)):
        assert run(demo.url, demo.folder, "demo", "--cases", str(asked), "--seed", "7").returncode == 0
        assert count() == before + added


def test_where_the_file_of_log_ins_is_lost_new_ones_are_given(demo, tmp_path):
    shutil.copytree(demo.folder / "files", tmp_path / "files")
    done = run(demo.url, tmp_path, "demo", "--json")
    told = json.loads(done.stdout)
    assert [login["phone"] for login in told["logins"]] == [login["phone"] for login in demo.told["logins"]]
    assert told["logins"][0]["password"] != demo.told["logins"][0]["password"]


def test_the_same_seed_makes_the_same_cases():
    def made(seed):
        found = [crowd.Course(None, crowd.Random(f"{seed}:{n}")) for n in range(1, 30)]
        return [(one.part, one.steps, one.fee, one.amounts) for one in found]

    assert made(1) == made(1) != made(2)


def test_a_database_with_cases_of_its_own_is_left_alone(committed, tmp_path):
    cast = cast_module.make()
    line = {"on": "2026-08-17", "amount": "2000.00"}
    actions.perform(cast.finance, "file", {"symptom": "S5", "lines": [line]})
    with database.administrator(committed) as admin:
        admin.execute("UPDATE merchants_user SET phone = NULL")  # the demo is known by its people's phones
    done = run(committed, tmp_path, "demo")
    assert done.returncode == 1 and "DEMO=0" in done.stderr and not (tmp_path / "demo.json").exists()


def test_a_demo_that_breaks_off_leaves_neither_rows_nor_a_wrong_time(committed, monkeypatch, settings, tmp_path):
    def breaks(world, past):
        yield past.workdays_ago(9, "10:00")
        raise CommandError("broken off")

    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("cases.management.commands.demo.STORIES", (*stories.STORIES[:3], breaks))
    with pytest.raises(CommandError):
        call_command("demo")
    with database.administrator(committed) as admin:
        left = "SELECT (SELECT count(*) FROM merchants_user), (SELECT count(*) FROM config_clock)"
        assert admin.execute(left).fetchone() == (0, 0)

"""The commands clock and load_rules on real rows: what they print, what they refuse, how they end."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cases.models import Holiday, LawRule
from cases.timetable import CLOCKS
from tests.law.book import CALENDAR, FIGURES, RULES, run

ROOT = Path(__file__).resolve().parents[2]
WORKS = {
    "CK-OBL": ["--days", "5", "--unit", "bd"],
    "CK-OBJ": ["--on", "2026-11-20"],
    "CK-EVID": ["--days", "15", "--unit", "d", "--procedure", "ordinary"],
    "CK-TRIAL": ["--procedure", "small"],
    "CK-APP": ["--document", "ruling"],
}


def clock(*words: str) -> dict:
    out = StringIO()
    call_command("clock", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def refused(*words: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        call_command("clock", *words, stdout=StringIO())
    return caught.value.returncode, str(caught.value)


def program(*words: str, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_answer_has_the_promised_shape():
    found = clock("CK-EXPL", "--from", "2026-09-21T10:00:00+08:00")
    assert list(found) == ["code", "kind", "starts_at", "due_on", "due_at", "provisional", "source", "steps"]
    assert (found["kind"], found["due_on"], found["provisional"]) == ("P", "2026-10-08", False)
    assert (found["starts_at"], found["due_at"]) == ("2026-09-21T10:00:00+08:00", "2026-10-09T00:00:00+08:00")
    assert all(set(step) == {"from", "to", "what"} for step in found["steps"])


@pytest.mark.django_db
@pytest.mark.parametrize("code", CLOCKS)
def test_every_code_is_answered_from_rows_as_from_the_shipped_file(code):
    found = clock(code, "--from", "2026-11-02T09:00+08:00", *WORKS.get(code, []))
    assert found["code"] == code
    if code not in WORKS:
        assert found == run(code, "2026-11-02T09:00").as_json()


@pytest.mark.django_db
def test_instants_of_any_offset_and_plain_days_are_understood():
    assert clock("ck-expl", "--from", "2026-08-17T16:30:00Z")["starts_at"] == "2026-08-18T00:30:00+08:00"
    assert clock("CK-EXPL", "--from", "2026-08-18")["due_on"] == "2026-09-02"


@pytest.mark.django_db
def test_interruptions_damage_pauses_and_extensions_reach_the_computation():
    start = ("CK-LIM", "--from", "2026-08-17")
    assert clock(*start, "--interrupt", "2026-08-18T10:00", "--interrupt", "2027-01-04")["due_on"] == "2030-01-04"
    assert clock(*start, "--damage", "2007-02-01")["due_on"] == "2027-02-01"
    assert clock("CK-EXPL", "--from", "2026-11-02", "--pause", "2026-11-04..2026-11-06")["due_on"] == "2026-11-19"
    assert (
        clock("CK-TRIAL", "--from", "2026-01-05", "--procedure", "simplified", "--extend", "1")["due_on"]
        == "2026-05-06"
    )


@pytest.mark.django_db
def test_sentences_follow_the_language_asked_for():
    words = ("CK-EXPL", "--from", "2026-09-21")
    assert "顺延" in clock(*words)["steps"][2]["what"]
    assert "moves to the next working day" in clock(*words, "--lang", "en")["steps"][2]["what"]
    out = StringIO()
    call_command("clock", *words, stdout=out)
    assert out.getvalue().startswith("说明这笔扣款（建议，自然日）：2026-10-08 24:00 截止\n")
    assert "出处：" in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("CK-LIM", "--from", "2026-11-02", "--pause", "2026-11-03..2026-11-04"), 1, "statutory_never_pauses"),
        (("CK-EVID", "--from", "2026-11-02", "--days", "14", "--procedure", "ordinary"), 1, "15"),
        (("CK-PBOC-2", "--from", "2026-11-02", "--extend", "46"), 1, "60"),
        (("CK-APP", "--from", "2026-11-02", "--procedure", "small"), 1, "一审终审"),
        (("CK-LIM", "--from", "2010-01-01"), 1, "2010-01-01"),
        (("CK-NONE", "--from", "2026-11-02"), 2, "CK-NONE"),
        (("CK-BANK", "--from", "2026-11-02"), 2, "CK-BANK-1, CK-BANK-2, CK-BANK-3"),
        (("CK-ACK", "--from", "2026-02-30"), 2, "2026-02-30"),
        (("CK-ACK", "--from", "yesterday"), 2, "yesterday"),
        (("CK-ACK", "--from", "9999-12-31T23:59:59-12:00"), 2, "9999"),
        (("CK-ACK",), 2, "--from"),
        (("CK-OBL", "--from", "2026-11-02"), 2, "--days"),
        (("CK-OBL", "--from", "2026-11-02", "--on", "2026-11-10T10:00"), 2, "2026-11-10T10:00"),
        (("CK-OBL", "--from", "2026-11-02", "--days", "x"), 2, "--days"),
        (("CK-TRIAL", "--from", "2026-11-02"), 2, "--procedure"),
        (("CK-ACK", "--from", "2026-11-02", "--extend", "0"), 2, "--extend"),
        (("CK-ACK", "--from", "2026-11-02", "--pause", "2026-11-03"), 2, "--pause"),
        (("CK-ACK", "--from", "2026-11-02", "--pause", "2026-11-03.."), 2, "--pause"),
        (("CK-ACK", "--from", "2026-11-02", "--pause", "2026-11-03..9999-12-31"), 2, "2199"),
    ],
)
def test_what_is_refused_ends_with_its_code_and_one_sentence(words, code, says):
    returncode, sentence = refused(*words)
    assert (returncode, says in sentence, "\n" in sentence) == (code, True, False), sentence


@pytest.mark.django_db
def test_a_refusal_as_json_carries_the_stable_code():
    out = StringIO()
    with pytest.raises(CommandError):
        call_command(
            "clock", "CK-LIM", "--from", "2026-11-02", "--pause", "2026-11-03..2026-11-04", "--json", stdout=out
        )
    assert json.loads(out.getvalue())["error"] == "statutory_never_pauses"


# -- as a program ------------------------------------------------------------------------------------------------


def test_the_program_prints_one_document_and_one_sentence(committed):
    done = program("clock", "CK-OPEN", "--from", "2026-09-18", "--json", DATABASE_URL=committed)
    assert (done.returncode, json.loads(done.stdout)["due_on"], done.stderr) == (0, "2026-09-22", "")
    done = program("clock", "CK-OPEN", "--from", "2026-09-18", "--procedure", "none", DATABASE_URL=committed)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    done = program(
        "clock", "CK-DEF", "--from", "2026-09-18", "--pause", "2026-09-19..2026-09-20", DATABASE_URL=committed
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_without_a_database_it_says_which_target_is_missing():
    done = program("clock", "CK-OPEN", "--from", "2026-09-18", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "连不上数据库，请先运行 make services。"


# -- rows --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_rows_give_back_the_shipped_rules_and_holidays():
    assert {row.as_rule() for row in LawRule.objects.all()} == {*RULES, *FIGURES}
    assert Holiday.objects.calendar() == CALENDAR


def test_loading_again_adds_nothing_and_a_new_notice_is_added_beside_the_old(committed, tmp_path):
    notice = tmp_path / "2027.json"
    days = [{"date": f"2027-{day}", "isOffDay": True} for day in ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")]
    notice.write_text(json.dumps({"year": 2027, "papers": ["通知"], "days": days}))
    done = program("load_rules", "--json", DATABASE_URL=committed)
    assert json.loads(done.stdout) == {"rules_added": 0, "years_added": []}
    for added in ([2027], []):
        done = program("load_rules", "--holidays", str(notice), "--json", DATABASE_URL=committed)
        assert json.loads(done.stdout) == {"rules_added": 0, "years_added": added}, done.stderr
    done = program("clock", "CK-ACK", "--from", "2027-02-04", "--json", DATABASE_URL=committed)
    found = json.loads(done.stdout)
    assert (found["due_on"], found["provisional"]) == ("2027-02-08", False)  # this notice knows no Spring Festival


def test_a_notice_that_cannot_be_right_changes_nothing(committed, tmp_path):
    notice = tmp_path / "2027.toml"
    notice.write_text('[[year]]\nyear = 2027\nsource = "x"\ndays_off = ["2026-05-01"]')
    done = program("load_rules", "--holidays", str(notice), DATABASE_URL=committed)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    done = program("load_rules", "--holidays", str(tmp_path / "none.toml"), DATABASE_URL=committed)
    assert (done.returncode, "none.toml" in done.stderr) == (1, True)
    assert Holiday.objects.calendar() == CALENDAR


@pytest.mark.django_db
def test_a_later_rule_holds_from_its_day_and_the_old_one_before_it():
    row = LawRule.objects.get(code="CK-APP", applies_if="document=ruling", valid_from=date(2024, 1, 1))
    LawRule.of(replace(row.as_rule(), value=12, valid_from=date(2026, 12, 1))).save()
    assert clock("CK-APP", "--from", "2026-11-30", "--document", "ruling")["due_on"] == "2026-12-10"
    assert clock("CK-APP", "--from", "2026-12-01", "--document", "ruling")["due_on"] == "2026-12-14"

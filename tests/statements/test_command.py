"""The `import_statement` command as a program: without database and broker, one document or one sentence, exit 0, 1 or 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.statements.reading import sample

ROOT = Path(__file__).parents[2]
NOWHERE = {"DATABASE_URL": "postgresql://nobody:none@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}


def run(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "import_statement", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, env=os.environ | NOWHERE, capture_output=True, text=True, timeout=60)


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    path = tmp_path / "对账单.csv"
    path.write_bytes(sample("acquirer.csv").encode("gb18030"))
    return path


def test_a_good_file_ends_0_with_one_document_and_its_records(statement, tmp_path):
    out = tmp_path / "records.jsonl"
    done = run(statement, "--dry-run", "--json", "--records", out)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert (report["format"], report["encoding"], report["accepted"]) == ("acquirer", "gb18030", 2)
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(r["txn_type"], r["gross"], r["direction"]) for r in records] == [
        ("SUMMARY", "18560.00", "C"),
        ("FEE", "2000.00", "D"),
    ]
    assert records[1]["file_sha256"] == report["sha256"]
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.mark.parametrize(("lang", "word"), [("zh", "不是金额"), ("en", "is not an amount")])
def test_a_bad_row_ends_1_and_is_named_in_the_readers_language(statement, lang, word):
    statement.write_bytes(statement.read_bytes().replace(b"18560.00,111.36,0.00", b"x,111.36,0.00"))
    done = run(statement, "--dry-run", "--json", "--lang", lang)
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1
    report = json.loads(done.stdout)
    assert [(r["line"], r["column"]) for r in report["rejected"]] == [(2, "交易金额")]
    assert word in report["rejected"][0]["why"]
    assert word in run(statement, "--dry-run", "--lang", lang).stdout


def test_a_total_that_differs_ends_1(statement):
    statement.write_bytes(statement.read_bytes().replace(b"16448.64", b"18448.64"))
    done = run(statement, "--dry-run")
    assert done.returncode == 1 and "结算金额" in done.stderr and "16448.64" in done.stdout


def test_a_file_that_is_no_statement_ends_1_with_one_sentence(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("<html><table></table></html>")
    done = run(path, "--dry-run", "--json")
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr
    assert json.loads(done.stdout)["error"] == "invalid"


@pytest.mark.parametrize("args", [["none.csv", "--dry-run"], [".", "--dry-run"], [__file__, "--dry-run", "--format", "nope"], [__file__],
                                  [__file__, "--dry-run", "--mapping", "none.json"], [__file__, "--dry-run", "--mapping", __file__]])  # fmt: skip
def test_wrong_use_ends_2_with_one_sentence(args):
    done = run(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1


def test_records_that_cannot_be_written_end_2_and_leave_nothing(statement, tmp_path):
    done = run(statement, "--dry-run", "--records", tmp_path / "no" / "where.jsonl")
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1


def test_a_mapping_reads_an_unknown_layout(tmp_path):
    path, columns = tmp_path / "x.csv", tmp_path / "columns.yaml"
    path.write_text("日子,店,本金,种类\n2026-09-22,A1,5.00,消费\n", encoding="utf-8")
    columns.write_text("日子: txn_on\n店: mid\n本金: gross\n种类: txn_type\n", encoding="utf-8")
    done = run(path, "--mapping", columns, "--dry-run", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["accepted"] == 1


def test_the_help_shows_an_example():
    done = run("--help")
    assert done.returncode == 0 and "manage.py import_statement 对账单.csv --dry-run" in done.stdout

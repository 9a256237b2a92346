"""Generated pages: a stale or missing one is named, and written anew."""

import sys
from pathlib import Path

import pytest

from scripts import docs


def run(monkeypatch: pytest.MonkeyPatch, what: str) -> int:
    monkeypatch.setattr(sys, "argv", ["docs.py", what])
    return docs.main()


def test_a_stale_page_is_named_until_it_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    monkeypatch.setattr(docs, "PAGES", {"docs/table.md": lambda: "# Now\n"})
    assert run(monkeypatch, "check") == 1
    assert run(monkeypatch, "write") == run(monkeypatch, "check") == 0
    (tmp_path / "docs" / "table.md").write_text("# Then\n", encoding="utf-8")
    assert run(monkeypatch, "check") == 1
    assert "docs/table.md is stale" in capsys.readouterr().err


def test_the_page_of_periods_shows_every_rule_with_its_source() -> None:
    page = docs.law()
    rows = [line for line in page.splitlines() if line.startswith("| `CK-")]
    assert len(rows) > 50
    assert all(row.count("|") == 7 and row.split("|")[6].strip() for row in rows)

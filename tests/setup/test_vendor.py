"""Front-end files of others are exactly those of their packages."""

import shutil
from pathlib import Path

import pytest

from scripts import vendor


def test_every_vendored_file_is_unchanged() -> None:
    assert vendor.problems() == []


@pytest.mark.parametrize("fault", ["changed", "missing", "foreign"])
def test_a_changed_missing_or_foreign_file_is_named(tmp_path: Path, fault: str) -> None:
    folder = shutil.copytree(vendor.VENDOR, tmp_path / "vendor")
    file = folder / "htmx" / "htmx.min.js"
    if fault == "changed":
        file.write_bytes(file.read_bytes() + b" ")
    elif fault == "missing":
        file.unlink()
    else:
        file = file.with_name("extra.js")
        file.write_text("", encoding="utf-8")
    [problem] = vendor.problems(folder)
    assert file.name in problem

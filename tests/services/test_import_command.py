"""import_statement --merchant: for whom it imports, as whom, and that two imports of one file at once are one."""

import json
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config import tenancy
from merchants.models import StatementImport, StatementLine
from merchants.services import statements, terminals
from tests import cast as cast_module
from tests.services.test_statements import MID, TID, lines, row, statement, stored


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "对账单.csv"
    path.write_bytes(statement(row(), footer="合计,,,,,,0.00,0.00,2000.00,,,,"))
    return path


def run(path, mid: str = MID, who: str = "") -> dict:
    out = StringIO()
    call_command("import_statement", path, merchant=mid, who=who, json=True, stdout=out)
    return json.loads(out.getvalue())


def test_the_owner_of_the_only_merchant_with_the_number_imports(cast, file):
    terminals.know(cast.owner, MID, TID)
    found = run(file)
    assert (found["format"], found["accepted"], found["control"]["ok"]) == ("acquirer", 1, True)
    assert (found["added"], found["duplicate"], found["held"]) == (1, False, False)
    assert len(lines(cast.owner)) == 1 and not lines(cast.finance)
    with tenancy.acting(cast.owner):
        assert StatementImport.objects.get().imported_by_id == cast.owner.user_id
    assert run(file)["duplicate"] and len(lines(cast.owner)) == 1


def test_where_nobody_or_more_than_one_has_the_number_a_person_is_to_be_named(cast, file):
    with pytest.raises(CommandError, match="--as"):
        run(file)
    terminals.know(cast.owner, MID, TID)
    terminals.know(cast.boss, MID, TID)
    with pytest.raises(CommandError, match="--as"):
        run(file)
    assert run(file, who="13800000002")["added"] == 1  # the company's owner, by phone
    assert len(lines(cast.boss)) == 1 and not lines(cast.owner)


def test_a_number_nobody_has_yet_belongs_to_who_is_named(cast, file):
    assert run(file, who="+8613800000001")["added"] == 1
    assert len(lines(cast.owner)) == 1


@pytest.mark.parametrize("who", ["13900000009", "nobody@example.test", "13800000002", "13800000003"])
def test_who_is_unknown_or_of_another_organisation_or_seat_imports_nothing(cast, file, who):
    terminals.know(cast.owner, MID, TID)
    with pytest.raises(CommandError):
        run(file, who=who)
    assert not lines(cast.owner) and not lines(cast.boss)


def test_a_file_of_another_number_is_refused(cast, file):
    terminals.know(cast.owner, "898301058120356", TID)
    with pytest.raises(CommandError, match=MID):
        run(file, mid="898301058120356")


def test_a_total_that_differs_ends_1_and_keeps_no_line(cast, tmp_path):
    terminals.know(cast.owner, MID, TID)
    path = tmp_path / "off.csv"
    path.write_bytes(statement(row(), footer="合计,,,,,,0.00,0.00,2100.00,,,,"))
    with pytest.raises(CommandError) as refusal:
        run(path)
    assert refusal.value.returncode == 1 and not lines(cast.owner)


def test_one_file_imported_twice_at_once_is_imported_once(committed):
    cast = cast_module.make()
    content = statement(*(row(f"2026-08-{day:02d}") for day in range(1, 29)))
    kept = [stored(cast.owner, content) for _ in range(4)]
    found, start = [], threading.Barrier(len(kept))

    def imports(file) -> None:
        try:
            start.wait()
            found.append(statements.import_file(file, by_id=cast.owner.user_id))
        finally:
            connection.close()

    threads = [threading.Thread(target=imports, args=[file]) for file in kept]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["added"] for one in found) == [0, 0, 0, 28]
    assert sum(one["duplicate"] for one in found) == 3
    with tenancy.acting(cast.owner):
        assert (StatementImport.objects.count(), StatementLine.objects.count()) == (1, 28)

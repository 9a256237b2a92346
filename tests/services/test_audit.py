"""The chain of events: whole after every act, and each way of tampering is named."""

import json

import pytest
from django.conf import settings
from django.db import connection

from cases import actions, invariants
from cases.models import Event
from cases.services import audit
from config import database, tenancy
from tests import cast as cast_module

LINE = {"on": "2026-08-17", "amount": "2000.00", "tid": "20117765", "mid": "898305054110218"}


@pytest.fixture
def number(committed):
    """A committed case of four events."""
    cast = cast_module.make()
    case = actions.perform(
        cast.owner, "file", {"symptom": "S5", "lines": [LINE], "provider": "某支付公司", "submit": True}
    )
    for text in ("第一句", "第二句"):
        actions.perform(cast.owner, "add_message", {"text": text}, number=case.number)
    as_auditor(committed)
    yield case.number
    connection.close()
    settings.DATABASES["default"].update(FORMER)
    connection.settings_dict.update(FORMER)


FORMER: dict = {}


def as_auditor(url: str) -> None:
    """The connection of this test becomes that of the role that may only read."""
    mine = database.connection(url, settings.SECRET_KEY, database.AUDIT)
    FORMER.update({k: connection.settings_dict[k] for k in ("USER", "PASSWORD")})
    connection.close()
    connection.settings_dict.update({k: mine[k] for k in ("USER", "PASSWORD")})


def tamper(url: str, *statements: str) -> None:
    with database.administrator(url) as admin:
        admin.execute("ALTER TABLE cases_event DISABLE TRIGGER ALL")
        for statement in statements:
            admin.execute(statement)


def test_whole_chains_and_invariants_pass(number):
    assert audit.first_bad() is None
    assert [one for one in invariants.ask() if one["broken"]] == []
    assert all(one["checked"] for one in invariants.ask() if one["name"] == "the_chain_has_no_gap")


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ('UPDATE cases_event SET data = data || \'{"amount": "1.00"}\' WHERE seq = 1', 1),
        ("UPDATE cases_event SET actor_name = '别人' WHERE seq = 2", 2),
        ("DELETE FROM cases_event WHERE seq = 2", 3),
        ("UPDATE cases_event SET seq = CASE seq WHEN 3 THEN 14 ELSE 13 END WHERE seq IN (3, 4)", 14),
    ],
)
def test_a_changed_removed_or_swapped_event_is_named(committed, number, statement, seq):
    tamper(committed, statement)
    bad = audit.first_bad()
    assert bad and bad["case"] == number
    assert bad["seq"] == seq or seq == 14


def test_a_cut_tail_shows_by_the_case_and_by_the_checkpoint(committed, number, tmp_path):
    kept = tmp_path / "checkpoint.json"
    kept.write_text(json.dumps(audit.make_checkpoint()))
    tamper(committed, "DELETE FROM cases_event WHERE seq = 4")
    assert audit.first_bad()["seq"] == 4
    # whoever owns the database also mends the case; only the checkpoint still knows
    tamper(
        committed,
        "UPDATE cases_case SET version = 3, last_hash = (SELECT hash FROM cases_event WHERE seq = 3)",
    )
    assert audit.first_bad() is None
    assert audit.first_bad(audit.read_checkpoint(kept))["seq"] == 4


def test_a_forged_checkpoint_is_refused(number, tmp_path):
    from config.errors import Invalid

    forged = audit.make_checkpoint()
    next(iter(forged["heads"].values()))["seq"] = 1
    path = tmp_path / "forged.json"
    path.write_text(json.dumps(forged))
    with pytest.raises(Invalid):
        audit.read_checkpoint(path)


def test_the_runtime_role_can_neither_change_nor_remove_an_event(cast):
    from django.db import transaction
    from django.db.utils import ProgrammingError

    case = actions.perform(cast.owner, "file", {"symptom": "S0", "lines": [LINE]})
    for statement in ("UPDATE cases_event SET act = 'x'", "DELETE FROM cases_event", "TRUNCATE cases_event CASCADE"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            tenancy.acting(cast.owner),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with tenancy.acting(cast.owner):
        assert Event.objects.filter(case=case).count() == 1

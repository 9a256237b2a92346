"""Every replay in this folder runs as it says, and a replay that expects the wrong thing fails."""

import json
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from cases.replay import reading, running
from config import database

FOLDER = Path(__file__).parent
REPLAYS = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", REPLAYS, ids=lambda path: path.stem)
def test_a_replay_passes(committed, path):
    found = running.run(path)
    assert found["failures"] == []
    assert found["ok"] and found["cases"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda steps: steps[1]["expect"].update(amount="135.51"), 2),
        (lambda steps: steps[3]["expect"]["deadline"].update({"CK-EXPL": "2026-03-19"}), 4),
        (lambda steps: steps[6].pop("refused"), 7),
        (lambda steps: steps[9].update(refused="not_found"), 10),
        (lambda steps: steps[3]["expect"].update(notices={"filed": 2}), 4),
    ],
)
def test_a_wrong_expectation_is_reported_with_its_step(committed, tmp_path, change, where):
    content = yaml.load((FOLDER / "part_refund.yaml").read_text(), reading.Loader)  # noqa: S506
    change(content["steps"])
    (tmp_path / "chat.txt").write_text("收到")
    (tmp_path / "wrong.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
    found = running.run(tmp_path / "wrong.yaml")
    assert not found["ok"]
    assert [one["step"] for one in found["failures"]] == [where]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("parties: {m: {name: a, kind: micro}}\nsteps: [{case: x, at: 2026-01-01, by: m.owner, act: fly}]", "fly"),
        ("parties: {m: {name: a, kind: shop}}\nsteps: []", "m"),
        ("parties: {m: {name: a, kind: micro}}\nsteps: [{expect: {mood: good}}]", "mood"),
        ("parties: {m: {name: a, kind: micro}}\nsteps: [{at: soon, by: m.owner, act: file}]", "soon"),
        ("steps: [", "YAML"),
    ],
)
def test_a_slip_of_the_pen_is_wrong_use(tmp_path, text, names):
    path = tmp_path / "slip.yaml"
    path.write_text(text)
    with pytest.raises(CommandError, match=names) as refused:
        call_command("replay", str(path), "--json", stdout=StringIO())
    assert refused.value.returncode == 2


def test_the_command_prints_one_document_and_leaves_no_database(committed):
    out = StringIO()
    call_command("replay", str(FOLDER / "part_refund.yaml"), "--json", stdout=out)
    document = json.loads(out.getvalue())
    assert document["ok"] and document["cases"][0]["recovered"] == "129.00"
    with database.administrator(settings.DATABASE_URL, "postgres") as admin:
        left = admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'recourse_replay_%'").fetchall()
    assert left == []

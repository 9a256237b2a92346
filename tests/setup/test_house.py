"""Each rule of the house finds the fault that is planted for it, and the code as it stands has none."""

from pathlib import Path

import pytest

from scripts import house


@pytest.mark.parametrize(
    ("place", "text", "says"),
    [
        ("cases/queries.py", "at = timezone.now()", "clock.now()"),
        ("cases/queries.py", "at = datetime.datetime.now(tz)", "clock.now()"),
        ("tests/test_x.py", "at = date.today()", "clock.now()"),
        ("cases/services/filing.py", "task.apply_async(eta=at)", "eta="),
        ("config/outbox.py", "task.apply_async(countdown=3)", "countdown="),
        ("cases/models/case.py", "from django.db.models.signals import post_save", "call it from the service"),
        ("cases/models/case.py", "from django.dispatch import receiver", "call it from the service"),
        ("cases/services/filing.py", "case.state = 'OPEN'", ".state ="),
        ("merchants/services/fees.py", "float(amount)", "Decimal"),
        ("cases/models/case.py", "amount = models.FloatField()", "Decimal"),
        ("cases/long.py", "x = 1\n" * 391, "module has 391 lines"),
        ("cases/long.py", "def f():\n" + "    x = 1\n" * 66, "function f has 67 lines"),
        ("cases/words.py", "text = '您好'", "你"),
        ("cases/words.py", "# TODO later", "unfinished"),
        ("cases/open.py", "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\nf = 6", "docstring"),
        ("templates/page.html", "<p>好了！</p>", "exclamation"),
        ("templates/page.html", "<p></p>\n" * 261, "template has 261 lines"),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, place: str, text: str, says: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    path.write_text(
        text if "docstring" in says or path.suffix == ".html" else f'"""Opening."""\n{text}', encoding="utf-8"
    )
    found = [what for _, _, what in house.problems(tmp_path) if not what.startswith("warning")]
    assert len(found) == 1, found
    assert says.replace("391", "392") in found[0]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("config/clock.py", "at = timezone.now()"),
        ("cases/services/steps.py", "case.state = 'OPEN'"),
        ("cases/queries.py", "at = clock.now()"),
        ("cases/long.py", "x = 1\n" * 300),
    ],
)
def test_what_is_allowed_or_only_a_little_long_is_no_error(tmp_path: Path, place: str, text: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    path.write_text(f'"""Opening."""\n{text}', encoding="utf-8")
    assert [what for _, _, what in house.problems(tmp_path) if not what.startswith("warning")] == []

"""Translations are found, merged and checked; each check is seen to fail on a planted fault."""

import json
import sys
from pathlib import Path

import pytest

from scripts import messages
from scripts.message_sources import Refused, sources

TEMPLATE = """{% load i18n %}<h1>{% translate "要回一笔扣款" %}</h1>
<p title="{{ _("关闭") }}">{% blocktranslate trimmed with name=shop.name %}
  {{ name }} 的扣款，100% 记录
{% endblocktranslate %}</p>
{% blocktranslate count n=lines|length %}{{ n }} 笔{% plural %}{{ n }} 笔{% endblocktranslate %}
{% translate "期" context "分期" %}
"""
ENGLISH = {
    "要回一笔扣款": "Get a deduction back",
    "关闭": "Close",
    "%(name)s 的扣款，100%% 记录": "Deductions of %(name)s, 100%% recorded",
    "%(n)s 笔": ["%(n)s line", "%(n)s lines"],
    "分期\x04期": "instalment",
    "金额要大于零": "The amount must be above zero",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "cases").mkdir()
    (tmp_path / "templates/page.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "cases/forms.py").write_text(
        'def f():\n    return _("金额要"\n             "大于零")\n', encoding="utf-8"
    )
    return tmp_path


def merge(tree: Path, words: dict) -> None:
    file = tree / "words.json"
    file.write_text(json.dumps(words), encoding="utf-8")
    messages.merge([file], tree)


def test_every_kind_of_string_is_found_and_a_full_merge_satisfies_the_check(tree: Path) -> None:
    assert {key.text for key in sources(tree)} == {key.split("\x04")[-1] for key in ENGLISH}
    merge(tree, ENGLISH)
    assert messages.problems(tree) == []
    assert messages.missing([], tree) == {}


@pytest.mark.parametrize("text", sorted(ENGLISH))
def test_a_string_without_english_is_named_with_its_place(tree: Path, text: str) -> None:
    merge(tree, {key: value for key, value in ENGLISH.items() if key != text})
    [problem] = messages.problems(tree)
    assert text.split("\x04")[-1] in problem and "has no English" in problem
    assert list(messages.missing([], tree)) == [text]


@pytest.mark.parametrize(
    ("text", "english", "says"),
    [
        ("关闭", "关闭", "has Chinese"),
        ("关闭", " ", "has no English"),
        ("%(name)s 的扣款，100%% 记录", "Deductions of %(nam)s", "placeholders"),
    ],
)
def test_a_bad_translation_is_refused_and_merges_nothing(tree: Path, text: str, english: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        merge(tree, {text: english, "要回一笔扣款": "Get a deduction back"})
    assert not (tree / messages.CATALOGUE).exists()


def test_unused_english_is_reported_and_pruned(tree: Path) -> None:
    merge(tree, ENGLISH | {"没有人用": "Nobody uses this"})
    [problem] = messages.problems(tree)
    assert "used nowhere" in problem
    assert messages.prune(tree) == 1
    assert messages.problems(tree) == []


def test_chinese_outside_of_a_translation_tag_is_reported(tree: Path) -> None:
    merge(tree, ENGLISH)
    (tree / "templates/bare.html").write_text("<p>没有标签</p>", encoding="utf-8")
    assert len(messages.problems(tree)) == 1


def test_a_row_with_chinese_for_english_is_reported(tree: Path) -> None:
    merge(tree, ENGLISH)
    (tree / "cases/rows.py").write_text('ROWS = [Text("准备", "准备")]\n', encoding="utf-8")
    assert len(messages.problems(tree)) == 1


def test_a_variable_marked_elsewhere_is_left_alone(tree: Path) -> None:
    merge(tree, ENGLISH)
    (tree / "cases/late.py").write_text("_(label)\n", encoding="utf-8")
    assert messages.problems(tree) == []


def test_an_f_string_cannot_be_translated_and_is_refused(tree: Path) -> None:
    (tree / "cases/bad.py").write_text('_(f"共 {n} 笔")\n', encoding="utf-8")
    with pytest.raises(Refused, match="plain string"):
        sources(tree)


def test_people_merging_at_once_lose_nothing(tree: Path) -> None:
    import subprocess

    code = "import sys,pathlib;sys.path.insert(0,sys.argv[1]);from scripts import messages;" + (
        "messages.merge([pathlib.Path(sys.argv[2])],pathlib.Path(sys.argv[3]))"
    )
    running = []
    for number, (text, english) in enumerate(ENGLISH.items()):
        file = tree / f"{number}.json"
        file.write_text(json.dumps({text: english}), encoding="utf-8")
        running.append(subprocess.Popen([sys.executable, "-c", code, str(messages.ROOT), str(file), str(tree)]))
    assert [process.wait() for process in running] == [0] * len(ENGLISH)
    assert messages.problems(tree) == []

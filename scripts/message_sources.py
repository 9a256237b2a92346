"""Finds what has to be translated: strings in templates and code, and Chinese that no reader of English should meet.

What becomes of them is in messages.py.
"""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOMS = ("config", "merchants", "cases", "templates")
# Documents are written to a Chinese counterparty: their text is Chinese in every interface language.
CHINESE_ONLY = ("templates/documents/",)
# Chinese that English text may show: the product's name, the language switch.
ALLOWED_CHINESE = ("追款", "简体中文", "中文")
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]")
# Function name -> positions of (context, singular, plural) among its arguments.
FUNCTIONS = {
    "gettext": (None, 0, None),
    "pgettext": (0, 1, None),
    "ngettext": (None, 0, 1),
    "npgettext": (0, 1, 2),
}
ALIASES = {"_": "gettext", "gettext_noop": "gettext"} | {f"{name}_lazy": name for name in FUNCTIONS}


class Key(NamedTuple):
    """One string to translate, as gettext tells strings apart; written with gettext's own separator."""

    context: str
    text: str

    def __str__(self) -> str:
        return f"{self.context}\x04{self.text}" if self.context else self.text


class Found(NamedTuple):
    """Where a string was found first, and its plural when it has one."""

    plural: str
    place: str


class Refused(Exception):
    """One sentence that says what is wrong and where."""


def sources(root: Path) -> dict[Key, Found]:
    """Every string of the product that a reader may see in another language, with the place it was found first."""
    found: dict[Key, Found] = {}
    for path in _files(root):
        place = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        read = _in_python if path.suffix == ".py" else _in_template
        for line, key, plural in read(text, place):
            if key not in found or (plural and not found[key].plural):
                found[key] = Found(plural, f"{place}:{line}")
    return found


def _files(root: Path) -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def _in_python(text: str, place: str) -> Iterator[tuple[int, Key, str]]:
    for node in ast.walk(ast.parse(text, place)):
        if not isinstance(node, ast.Call) or not node.args or isinstance(node.args[0], (ast.Name, ast.Attribute)):
            continue  # a variable holds a string that is marked elsewhere
        if name := _function(node.func):
            yield _strings(node, name, place)


def _function(func: ast.expr) -> str | None:
    name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
    name = ALIASES.get(name, name)
    return name if name in FUNCTIONS else None


def _strings(node: ast.Call, name: str, place: str) -> tuple[int, Key, str]:
    values = []
    for position in FUNCTIONS[name]:
        if position is None:
            values.append("")
            continue
        argument = node.args[position] if position < len(node.args) else None
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            raise Refused(f"{place}:{node.lineno}: {name} needs a plain string, not an expression or f-string.")
        values.append(argument.value)
    context, text, plural = values
    return node.lineno, Key(context, text), plural


def _in_template(text: str, place: str) -> Iterator[tuple[int, Key, str]]:
    from django.utils.translation.template import templatize

    for number, line in enumerate(templatize(text, origin=place).splitlines(), 1):
        for call in re.finditer(r"(?<![\w.])(n?p?gettext|_)(?=\()", line):
            yield (number, *_call_at(line[call.start() :], place)[1:])


def _call_at(code: str, place: str) -> tuple[int, Key, str]:
    """The call that `code` opens with; templatize leaves valid Python calls between blanked text."""
    for end in (match.end() for match in re.finditer(r"\)", code)):
        with contextlib.suppress(SyntaxError):
            node = ast.parse(code[:end], mode="eval").body
            if isinstance(node, ast.Call) and (name := _function(node.func)):
                return _strings(node, name, place)
    raise Refused(f"{place}: this translation cannot be read: {code[:60]}")


def bare_chinese(root: Path) -> list[str]:
    """Chinese in templates outside of translation tags: an English reader would see it untranslated."""
    from django.template.base import Lexer, TokenType

    problems = []
    for path in sorted((root / "templates").rglob("*.html")):
        place = path.relative_to(root).as_posix()
        if place.startswith(CHINESE_ONLY):
            continue
        inside = False
        for token in Lexer(path.read_text(encoding="utf-8")).tokenize():
            if token.token_type == TokenType.BLOCK:
                word = token.contents.split()[0] if token.contents else ""
                opens = word in {"blocktranslate", "blocktrans", "comment"}
                inside = opens or (inside and not word.startswith(("endblocktrans", "endcomment")))
            elif token.token_type == TokenType.TEXT and not inside and has_chinese(token.contents):
                snippet = token.contents.strip().split("\n")[0][:40]
                problems.append(f"{place}:{token.lineno}: Chinese outside of a translation tag: {snippet}")
    return problems


def row_texts(root: Path) -> list[str]:
    """Rows of tables carry both languages as Text(zh, en); says which of them lack real English."""
    problems = []
    for path in (path for path in _files(root) if path.suffix == ".py"):
        place = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), place)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text"):
                continue
            parts = [str(argument.value) for argument in node.args if isinstance(argument, ast.Constant)]
            if len(parts) == 2 and any(parts) and (not parts[1].strip() or has_chinese(parts[1])):
                problems.append(f"{place}:{node.lineno}: the English of “{parts[0]}” is empty or Chinese.")
    return problems


def has_chinese(text: str) -> bool:
    """Whether text shows Chinese other than the words that English may show."""
    for allowed in ALLOWED_CHINESE:
        text = text.replace(allowed, "")
    return bool(CHINESE.search(text))

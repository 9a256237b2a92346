#!/usr/bin/env python3
"""The rules of the house that a linter does not know: banned calls, sizes, openings and words.

Each rule is a row of RULES or LIMITS; what may break one, and why, stands in ALLOWED. Import directions: pyproject.toml.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "merchants", "cases")
EVERYWHERE = (*ROOMS, "scripts", "tests", "bench")
Problem = tuple[int, str]
# Room or file -> rule -> why it may be broken there.
ALLOWED: dict[str, dict[str, str]] = {
    "config/clock.py": {"clock": "the one caller of the system clock"},
    "cases/services/steps.py": {"state": "the one door for state"},
    "scripts/": {"float": "seconds, not money"},
    "tests/": {"float": "seconds, not money", "state": "tests read states, and plant wrong ones"},
    "bench/": {"float": "seconds, not money", "state": "builds data in bulk"},
    "cases/demo/": {"words": "letters of a provider in its own words"},
    "scripts/house.py": {"words": "names the words it looks for"},
}
# Lines of a module, a function, a template. More is a warning, more than STRETCH times as many an error.
LIMITS = {"module": 300, "function": 50, "template": 200}
STRETCH = 1.3
WORDS = {
    "您": "a shop is addressed with 你",
    "！": "no exclamation marks",
    "# TODO": "unfinished work does not go in",
    "# FIXME": "unfinished work does not go in",
}


def _name(node: ast.AST) -> str:
    """A dotted name as it is written, "" for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def clock(node: ast.AST) -> str:
    called = _name(node.func) if isinstance(node, ast.Call) else ""
    if re.search(r"(^|\.)(timezone\.now|timezone\.localdate|datetime\.(now|utcnow|today)|date\.today)$", called):
        return f"{called}() reads the system clock: use clock.now() or clock.today()"
    return ""


def later(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg in {"eta", "countdown"}:
                return f"{keyword.arg}= leaves a time to the broker: store it in a row with an index"
    return ""


def signals(node: ast.AST) -> str:
    module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
    if module.startswith("django.") and (module.endswith(".signals") or module == "django.dispatch"):
        return f"{module} hides what an act does: call it from the service"
    return ""


def state(node: ast.AST) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets):
        return ".state = is written by cases/services/steps.py alone"
    return ""


def no_float(node: ast.AST) -> str:
    called = _name(node.func) if isinstance(node, ast.Call) else ""
    return f"{called}() loses money: use Decimal" if called in {"float", "models.FloatField"} else ""


RULES: dict[str, Callable[[ast.AST], str]] = {
    "clock": clock,
    "later": later,
    "signals": signals,
    "state": state,
    "float": no_float,
}


def allowed(place: str, rule: str) -> bool:
    return any(rule in rules for where, rules in ALLOWED.items() if place == where or place.startswith(where))


def in_module(place: str, text: str) -> Iterator[Problem]:
    """Banned calls, a missing opening and functions that are too long."""
    tree = ast.parse(text, place)
    if len(tree.body) > 5 and not ast.get_docstring(tree):
        yield 1, "a module opens with a docstring: what lives here and what does not"
    for node in ast.walk(tree):
        for rule, broken in RULES.items():
            if (why := broken(node)) and not allowed(place, rule):
                yield getattr(node, "lineno", 1), why
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from too_long("function", (node.end_lineno or 0) - node.lineno + 1, node.lineno, node.name)
    yield from too_long("module", len(text.splitlines()))


def in_words(place: str, text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), 1):
        for word, why in WORDS.items():
            if word in line and not allowed(place, "words"):
                yield number, f"{word}: {why}"


def too_long(kind: str, lines: int, at: int = 1, name: str = "") -> Iterator[Problem]:
    limit = LIMITS[kind]
    if lines > limit:
        weight = "" if lines > limit * STRETCH else "warning: "
        yield at, f"{weight}{kind} {name} has {lines} lines, {limit} are wanted".replace("  ", " ")


def problems(root: Path = ROOT) -> list[tuple[str, int, str]]:
    """Everything that breaks a rule: place, line, what and what to do instead."""
    found = []
    for room in EVERYWHERE:
        for path in sorted((root / room).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            place, text = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
            found += [(place, *problem) for problem in in_module(place, text)]
            found += [(place, *problem) for problem in in_words(place, text) if room in ROOMS]
    for path in sorted((root / "templates").rglob("*.*")):
        place, text = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
        found += [(place, *problem) for problem in in_words(place, text)]
        found += [(place, *problem) for problem in too_long("template", len(text.splitlines()))]
    return found


def main() -> int:
    found = problems()
    for place, line, what in found:
        print(f"{place}:{line}: {what}")
    return 1 if any(not what.startswith("warning: ") for _, _, what in found) else 0


if __name__ == "__main__":
    sys.exit(main())

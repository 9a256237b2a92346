#!/usr/bin/env python3
"""The English of the pages: merges translations, checks and compiles them. Needs no gettext binaries.

Wording lives in locale/en/LC_MESSAGES/django.po, rows of tables carry Text(zh, en); finding is message_sources.py.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.message_sources import Key, Refused, bare_chinese, has_chinese, row_texts, sources  # noqa: E402

CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*[^{}]*\}")


def _faults(text: str, english: list[str]) -> list[str]:
    """What is wrong with a translation: nothing written, still Chinese, or other placeholders than its source."""
    if not english or not all(part.strip() for part in english):
        return ["has no English"]
    faults = ["has Chinese in its English"] if any(has_chinese(part) for part in english) else []
    wanted = set(PLACEHOLDER.findall(text))
    # A plural may leave the number out ("one case"), never add what the source does not fill.
    for part in english if len(english) == 1 else english[1:]:
        if set(PLACEHOLDER.findall(part)) != wanted:
            faults.append(f"needs the placeholders {sorted(wanted) or 'none'} in its English")
    return faults


def _english(entry: polib.POEntry) -> list[str]:
    if entry.msgid_plural:
        return [entry.msgstr_plural.get(0, ""), entry.msgstr_plural.get(1, "")]
    return [entry.msgstr]


@contextlib.contextmanager
def catalogue(root: Path = ROOT, *, write: bool = False) -> Iterator[polib.POFile]:
    """The catalogue; with `write` under a lock, saved whole and in the order of its strings at the end."""
    path = root / CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX if write else fcntl.LOCK_SH)
        entries = polib.pofile(str(path), wrapwidth=120) if path.exists() else polib.POFile(wrapwidth=120)
        yield entries
        if write:
            entries.metadata = {
                "Content-Type": "text/plain; charset=UTF-8",
                "Content-Transfer-Encoding": "8bit",
                "Language": "en",
                "Plural-Forms": "nplurals=2; plural=(n != 1);",
            }
            entries.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
            _replace(path, lambda target: entries.save(target))
    finally:
        os.close(lock)


def _replace(path: Path, save: Callable[[str], None]) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}")
    save(str(part))
    part.replace(path)


def merge(files: list[Path], root: Path = ROOT) -> int:
    """Adds or changes English from JSON files {"中文": "English"} or {"中文": ["one", "many"]}; all or nothing.

    A string with a context is written as `missing` prints it: "context\\u0004中文".
    """
    wanted: dict[str, str | list[str]] = {}
    for file in files:
        wanted |= json.loads(file.read_text(encoding="utf-8"))
    wrong = []
    with catalogue(root, write=True) as entries:
        by_key = {Key(entry.msgctxt or "", entry.msgid): entry for entry in entries}
        for text, value in wanted.items():
            key = Key(*text.split("\x04")) if "\x04" in text else Key("", text)
            english = value if isinstance(value, list) else [value]
            wrong += [f"“{key.text}” {fault}." for fault in _faults(key.text, english)]
            if key not in by_key:
                by_key[key] = polib.POEntry(msgid=key.text, msgctxt=key.context or None)
                entries.append(by_key[key])
            entry = by_key[key]
            entry.flags = ["python-format"] if re.search(r"%\(\w+\)[sd]|%[sd]", key.text) else []
            plural = len(english) == 2
            entry.msgid_plural = key.text if plural else ""
            entry.msgstr = "" if plural else english[0]
            entry.msgstr_plural = dict(enumerate(english)) if plural else {}
        if wrong:
            raise Refused("Nothing was merged. " + " ".join(wrong))
    compile_catalogue(root)
    return len(wanted)


def problems(root: Path = ROOT) -> list[str]:
    """What keeps the English from being complete: missing, unsure, unused or still Chinese, each with its place."""
    found = sources(root)
    with catalogue(root) as entries:
        translated = {Key(entry.msgctxt or "", entry.msgid): entry for entry in entries if not entry.obsolete}
    result = [f"{found[key].place}: “{key.text}” has no English." for key in found if key not in translated]
    for key, entry in translated.items():
        if key not in found:
            result.append(f"{CATALOGUE}: “{key.text}” is used nowhere; `scripts/messages.py prune` removes it.")
            continue
        if entry.fuzzy:
            result.append(f"{CATALOGUE}: the English of “{key.text}” is marked as unsure.")
        if bool(entry.msgid_plural) != bool(found[key].plural):
            result.append(f"{found[key].place}: “{key.text}” and its English differ in having a plural.")
        result += [f"{found[key].place}: “{key.text}” {fault}." for fault in _faults(key.text, _english(entry))]
    return result + bare_chinese(root) + row_texts(root)


def prune(root: Path = ROOT) -> int:
    """Removes English that no source string uses any more."""
    found = sources(root)
    with catalogue(root, write=True) as entries:
        gone = [entry for entry in entries if Key(entry.msgctxt or "", entry.msgid) not in found]
        for entry in gone:
            entries.remove(entry)
    return len(gone)


def missing(prefixes: list[str], root: Path = ROOT) -> dict[str, str | list[str]]:
    """Strings without English, ready to be filled in and merged; only those under the given paths, when any."""
    with catalogue(root) as entries:
        done = {Key(entry.msgctxt or "", entry.msgid) for entry in entries if all(_english(entry))}
    return {
        str(key): ["", ""] if where.plural else ""
        for key, where in sources(root).items()
        if key not in done and (not prefixes or where.place.startswith(tuple(prefixes)))
    }


def compile_catalogue(root: Path = ROOT) -> None:
    """Writes the compiled catalogue that the running product reads."""
    with catalogue(root) as entries:
        _replace((root / CATALOGUE).with_suffix(".mo"), lambda target: entries.save_as_mofile(target))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog="example: messages.py merge new.json")
    parser.add_argument("do", choices=["merge", "missing", "check", "prune", "compile"])
    parser.add_argument("paths", nargs="*", help="JSON files to merge, or path prefixes for missing")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.do == "merge":
            print(f"{merge([Path(path) for path in chosen.paths])} translations merged.")
        elif chosen.do == "missing":
            print(json.dumps(missing(chosen.paths), ensure_ascii=False, indent=1))
        elif chosen.do == "check":
            for problem in (wrong := problems()):
                print(problem, file=sys.stderr)
            return 1 if wrong else 0
        elif chosen.do == "prune":
            print(f"{prune()} unused translations removed.")
        else:
            compile_catalogue()
    except (Refused, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

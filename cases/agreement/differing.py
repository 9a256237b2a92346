"""What changed between two texts, paragraph by paragraph and word by word. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

PIECE = re.compile(r"[0-9A-Za-z.,*-]+|\s+|.", re.DOTALL)  # a number or a word is one piece, each Chinese character too
ALIKE = 0.3  # paragraphs less alike than this are shown as one taken out and one put in


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text that stayed, was put in or was taken out."""

    kind: str  # same, in, out
    text: str


def changes(former: str, now: str) -> list[list[Part]]:
    """Each paragraph that differs, as its parts; empty when the texts say the same."""
    old, new = _paragraphs(former), _paragraphs(now)
    found: list[list[Part]] = []
    for tag, i, j, k, end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag != "equal":
            found += _paired(old[i:j], new[k:end])
    return found


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _paired(old: list[str], new: list[str]) -> Iterator[list[Part]]:
    """Paragraphs in the same place are compared with each other; what is over stands alone."""
    for was, now in zip(old, new, strict=False):
        pieces = list(_parts(was, now))
        stayed = sum(len(part.text) for part in pieces if part.kind == "same")
        if stayed >= ALIKE * max(len(was), len(now)):
            yield pieces
        else:
            yield [Part("out", was)]
            yield [Part("in", now)]
    both = min(len(old), len(new))
    yield from ([Part("out", one)] for one in old[both:])
    yield from ([Part("in", one)] for one in new[both:])


def _parts(was: str, now: str) -> Iterator[Part]:
    old, new = PIECE.findall(was), PIECE.findall(now)
    for tag, i, j, k, end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Part("out", "".join(old[i:j]))
        if k < end:
            yield Part("in", "".join(new[k:end]))

"""One row of the tables of next steps (nextstep.py, nextduty.py): a headline, what to press, and why."""

from dataclasses import dataclass

from config.text import Text

NONE = "none"  # no deadline beside the headline


@dataclass(frozen=True, slots=True)
class Step:
    """`acts`: the first that is open becomes the button. `name_respondent` and `answered` are pages of their own."""

    headline: Text
    acts: tuple[str, ...] = ()
    why: Text | None = None
    clock: str = ""  # the deadline beside it; else the nearest that runs


def row(zh: str, en: str, *acts: str, why: tuple[str, str] | None = None, clock: str = "") -> Step:
    return Step(Text(zh, en), acts, Text(*why) if why else None, clock)

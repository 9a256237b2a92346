"""What can be refused, as stable codes (contracts.md, error codes) with a sentence in both languages.

How a refusal becomes a page or problem+json is config/http.py's business.
"""

from dataclasses import dataclass, field

from config.text import Text


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where (a JSON pointer or a field name), a stable code, and what to do."""

    pointer: str
    code: str
    text: Text


RECORDED = {
    "late",
    "changed",
}  # codes of refusals, or of one fault in them: what came too late, the text to sign was another


@dataclass
class Refused(Exception):
    """An act that was not performed; nothing has changed."""

    text: Text
    faults: list[Fault] = field(default_factory=list)
    code = "conflict"
    status = 409
    exit_code = 1  # of a command

    def __str__(self) -> str:
        return str(self.text)

    @property
    def is_recorded(self) -> bool:
        """Whether that somebody tried is kept: what was denied, and what was too late or of another text to bind."""
        return self.status in {401, 403, 404} or bool(RECORDED & {self.code, *(fault.code for fault in self.faults)})

    def __reduce__(self):
        return (type(self), (self.text, self.faults))


class Conflict(Refused):
    code, status = "conflict", 409


class WrongState(Refused):
    code, status = "wrong_state", 409


class Late(Refused):
    code, status = "late", 409


class NotAllowed(Refused):
    code, status = "not_allowed", 403


class MandateExceeded(Refused):
    code, status = "mandate", 403


class SecondPerson(Refused):
    code, status = "second_person", 403


class NotFound(Refused):
    code, status = "not_found", 404

    def __init__(self, text: Text | None = None, faults: list[Fault] | None = None):
        super().__init__(text or Text("没有找到。请核对编号。", "Not found. Check the number."), faults or [])


class Invalid(Refused):
    code, status = "invalid", 400


class Missing(Refused):
    """Requirements of an act that are not met; `faults` lists all of them, not the first."""

    code, status = "missing", 422


class Stale(Refused):
    code, status = "stale", 412


class NoVersion(Refused):
    code, status = "no_version", 428


class KeyReused(Refused):
    code, status = "key_reused", 422


class StatutoryNeverPauses(Refused):
    code, status = "statutory_never_pauses", 409


CODES = {
    kind.code: kind
    for kind in (
        Conflict, WrongState, Late, NotAllowed, MandateExceeded, SecondPerson, NotFound,
        Invalid, Missing, Stale, NoVersion, KeyReused, StatutoryNeverPauses,
    )
}  # fmt: skip

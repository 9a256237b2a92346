"""Card numbers and identity numbers on a statement: masked and hashed here, before anything is kept."""

import hashlib
import hmac
import re
import unicodedata

from merchants.statements.faults import VALUE, BadValue

FULL = re.compile(r"\d{13,19}")
MASKED = re.compile(r"(\d{4,6})[*xX•.#]{2,}(\d{4})")
STARS = re.compile(r"[*xX•.#]+")
_RUN = re.compile(r"(?<!\d)(?:[3-6]\d|81|9\d|2[2-7])(?:[ -]?\d){11,17}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")


def card_key(secret: str) -> bytes:
    """The key under which card numbers are hashed, derived from the installation's secret."""
    return hmac.new(secret.encode(), b"statement card number", hashlib.sha256).digest()


def mask_card(text: str, key: bytes) -> tuple[str, str | None]:
    """A card number as first six and last four digits, and its keyed hash.

    A number that arrives masked has no hash: two cards may share what is left of them.
    """
    compact = unicodedata.normalize("NFKC", text).strip("'` \t").replace(" ", "").replace("-", "")
    if FULL.fullmatch(compact):
        return show(compact[:6], compact[-4:]), hmac.new(key, compact.encode(), hashlib.sha256).hexdigest()
    masked = MASKED.fullmatch(compact)
    if masked:
        return show(masked[1], masked[2]), None
    if re.fullmatch(r"\d{4}", compact) or re.fullmatch(r"[*xX•.#]+\d{4}", compact):
        return show("", compact[-4:]), None
    if not compact.strip("*xX•.#-/"):
        return "", None
    raise BadValue(VALUE["card"])


def show(head: str, tail: str) -> str:
    """The masked form: always six stars, so that two files which mask differently agree."""
    return f"{head}******{tail}"


def mask_text(text: str) -> str:
    """Free text without card or identity numbers: anything that looks like one is masked, also when it is none."""
    if len(text) < 13:
        return text
    plain = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    if not (_RUN.search(plain) or _IDENTITY.search(plain)):
        return text
    plain = _IDENTITY.sub("*" * 18, plain)
    return _RUN.sub(lambda run: show(_digits(run[0])[:6], _digits(run[0])[-4:]), plain)


def _digits(text: str) -> str:
    return text.replace(" ", "").replace("-", "")

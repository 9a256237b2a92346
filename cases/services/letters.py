"""Letters to the respondent: made and frozen here (documents 1 and 2 of domain.md §3.5). Sending is contact.py's."""

from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import translation

from cases.models import Case, Letter
from cases.services import letter_facts
from config import clock, documents, files
from config.actors import Actor
from config.models import StoredFile

CHINESE, ENGLISH = "zh-hans", "en"
FORMS = {"letter": "documents/letter", "reminder": "documents/reminder"}


def make(case: Case, kind: str) -> Letter:
    """Makes a letter from the case as it stands; an earlier one of its kind not yet sent is replaced by it.

    The letter is Chinese, which prevails. Its English is kept with it for reference, and goes into the PDF when the
    person who makes it reads English. A number is never given twice.
    """
    last = case.letters.aggregate(last=Max("position"))["last"] or 0
    case.letters.filter(kind=kind, state="made").delete()
    letter = Letter(case=case, position=last + 1, kind=kind, made_at=clock.now())
    letter.language = ENGLISH if (translation.get_language() or "").startswith("en") else CHINESE
    for language in (CHINESE, ENGLISH):
        with translation.override(language):
            _write(letter, language)
    letter.save(force_insert=True)
    return letter


def current(case: Case, kind: str = "letter") -> Letter | None:
    """The newest letter of its kind."""
    return case.letters.filter(kind=kind).order_by("-position").first()


def pdf(actor: Actor, letter: Letter) -> StoredFile:
    """The letter as a PDF, drawn from its frozen text when it is first wanted and kept from then on."""
    if letter.pdf is None:
        content = documents.pdf("documents/pdf.html", page(letter))
        name = f"{letter_facts.number_of(letter)}.pdf"
        letter.pdf = files.keep_bytes(actor, content, name, "application/pdf")
        letter.save(update_fields=["pdf"])
    return letter.pdf


def page(letter: Letter) -> dict:
    """What templates/documents/print.html and pdf.html draw: the letter, its annex, its English when asked for."""
    parts = {"body": letter.text, "annex": letter.annex}
    if letter.language == ENGLISH:
        parts["translation"] = letter.translation
    drawn = {name: list(documents.blocks(text)) for name, text in parts.items() if text}
    return {"number": letter_facts.number_of(letter), **drawn}


def _write(letter: Letter, language: str) -> None:
    """Puts the words of one language into the letter, which is active while it is done."""
    found = letter_facts.facts(letter.case)
    found["number"] = letter_facts.number_of(letter)
    found["made_on"] = clock.local_day(letter.made_at)
    if letter.kind == "reminder":
        found["so_far"] = letter_facts.so_far(letter.case)
    if language == ENGLISH:
        letter.translation = _rendered(f"{FORMS[letter.kind]}.en.txt", found)
        if letter.language == ENGLISH:
            letter.script += "\n" + _rendered("documents/script.en.txt", found)
        return
    letter.covers = found["covers"]
    letter.text = _rendered(f"{FORMS[letter.kind]}.txt", found)
    letter.script = _rendered("documents/script.txt", found)
    if not found["in_letter"]:
        letter.annex = documents.tidy(f"附表：逐笔明细\n{letter_facts.annex(found['groups'])}")


def _rendered(form: str, context: dict) -> str:
    return documents.tidy(render_to_string(form, context))

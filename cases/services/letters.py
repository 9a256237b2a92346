"""Letters to the respondent: made, frozen and put into the post here (documents 1 and 2 of domain.md §3.5).

That one was sent, by whom and how, is contact.py's.
"""

from dataclasses import replace

import segno
from django.conf import settings
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import translation

from cases.models import Case, Letter
from cases.services import letter_facts, links
from config import clock, documents, files, outbox, tenancy
from config.actors import SYSTEM, Actor
from config.channels.mail import Enclosed
from config.models import OutboxMessage, StoredFile

CHINESE, ENGLISH = "zh-hans", "en"
FORMS = {"letter": "documents/letter", "reminder": "documents/reminder", "demand": "documents/demand"}


def make(case: Case, kind: str) -> Letter:
    """Makes a letter from the case as it stands; an earlier one of its kind not yet sent is replaced by it.

    The letter is Chinese, which prevails. Its English is kept with it for reference, and goes into the PDF when the
    person who makes it reads English. A number is never given twice. It carries a link of its own to this case, which
    ends with it when it is replaced.
    """
    last = case.letters.aggregate(last=Max("position"))["last"] or 0
    case.letters.filter(kind=kind, state="made").delete()
    letter = Letter(case=case, position=last + 1, kind=kind, made_at=clock.now())
    letter.language = ENGLISH if (translation.get_language() or "").startswith("en") else CHINESE
    token = links.new_token()
    for language in (CHINESE, ENGLISH):
        with translation.override(language):
            _write(letter, language, links.url(token))
    letter.save(force_insert=True)
    links.make(case, letter, token, sent_to=case.provider.email or case.provider.name if case.provider else "")
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


def post(letter: Letter, to: str) -> None:
    """Puts the letter into the outbox as a mail to `to`, once."""
    outbox.enqueue(
        channel="email", to=to, template="letter", language=CHINESE, params={"letter": str(letter.id)},
        dedup_key=f"letter:{letter.id}", organisation_id=letter.case.merchant_id,
    )  # fmt: skip


def way_of(letter: Letter) -> dict:
    """How far the letter came on its way, as far as we know: its mail, and whether its link was looked at."""
    message = OutboxMessage.objects.filter(dedup_key=f"letter:{letter.id}").first()
    link = letter.links.filter(named_by=None).first()
    return {"mail": message, "opened_at": link.opened_at if link else None}


def as_mail(message: OutboxMessage) -> Enclosed:
    """What the mail of a letter says and holds: its text, its PDF, and the address where an answer finds the case."""
    with tenancy.acting(SYSTEM, organisation_id=message.organisation_id):
        rows = Letter.objects.select_related("case__merchant", "case__provider")
        letter = rows.get(pk=message.params["letter"])
        stored = pdf(replace(SYSTEM, organisation_id=message.organisation_id), letter)
        link = letter.links.filter(named_by=None).first()
        merchant = letter.case.merchant
        return Enclosed(
            words={"title": letter.text.partition("\n")[0], "number": letter_facts.number_of(letter), "text": letter.text,
                   "merchant": documents.one_line(merchant.name), "answers_come_in": bool(settings.INBOUND_ADDRESS)},
            attachments=((stored.name, stored.content_type, files.read(stored)),),
            reply_to=(links.reply_address(link) if link else "") or merchant.email,
            thread=links.thread(link) if link else "",
            bounce_to=links.reply_address(link) if link else "",
        )  # fmt: skip


def page(letter: Letter) -> dict:
    """What templates/documents/print.html and pdf.html draw: the letter, its annex, its English when asked for."""
    parts = {"body": letter.text, "annex": letter.annex}
    if letter.language == ENGLISH:
        parts["translation"] = letter.translation
    drawn = {name: list(documents.blocks(text)) for name, text in parts.items() if text}
    return {"number": letter_facts.number_of(letter), "answer_code": _code(links.url_in(letter.text)), **drawn}


def _code(url: str) -> str:
    """The letter's link as a square that a phone reads off the paper."""
    if not url:
        return ""
    return segno.make(url, error="m", micro=False).svg_inline(border=2, omitsize=True)


def _write(letter: Letter, language: str, answer_url: str) -> None:
    """Puts the words of one language into the letter, which is active while it is done."""
    found = letter_facts.facts(letter.case)
    found["number"], found["answer_url"] = letter_facts.number_of(letter), answer_url
    found["has_account"] = bool(letter.case.provider and letter.case.provider.has_account)
    found["made_on"] = clock.local_day(letter.made_at)
    if letter.kind == "reminder":
        found["so_far"] = letter_facts.so_far(letter.case)
    if letter.kind == "demand":
        found["breach"] = letter_facts.breach(letter.case)
        found |= {"covers": found["breach"]["covers"], "in_letter": True}
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

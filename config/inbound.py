"""Mails that come in: what one is, read from its bytes; fetched from an IMAP folder. What it means is the cases'.

A folder's mails are left where they are until they are dealt with, then moved: killed at any moment, none is lost.
"""

import hashlib
import html
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from imaplib import IMAP4
from urllib.parse import unquote, urlsplit

from django.conf import settings

from config.documents import one_line

log = logging.getLogger(__name__)
SECONDS = 20  # of one answer of the mail server
MOST_A_ROUND = 50
DONE, UNMATCHED = "Recourse", "Recourse-unmatched"  # folders to which mails are moved
THREAD = re.compile(r"[a-z2-7]{52}", re.I)
ADDRESSED = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
REFERRING = ("In-Reply-To", "References")
MOST_TEXT, MOST_MARKUP = 20_000, 200_000  # characters read of a mail's words
# How the parsers fail on unknown charsets, broken encodings and hostile headers; the original is kept whole beside.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, MessageError, RecursionError)
MOST_BYTES = 40 * 1024 * 1024
BREAKS = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*>")
UNSEEN = re.compile(r"(?i)(</?(?:script|style)\b[^<>]*>)")


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes


@dataclass(frozen=True)
class Incoming:
    """A mail as it says of itself; nothing of it is proven but that it came. `threads` may name one of our letters."""

    raw: bytes
    message_id: str
    sender: str
    subject: str
    text: str
    threads: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    kind: str  # answer, auto (written by a program), bounce
    failed: str = ""  # of a bounce: the address that could not be reached


def read(raw: bytes, *recipients: str) -> Incoming:
    """Any bytes as a mail; what cannot be made out is left empty. `recipients` are those of the envelope."""
    letter = message_from_bytes(raw, policy=policy.default)
    kind = _kind(letter)
    return Incoming(
        raw=raw,
        message_id=_header(letter, "Message-ID").strip("<> ")[:400] or hashlib.sha256(raw).hexdigest(),
        sender=_header(letter, "From")[:320],
        subject=_header(letter, "Subject")[:300],
        text=_text(letter),
        threads=tuple(_threads(letter, raw, recipients, kind)),
        attachments=tuple(_attachments(letter)) if kind != "bounce" else (),
        kind=kind,
        failed=_failed(letter) if kind == "bounce" else "",
    )


def _header(letter: Message, name: str) -> str:
    """A header as one clean line. Headers that break every rule are read as they stand."""
    try:
        return one_line(letter.get(name))
    except BROKEN:
        return one_line(next((value for key, value in letter.raw_items() if key.lower() == name.lower()), ""))


def _threads(letter: Message, raw: bytes, recipients: tuple[str, ...], kind: str) -> Iterator[str]:
    """What may name our letter, the surest first: the address it came to, then the letters that it answers."""
    reply = settings.INBOUND_ADDRESS.partition("@")[0].lower()
    ours = re.compile(rf"{re.escape(reply)}\+({THREAD.pattern})@", re.I)
    told = [*recipients, *(_header(letter, name) for name in ADDRESSED)]
    yield from dict.fromkeys(found.lower() for text in told for found in ours.findall(text))
    answered = [_header(letter, name) for name in REFERRING]
    if kind == "bounce":  # the letter that came back stands in it, whole or as its headers
        answered += re.findall(r"(?im)^message-id:\s*(<[^>]{1,400}>)", raw[:MOST_MARKUP].decode(errors="replace"))
    mine = re.compile(rf"\.({THREAD.pattern})@", re.I)
    yield from dict.fromkeys(found.lower() for text in answered for found in mine.findall(text))


def _kind(letter: Message) -> str:
    """RFC 3834 and 3464, and the marks that older programs set."""
    returned = letter.get_content_type() == "multipart/report" and "delivery-status" in _header(letter, "Content-Type")
    sender = _header(letter, "From").lower()
    if returned or letter.get("X-Failed-Recipients") or "mailer-daemon@" in sender or "postmaster@" in sender:
        return "bounce"
    marked = _header(letter, "Auto-Submitted").lower() not in ("", "no")
    answering = letter.get("X-Autoreply") or letter.get("X-Autorespond") or letter.get("X-Auto-Response-Suppress")
    bulk = _header(letter, "Precedence").lower() in ("auto_reply", "bulk", "junk")
    return "auto" if marked or answering or bulk else "answer"


def _failed(letter: Message) -> str:
    for part in letter.walk():
        if name := _header(part, "Final-Recipient") or _header(part, "Original-Recipient"):
            return name.rpartition(";")[2].strip()[:254]
    return _header(letter, "X-Failed-Recipients")[:254]


def _text(letter: EmailMessage) -> str:
    """The plain text, else that of the HTML without its tags; never interpreted."""
    try:
        body = letter.get_body(("plain", "html"))
        content = str(body.get_content()) if body else ""
    except BROKEN:
        return ""
    if body is not None and body.get_content_subtype() == "html":
        content = _words_of(content[:MOST_MARKUP])
    lines = map(one_line, content[:MOST_MARKUP].splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:MOST_TEXT]


def _words_of(markup: str) -> str:
    """What stands between the tags but for scripts and styles, in time that grows with the length alone."""
    kept, is_seen = [], True
    for piece in UNSEEN.split(markup):
        if UNSEEN.fullmatch(piece):
            is_seen = piece.startswith("</")
        elif is_seen:
            kept.append(re.sub(r"<[^<>]*>", "", BREAKS.sub("\n", piece)))
    return html.unescape("".join(kept))


def _attachments(letter: Message) -> Iterator[Attachment]:
    for part in letter.walk():
        if part.is_multipart() or not (part.get_filename() or part.get_content_disposition() == "attachment"):
            continue
        try:
            content = part.get_payload(decode=True)
        except BROKEN:
            content = None
        if isinstance(content, bytes) and content:
            yield Attachment(str(part.get_filename() or "attachment"), content)


# -- fetching -----------------------------------------------------------------------------------------------------


def poll(deal: Callable[[bytes, datetime], bool]) -> dict[str, int]:
    """Fetches what lies in the folder of IMAP_URL. `deal` answers whether the mail is one of ours; what raises stays.

    A mail is moved after `deal` has come back, so one that was dealt with twice is known by its Message-ID.
    """
    counts = {"matched": 0, "unmatched": 0, "failed": 0}
    with _mailbox() as box:
        for folder in (DONE, UNMATCHED):
            if not box.folder.exists(folder):
                box.folder.create(folder)
        for uid in box.uids()[:MOST_A_ROUND]:
            try:
                found = _fetched(box.client, uid)
                matched = bool(found) and deal(*found)
            except (OSError, IMAP4.error):
                raise
            except Exception:
                log.exception("a mail in the inbound folder was not dealt with; it stays there")
                counts["failed"] += 1
                continue
            if found is None and uid not in box.uids():
                continue  # another poller was faster
            box.move(uid, DONE if matched else UNMATCHED)
            counts["matched" if matched else "unmatched"] += 1
            if not matched:
                log.warning("a mail that names none of our letters was moved to %s", UNMATCHED)
    return counts


def _fetched(client: IMAP4, uid: str) -> tuple[bytes, datetime] | None:
    """The mail byte for byte, and when the server took it; None where it is gone or larger than any letter."""
    _, told = client.uid("FETCH", uid, "(RFC822.SIZE INTERNALDATE)")
    facts = told[0].decode(errors="replace") if told and isinstance(told[0], bytes) else ""
    size, at = re.search(r"RFC822\.SIZE (\d+)", facts), re.search(r'INTERNALDATE "([^"]+)"', facts)
    if not (size and at) or int(size[1]) > MOST_BYTES:
        return None
    _, parts = client.uid("FETCH", uid, "(BODY.PEEK[])")
    raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
    return (raw, datetime.strptime(at[1].strip(), "%d-%b-%Y %H:%M:%S %z")) if raw else None


def _mailbox():
    import imap_tools

    server = urlsplit(settings.IMAP_URL)
    kind, port = (imap_tools.MailBox, 993) if server.scheme == "imaps" else (imap_tools.MailBoxUnencrypted, 143)
    box = kind(server.hostname or "", server.port or port, timeout=SECONDS)
    folder = unquote(server.path.strip("/")) or "INBOX"
    return box.login(unquote(server.username or ""), unquote(server.password or ""), folder)

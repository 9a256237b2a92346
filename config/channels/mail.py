"""E-mail by SMTP (EMAIL_URL=smtp://user:password@host:port or smtps://…); without it, files under DATA_DIR/outbox/mail."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings

from config import clock
from config.channels.limits import STEP_SECONDS, WHOLE_SECONDS, Rejected, at_most, keep


@dataclass(frozen=True)
class Enclosed:
    """What a mail has besides its words. `thread` stands in its Message-ID, so that an answer names it; a mail that
    cannot be delivered comes back to `bounce_to`. With any of it, the mail is a person's and says so."""

    words: dict = field(default_factory=dict)
    attachments: tuple[tuple[str, str, bytes], ...] = ()  # name, media type, content
    reply_to: str = ""
    thread: str = ""
    bounce_to: str = ""


def send(message_id: UUID, to: str, subject: str, text: str, enclosed: Enclosed | None = None) -> None:
    """Hands the letter to the mail server. Raises Rejected for an address that it refuses for good, else SMTP's errors.

    That a server took it says nothing of whether it arrived.
    """
    letter = written(message_id, to, subject, text, enclosed)
    if not settings.EMAIL_URL:
        keep("mail", f"{message_id}.eml", letter.as_bytes())
        return
    server = urlsplit(settings.EMAIL_URL)
    secure = server.scheme == "smtps"
    trusted = ssl.create_default_context()
    smtp = smtplib.SMTP_SSL(timeout=STEP_SECONDS, context=trusted) if secure else smtplib.SMTP(timeout=STEP_SECONDS)
    smtp._host = server.hostname or ""  # type: ignore[attr-defined]  # whose certificate is expected; set by the constructor only
    with at_most(WHOLE_SECONDS, smtp):
        try:
            smtp.connect(server.hostname or "", server.port or (465 if secure else 25))
            smtp.ehlo_or_helo_if_needed()
            if not secure and smtp.has_extn("starttls"):
                smtp.starttls(context=trusted)
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(letter, from_addr=enclosed.bounce_to if enclosed and enclosed.bounce_to else None)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, why = next(iter(refusal.recipients.values()))
            if code >= 500:
                raise Rejected(f"{code} {why.decode(errors='replace')}") from refusal
            raise
        finally:
            smtp.close()


def written(message_id: UUID, to: str, subject: str, text: str, enclosed: Enclosed | None = None) -> EmailMessage:
    """The letter under its stable id: sent twice, it is the same Message-ID."""
    letter = EmailMessage(policy=policy.SMTP)
    thread = f".{enclosed.thread}" if enclosed and enclosed.thread else ""
    letter["Message-ID"] = f"<{message_id}{thread}@{urlsplit(settings.BASE_URL).hostname}>"
    letter["Date"] = format_datetime(clock.now().astimezone(clock.SHANGHAI))
    letter["From"] = settings.DEFAULT_FROM_EMAIL
    letter["To"] = to
    letter["Subject"] = subject
    if enclosed and enclosed.reply_to:
        letter["Reply-To"] = enclosed.reply_to
    if enclosed is None:  # what the product says by itself; a person's letter must not be taken for that
        letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    for name, media_type, content in enclosed.attachments if enclosed else ():
        kind, _, subtype = media_type.partition("/")
        letter.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    return letter

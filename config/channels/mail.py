"""E-mail by SMTP (EMAIL_URL=smtp://user:password@host:port or smtps://…); without it, files under DATA_DIR/outbox/mail."""

import smtplib
import ssl
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings

from config import clock
from config.channels.limits import STEP_SECONDS, WHOLE_SECONDS, Rejected, at_most, keep


def send(message_id: UUID, to: str, subject: str, text: str) -> None:
    """Hands the letter to the mail server. Raises Rejected for an address that it refuses for good, else SMTP's errors."""
    letter = written(message_id, to, subject, text)
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
            smtp.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, why = next(iter(refusal.recipients.values()))
            if code >= 500:
                raise Rejected(f"{code} {why.decode(errors='replace')}") from refusal
            raise
        finally:
            smtp.close()


def written(message_id: UUID, to: str, subject: str, text: str) -> EmailMessage:
    """The letter under its stable id: sent twice, it is the same Message-ID."""
    letter = EmailMessage(policy=policy.SMTP)
    letter["Message-ID"] = f"<{message_id}@{urlsplit(settings.BASE_URL).hostname}>"
    letter["Date"] = format_datetime(clock.now().astimezone(clock.SHANGHAI))
    letter["From"] = settings.DEFAULT_FROM_EMAIL
    letter["To"] = to
    letter["Subject"] = subject
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter

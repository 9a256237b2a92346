"""How a message reaches a person: a mail server, a text gateway, or folders of this installation where none is set."""

from config.channels import mail, sms
from config.channels.limits import Rejected

__all__ = ["SENDERS", "Rejected"]

SENDERS = {"email": mail.send, "sms": sms.send}

"""Where a mail service posts the mails that came for us (docs/inbound-mail.md): checked by its signature, then kept.

django-anymail knows each service's shape; it hands the mail on by its signal, which is answered here.
"""

import hashlib
import logging

from anymail.signals import inbound as came
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from cases.services import inbound
from config.channels.limits import keep

log = logging.getLogger(__name__)
# Name in the address → anymail's view, and the setting without which its calls could come from anybody.
SERVICES = {
    "mailgun": ("anymail.webhooks.mailgun.MailgunInboundWebhookView", "MAILGUN_WEBHOOK_SIGNING_KEY"),
    "mailgun_mime": ("anymail.webhooks.mailgun.MailgunInboundWebhookView", "MAILGUN_WEBHOOK_SIGNING_KEY"),
    "mailjet": ("anymail.webhooks.mailjet.MailjetInboundWebhookView", "WEBHOOK_SECRET"),
    "postal": ("anymail.webhooks.postal.PostalInboundWebhookView", "POSTAL_WEBHOOK_KEY"),
    "postmark": ("anymail.webhooks.postmark.PostmarkInboundWebhookView", "WEBHOOK_SECRET"),
    "sendgrid": ("anymail.webhooks.sendgrid.SendGridInboundWebhookView", "WEBHOOK_SECRET"),
    "sparkpost": ("anymail.webhooks.sparkpost.SparkPostInboundWebhookView", "WEBHOOK_SECRET"),
}


@csrf_exempt
@transaction.non_atomic_requests
def from_service(request: HttpRequest, service: str) -> HttpResponse:
    """400 for what is not signed as it must be; 404 for a service that is not set up; 500 is sent again later."""
    view, secret = SERVICES.get(service, ("", ""))
    if not (view and settings.ANYMAIL.get(secret)):
        raise Http404
    return import_string(view).as_view()(request)


from_service.without_tenant = True  # type: ignore[attr-defined]  # each mail opens its case's own transaction


def _keep(sender: type, event, esp_name: str, **more) -> None:
    """A mail as it came, or put together again from the service's fields. One that names no letter is set aside."""
    raw = event.message.as_bytes()
    recipients = [one for one in (event.message.envelope_recipient,) if one]
    if not inbound.receive(raw, *recipients, at=event.timestamp):
        keep("unmatched", f"{hashlib.sha256(raw).hexdigest()}.eml", raw)
        log.warning("a mail from %s that names none of our letters was set aside", esp_name)


came.connect(_keep)

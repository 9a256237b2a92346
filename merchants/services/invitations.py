"""Seats offered by phone or e-mail. They are taken when the person who has that phone or mail box logs in."""

from datetime import timedelta
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection
from django.utils.translation import get_language

from config import clock, outbox, tenancy
from config.actors import SYSTEM, Actor
from config.errors import Invalid, NotFound
from config.text import Text
from merchants.models import Invitation, Membership, Organisation, User
from merchants.services import organisations

STANDS = timedelta(days=14)


def invite(actor: Actor, *, phone: str = "", email: str = "", seat: str, stores: list[UUID] | None) -> Invitation:
    """Offers a seat and tells the person by text or mail. Whether there is an account is not said."""
    if bool(phone) == bool(email):
        raise Invalid(Text("手机号和邮箱填一个。", "Give a phone number or an e-mail address, one of them."))
    organisations.check_seat(actor, seat, stores)
    with tenancy.acting(actor):
        now = clock.now()
        invitation = Invitation.objects.create(
            id=uuid4(), organisation_id=actor.organisation_id, phone=phone, email=email.lower(), seat=seat, stores=stores,
            expires_at=now + STANDS, created_at=now,
        )  # fmt: skip
        name = Organisation.objects.get(pk=actor.organisation_id).name
        outbox.enqueue(
            channel="sms" if phone else "email", to=phone or email, template="invitation",
            language=get_language() or settings.LANGUAGE_CODE, params={"organisation": name, "days": STANDS.days},
            dedup_key=f"invitation:{invitation.id}", organisation_id=actor.organisation_id,
            expires_at=invitation.expires_at,
        )  # fmt: skip
        return invitation


def open_ones(actor: Actor) -> list[Invitation]:
    rows = Invitation.objects.visible_to(actor).filter(accepted_at=None, expires_at__gt=clock.now())
    return list(rows.order_by("created_at", "id"))


def withdraw(actor: Actor, invitation_id: UUID) -> None:
    organisations.check_leads(actor)
    with tenancy.acting(actor):
        done, _ = Invitation.objects.visible_to(actor).filter(pk=invitation_id, accepted_at=None).delete()
        if not done:
            raise NotFound


def accept(user: User) -> list[Membership]:
    """Takes every seat that stands open for this person's verified phone and mail boxes."""
    names = [("", address.email) for address in EmailAddress.objects.filter(user=user, verified=True)]
    if user.phone and user.phone_verified:
        names.append((user.phone, ""))
    taken = []
    for phone, email in names:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, organisation_id FROM app_invitations(%s, %s)", [phone, email])
            found = cursor.fetchall()
        taken += [_take(user, invitation_id, organisation_id) for invitation_id, organisation_id in found]
    return [membership for membership in taken if membership]


def _take(user: User, invitation_id: UUID, organisation_id: UUID) -> Membership | None:
    with tenancy.acting(SYSTEM, organisation_id=organisation_id):
        rows = Invitation.objects.select_for_update().filter(pk=invitation_id, accepted_at=None)
        invitation = rows.first()
        if invitation is None:
            return None
        rows.update(accepted_at=clock.now())
        return organisations.member(organisation_id, user, invitation.seat, invitation.stores)

"""Organisations and who sits in them: founding, seats, stores, the counterparty a merchant names."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from config import clock, tenancy
from config.actors import SYSTEM, Actor
from config.errors import Invalid, NotAllowed
from config.text import Text
from merchants import roles
from merchants.models import Membership, Organisation, Store, User


@dataclass(frozen=True, slots=True)
class Founded:
    organisation: Organisation
    memberships: tuple[Membership, ...]


def found(*, kind: str, name: str, owner: dict | User, seat: str = "merchant.owner", is_listed: bool = False) -> Founded:
    """A new organisation with its first member, who leads it. `owner`: an account, or name with phone or email."""
    identity = uuid4()
    with tenancy.acting(SYSTEM, organisation_id=identity):
        organisation = Organisation(
            id=identity, kind=kind, name=name, has_account=True, is_listed=is_listed, created_at=clock.now()
        )
        organisation.save(force_insert=True)
        membership = _member(identity, _person(owner), seat, None)
    return Founded(organisation, (membership,))


def seat(actor: Actor, person: dict | User, name: str, stores: list[UUID] | None) -> Membership:
    """Gives a person a seat in the actor's organisation; `stores` limits it to those stores."""
    if actor.seat not in ("merchant.owner", "provider.agent", "provider.approver", "legal.reviewer"):
        raise NotAllowed(Text("只有负责人可以添加成员。", "Only the owner can add members."))
    if name not in roles.seats_of(actor.organisation_kind):
        raise Invalid(Text("你的机构没有这个席位。", "Your organisation has no such seat."))
    with tenancy.acting(actor):
        return _member(actor.organisation_id, _person(person), name, stores)


def add_store(actor: Actor, name: str, address: str = "") -> Store:
    if actor.seat != "merchant.owner":
        raise NotAllowed(Text("只有负责人可以添加门店。", "Only the owner can add stores."))
    with tenancy.acting(actor):
        store, _ = Store.objects.get_or_create(
            organisation_id=actor.organisation_id, name=name, defaults={"address": address}
        )
        return store


def counterparty(actor: Actor, named, kind: str) -> Organisation:
    """The provider or agent that a merchant names, by id or name; a name not known is written down as its contact."""
    rows = Organisation.objects.visible_to(actor).exclude(kind__in=roles.MERCHANTS)
    if isinstance(named, dict):
        kind, named = named.get("kind") or kind, named["name"]
    try:
        known = rows.filter(pk=UUID(str(named))).first()
    except ValueError:
        known = rows.filter(name=str(named).strip()).order_by("-has_account").first()
    if known:
        return known
    organisation = Organisation(
        id=uuid4(), kind=kind, name=str(named).strip(), recorded_by_id=actor.organisation_id, created_at=clock.now()
    )
    organisation.save(force_insert=True)
    return organisation


def _person(who: dict | User) -> User:
    if isinstance(who, User):
        return who
    known = User.objects.filter(phone=who["phone"]).first() if who.get("phone") else None
    known = known or (User.objects.filter(email=who["email"]).first() if who.get("email") else None)
    return known or User.objects.create_user(phone_verified=bool(who.get("phone")), **who)


def _member(organisation_id: UUID, user: User, seat: str, stores: list[UUID] | None) -> Membership:
    membership, _ = Membership.objects.get_or_create(
        organisation_id=organisation_id, user=user, seat=seat, defaults={"stores": stores, "created_at": clock.now()}
    )
    return membership

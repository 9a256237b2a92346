"""Organisations and who sits in them: founding, seats, stores, the counterparty a merchant names."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from config import clock, tenancy
from config.actors import SYSTEM, Actor
from config.errors import Fault, Invalid, NotAllowed, NotFound
from config.text import Text
from merchants import roles
from merchants.models import Membership, Organisation, Store, User


@dataclass(frozen=True, slots=True)
class Founded:
    organisation: Organisation
    memberships: tuple[Membership, ...]


def found(
    *, kind: str, name: str, owner: dict | User, seat: str = "merchant.owner", is_listed: bool = False
) -> Founded:
    """A new organisation with its first member, who leads it. `owner`: an account, or name with phone or email."""
    identity = uuid4()
    with tenancy.acting(SYSTEM, organisation_id=identity):
        organisation = Organisation(
            id=identity, kind=kind, name=name, has_account=True, is_listed=is_listed, created_at=clock.now()
        )
        organisation.save(force_insert=True)
        membership = member(identity, _person(owner), seat, None)
    return Founded(organisation, (membership,))


def seat(actor: Actor, person: dict | User, name: str, stores: list[UUID] | None) -> Membership:
    """Gives a person a seat in the actor's organisation; `stores` limits it to those stores."""
    check_seat(actor, name, stores)
    with tenancy.acting(actor):
        return member(actor.organisation_id, _person(person), name, stores)


def check_seat(actor: Actor, name: str, stores: list[UUID] | None) -> None:
    """Whether the actor may give this seat. Raises NotAllowed, or Invalid for a seat or store that is not theirs."""
    check_leads(actor)
    if name not in roles.seats_of(actor.organisation_kind):
        raise Invalid(Text("你的机构没有这个席位。", "Your organisation has no such seat."))
    if name == "merchant.store" and not stores:
        raise Invalid(Text("门店席位要选至少一家门店。", "A store seat needs at least one store."))
    with tenancy.acting(actor):
        if stores and Store.objects.visible_to(actor).filter(id__in=stores).count() != len(set(stores)):
            raise Invalid(Text("没有找到选中的门店，请重新选择。", "A chosen store was not found. Choose again."))


def check_leads(actor: Actor) -> None:
    if actor.seat not in roles.LEADING_SEATS or actor.scopes is not None:
        raise NotAllowed(Text("只有负责人可以管理成员。", "Only the owner manages the members."))


def reseat(actor: Actor, membership_id: UUID, name: str, stores: list[UUID] | None) -> Membership:
    """Moves a member to another seat or other stores, at once. The former seat and its API keys end."""
    check_seat(actor, name, stores)
    with tenancy.acting(actor):
        former = _of_own(actor, membership_id)
        if (former.seat, former.stores) == (name, stores):
            return former
        if name not in roles.LEADING_SEATS:
            _check_not_last(actor, former)
        Membership.objects.filter(pk=former.pk).update(is_active=False)
        return member(actor.organisation_id, former.user, name, stores)


def remove(actor: Actor, membership_id: UUID) -> None:
    """Takes a member's seat away; they see nothing of the organisation from their next request on."""
    check_leads(actor)
    with tenancy.acting(actor):
        former = _of_own(actor, membership_id)
        _check_not_last(actor, former)
        Membership.objects.filter(pk=former.pk).update(is_active=False)


def update(actor: Actor, **fields: str) -> Organisation:
    """Changes what letters say about the sender: name, credit code, phone, e-mail, address."""
    check_leads(actor)
    with tenancy.acting(actor):
        Organisation.objects.filter(pk=actor.organisation_id).update(**fields)
        return Organisation.objects.get(pk=actor.organisation_id)


def rename_store(actor: Actor, store_id: UUID, name: str, address: str) -> Store:
    if actor.seat != "merchant.owner":
        raise NotAllowed(Text("只有负责人可以修改门店。", "Only the owner can change stores."))
    with tenancy.acting(actor):
        store = Store.objects.visible_to(actor).filter(pk=store_id).first()
        if store is None:
            raise NotFound
        if Store.objects.visible_to(actor).filter(name=name).exclude(pk=store_id).exists():
            text = Text("已经有一家叫「{name}」的门店。", "There is a store called “{name}” already.").format(name=name)
            raise Invalid(text, [Fault("name", "taken", text)])
        store.name, store.address = name, address
        store.save(update_fields=["name", "address"])
        return store


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
        if not (known := rows.filter(pk=UUID(str(named))).first()):
            raise NotFound(Text("没有找到这个机构。", "This organisation was not found."))
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


def _of_own(actor: Actor, membership_id: UUID) -> Membership:
    rows = Membership.objects.visible_to(actor).filter(is_active=True).select_related("user")
    found = rows.select_for_update(of=("self",)).filter(pk=membership_id).first()
    if found is None:
        raise NotFound
    return found


def _check_not_last(actor: Actor, leaving: Membership) -> None:
    """An organisation keeps somebody who leads it. Its row is locked, so that two cannot leave each other alone."""
    Organisation.objects.select_for_update().get(pk=actor.organisation_id)
    others = Membership.objects.visible_to(actor).filter(is_active=True, seat__in=roles.LEADING_SEATS)
    if leaving.seat in roles.LEADING_SEATS and not others.exclude(pk=leaving.pk).exists():
        text = Text(
            "至少要留一位负责人。请先让另一个人担任负责人。",
            "One owner has to stay. First give somebody else this seat.",
        )
        raise Invalid(text, [Fault("/seat", "last_owner", text)])


def member(organisation_id: UUID, user: User, seat: str, stores: list[UUID] | None) -> Membership:
    """The person's seat; one taken away before is given back."""
    rows = Membership.objects.filter(organisation_id=organisation_id, user=user, seat=seat)
    membership = rows.first()
    if membership is None:
        return Membership.objects.create(
            organisation_id=organisation_id, user=user, seat=seat, stores=stores, created_at=clock.now()
        )
    membership.is_active, membership.stores = True, stores
    membership.save(update_fields=["is_active", "stores"])
    return membership

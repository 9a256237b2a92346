"""Who lives in the demo: organisations, their people with log-ins, their stores, terminals and API keys."""

from dataclasses import dataclass, field
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password

from config import clock, tenancy
from config.actors import Actor
from merchants import access, roles
from merchants.models import Membership, Organisation, Store, User
from merchants.services import keys as api_keys
from merchants.services import organisations, terminals

SHOP, CHAIN, FIRM, LEGAL = "吴江好又邻便利店", "南京云杉餐饮有限公司", "安捷支付服务有限公司", "明理法务组"
KINDS = {SHOP: "sole_trader", CHAIN: "company", FIRM: "payment_institution", LEGAL: "legal"}
SHOP_MID, SHOP_TIDS = "898305054110218", ("20117765", "20115530")
CHAIN_MID, CHAIN_TIDS = "898301058120356", {"新街口店": ("10483217", "10597742"), "鼓楼店": ("10483301",)}


@dataclass(frozen=True, slots=True)
class Person:
    """`store` limits a store seat to one store."""

    organisation: str
    name: str
    seat: str
    phone: str
    email: str
    store: str = ""


# Part in the stories → person; the first of each organisation founds it.
PEOPLE = {
    "shop": Person(SHOP, "王好", "merchant.owner", "+8613800000001", "wanghao@haoyoulin.example"),
    "boss": Person(CHAIN, "李云", "merchant.owner", "+8613800000101", "liyun@yunshan.example"),
    "finance": Person(CHAIN, "陈账", "merchant.finance", "+8613800000102", "chenzhang@yunshan.example"),
    "approver": Person(CHAIN, "赵批", "merchant.approver", "+8613800000103", "zhaopi@yunshan.example"),
    "store_a": Person(CHAIN, "孙新街", "merchant.store", "+8613800000104", "xinjiekou@yunshan.example", "新街口店"),
    "store_b": Person(CHAIN, "周鼓楼", "merchant.store", "+8613800000105", "gulou@yunshan.example", "鼓楼店"),
    "operations": Person(CHAIN, "吴维", "merchant.operations", "+8613800000106", "wuwei@yunshan.example"),
    "agent": Person(FIRM, "钱经办", "provider.agent", "+8613800000201", "agent@anjie.example"),
    "chief": Person(FIRM, "郑审批", "provider.approver", "+8613800000202", "approver@anjie.example"),
    "reviewer": Person(LEGAL, "冯法务", "legal.reviewer", "+8613800000301", "fengfawu@mingli.example"),
    "counsel": Person(LEGAL, "韩律师", "legal.counsel", "+8613800000302", "hanlvshi@mingli.example"),
}


@dataclass
class World:
    """The demo's people as actors by part, the provider with an account, the company's stores by name."""

    people: dict[str, Actor] = field(default_factory=dict)
    firm: Organisation | None = None
    stores: dict[str, Store] = field(default_factory=dict)


def settle() -> World:
    """Founds everything: organisations, seats, stores, terminals. Nobody can log in yet."""
    world, members, founders = World(), {}, {}
    for part, person in PEOPLE.items():
        account = {"name": person.name, "phone": person.phone, "email": person.email}
        if person.organisation not in founders:
            founded = organisations.found(
                kind=KINDS[person.organisation], name=person.organisation, owner=account, seat=person.seat,
                is_listed=person.organisation == FIRM,
            )  # fmt: skip
            members[part] = founded.memberships[0]
            leader = founders[person.organisation] = access.actor_of(members[part])
            if person.organisation == CHAIN:
                world.stores = {store: organisations.add_store(leader, store) for store in CHAIN_TIDS}
            continue
        within = [world.stores[person.store].id] if person.store else None
        members[part] = organisations.seat(founders[person.organisation], account, person.seat, within)
    world.people = {part: access.actor_of(membership) for part, membership in members.items()}
    world.firm = _firm(world)
    _terminals(world)
    return world


def find() -> World | None:
    """The demo's people where they live in the database already."""
    users = {user.phone: user for user in User.objects.filter(phone__in=[one.phone for one in PEOPLE.values()])}
    if len(users) < len(PEOPLE):
        return None
    found = {part: access.actor_of(Membership(user=users[person.phone])) for part, person in PEOPLE.items()}
    world = World(people=found)
    world.firm = _firm(world)
    with tenancy.acting(world.people["boss"]):
        world.stores = {store.name: store for store in Store.objects.visible_to(world.people["boss"])}
    return world


def _firm(world: World) -> Organisation:
    with tenancy.acting(world.people["agent"]):
        return Organisation.objects.get(pk=world.people["agent"].organisation_id)


def _terminals(world: World) -> None:
    for tid in SHOP_TIDS:
        terminals.know(world.people["shop"], SHOP_MID, tid, provider=world.firm)
    for store, tids in CHAIN_TIDS.items():
        for tid in tids:
            terminals.know(world.people["boss"], CHAIN_MID, tid, store=world.stores[store], provider=world.firm)


def logins(password: str) -> list[dict]:
    """Lets everybody log in, and says how. All share one password; staff seats get a second factor of their own."""
    hashed, told = make_password(password), []
    for person in PEOPLE.values():
        user = User.objects.get(phone=person.phone)
        user.password = hashed
        user.save(update_fields=["password"])
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        told.append(
            {
                "who": f"{person.organisation} · {person.name}", "phone": person.phone, "email": person.email,
                "password": password, "totp_secret": _totp(user, person.seat), "seat": person.seat,
            }
        )  # fmt: skip
    return told


def _totp(user: User, seat: str) -> str:
    if seat not in roles.STAFF_SEATS:
        return ""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def keys(world: World) -> list[dict]:
    """API keys of the shop, of the company's finance seat and of the provider, good for a year."""
    made, until = [], clock.now() + timedelta(days=364)
    for part in ("shop", "finance", "agent"):
        scopes = [scope for scope in roles.SCOPES if part != "agent" or scope != "statements:write"]
        _, secret = api_keys.create(world.people[part], "demo", scopes, until)
        made.append({"who": f"{PEOPLE[part].organisation} · {PEOPLE[part].name}", "key": secret, "scopes": scopes})
    return made

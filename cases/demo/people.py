"""Who lives in the demo: organisations, their people with log-ins, their stores, terminals and API keys."""

from dataclasses import dataclass, field
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password

from config import clock
from config.actors import Actor
from merchants import access, roles
from merchants.models import Membership, Organisation, Store, User
from merchants.services import organisations, terminals

FIRST_PHONE = "+8613800000001"  # by this person the demo is known
SHOP, CHAIN, FIRM, LEGAL = "吴江好又邻便利店", "南京云杉餐饮有限公司", "安捷支付服务有限公司", "明理法务组"
SHOP_MID, SHOP_TID, SHOP_TID_OLD = "898305054110218", "20117765", "20115530"
CHAIN_MID, CHAIN_TIDS = "898301058120356", {"新街口店": ("10483217", "10597742"), "鼓楼店": ("10483301",)}
# Part → name, seat, mail box; the first of each organisation founds it.
SEATS: dict[str, dict[str, tuple[str, str, str]]] = {
    SHOP: {"shop": ("王好", "merchant.owner", "wanghao@haoyoulin.example")},
    CHAIN: {
        "boss": ("李云", "merchant.owner", "liyun@yunshan.example"),
        "finance": ("陈账", "merchant.finance", "chenzhang@yunshan.example"),
        "approver": ("赵批", "merchant.approver", "zhaopi@yunshan.example"),
        "store_a": ("孙新街", "merchant.store", "xinjiekou@yunshan.example"),
        "store_b": ("周鼓楼", "merchant.store", "gulou@yunshan.example"),
        "operations": ("吴维", "merchant.operations", "wuwei@yunshan.example"),
    },
    FIRM: {
        "agent": ("周经办", "provider.agent", "agent@anjie.example"),
        "chief": ("郑审批", "provider.approver", "approver@anjie.example"),
    },
    LEGAL: {
        "reviewer": ("冯法务", "legal.reviewer", "fengfa@mingli.example"),
        "counsel": ("韩律师", "legal.counsel", "hanlvshi@mingli.example"),
    },
}
KINDS = {SHOP: "sole_trader", CHAIN: "company", FIRM: "payment_institution", LEGAL: "legal"}
STORE_OF = {"store_a": "新街口店", "store_b": "鼓楼店"}


@dataclass
class World:
    """The demo's people as actors by part, and how each of them logs in."""

    people: dict[str, Actor] = field(default_factory=dict)
    firm: Organisation | None = None
    stores: dict[str, Store] = field(default_factory=dict)
    logins: list[dict] = field(default_factory=list)

    def __getattr__(self, part: str) -> Actor:
        try:
            return self.__dict__["people"][part]
        except KeyError:
            raise AttributeError(part) from None


def settle(password: str) -> World:
    """Founds everything. All people share one password; staff seats get a second factor of their own."""
    world, hashed = World(), make_password(password)
    for number, (name, people) in enumerate(SEATS.items()):
        phones = {part: f"+8613800000{number}{at:02d}" for at, part in enumerate(people, 1)}
        (first, (who, seat, email)), *others = people.items()
        founded = organisations.found(
            kind=KINDS[name], name=name, owner={"name": who, "phone": phones[first], "email": email}, seat=seat,
            is_listed=name == FIRM,
        )  # fmt: skip
        world.people[first] = leader = access.actor_of(founded.memberships[0])
        members = {first: founded.memberships[0]}
        if name == CHAIN:
            world.stores = {store: organisations.add_store(leader, store) for store in CHAIN_TIDS}
        if name == FIRM:
            world.firm = founded.organisation
        for part, (who, seat, email) in others:
            within = [world.stores[STORE_OF[part]].id] if part in STORE_OF else None
            person = {"name": who, "phone": phones[part], "email": email}
            members[part] = organisations.seat(leader, person, seat, within)
        for part, membership in members.items():
            world.people[part] = access.actor_of(membership)
            world.logins.append(_login(name, membership, password, hashed))
    _terminals(world)
    return world


def find() -> World | None:
    """The demo's people where they live in the database already."""
    first = User.objects.filter(phone=FIRST_PHONE).first()
    if first is None:
        return None
    world = World()
    for number, (_, people) in enumerate(SEATS.items()):
        for at, part in enumerate(people, 1):
            user = User.objects.get(phone=f"+8613800000{number}{at:02d}")
            world.people[part] = access.actor_of(Membership(user_id=user.id))
    return world


def _login(organisation: str, membership: Membership, password: str, hashed: str) -> dict:
    """What this person types to log in; staff seats are asked for a code of their TOTP secret as well."""
    user = membership.user
    user.password = hashed
    user.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    secret = ""
    if membership.seat in roles.STAFF_SEATS:
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
    return {
        "who": f"{organisation} · {user.name}", "phone": user.phone, "email": user.email, "password": password,
        "totp_secret": secret, "seat": membership.seat,
    }  # fmt: skip


def _terminals(world: World) -> None:
    for tid in (SHOP_TID, SHOP_TID_OLD):
        terminals.know(world.shop, SHOP_MID, tid, provider=world.firm)
    for store, tids in CHAIN_TIDS.items():
        for tid in tids:
            terminals.know(world.boss, CHAIN_MID, tid, store=world.stores[store], provider=world.firm)


def keys(world: World) -> list[dict]:
    """API keys of the shop and of the company's finance seat, good for a year."""
    try:
        from merchants.services import keys as api_keys
    except ImportError:
        return []
    made = []
    for part, name in (("shop", SHOP), ("finance", CHAIN)):
        until = clock.now() + timedelta(days=364)
        _, secret = api_keys.create(world.people[part], "演示", list(roles.SCOPES), until)
        made.append({"who": name, "key": secret, "scopes": list(roles.SCOPES)})
    return made

"""The fixed cast of the tests: two merchants with their people, a provider with an account, one without."""

from dataclasses import dataclass

from config.actors import Actor
from merchants import access
from merchants.services import organisations


@dataclass
class Cast:
    """Organisations by name, actors by part. Everybody was made through the services."""

    haoyoulin: object  # 吴江好又邻便利店: a sole trader, alone
    owner: Actor  # its only member
    yunshan: object  # 南京云杉餐饮: a company with two stores and one person a seat
    boss: Actor
    finance: Actor
    approver: Actor
    store_a: Actor  # sees 新街口店 only
    store_b: Actor  # sees 鼓楼店 only
    provider: object  # 支付服务商甲, listed, with account
    agent: Actor
    agent_chief: Actor


def make() -> Cast:
    """Makes the cast in the database at hand."""
    shop = organisations.found(
        kind="sole_trader", name="吴江好又邻便利店", owner={"name": "王好", "phone": "+8613800000001"}
    )
    chain = organisations.found(kind="company", name="南京云杉餐饮", owner={"name": "李云", "phone": "+8613800000002"})
    boss = access.actor_of(chain.memberships[0])
    stores = [organisations.add_store(boss, name) for name in ("新街口店", "鼓楼店")]
    seats = {
        "finance": ("merchant.finance", None), "approver": ("merchant.approver", None),
        "store_a": ("merchant.store", [stores[0].id]), "store_b": ("merchant.store", [stores[1].id]),
    }  # fmt: skip
    people = {
        part: organisations.seat(boss, {"name": f"云杉{part}", "phone": f"+86138000001{i:02d}"}, seat, within)
        for i, (part, (seat, within)) in enumerate(seats.items())
    }
    firm = organisations.found(
        kind="payment_institution", name="支付服务商甲", owner={"name": "周经办", "phone": "+8613800000003"},
        seat="provider.agent", is_listed=True,
    )  # fmt: skip
    agent = access.actor_of(firm.memberships[0])
    chief = organisations.seat(agent, {"name": "郑审批", "phone": "+8613800000004"}, "provider.approver", None)
    return Cast(
        haoyoulin=shop.organisation, owner=access.actor_of(shop.memberships[0]), yunshan=chain.organisation,
        boss=access.actor_of(chain.memberships[0]),  # anew: no longer alone
        **{part: access.actor_of(membership) for part, membership in people.items()},
        provider=firm.organisation, agent=agent, agent_chief=access.actor_of(chief),
    )  # fmt: skip

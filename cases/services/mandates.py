"""How far one side's people may go in the talks, for that side's eyes alone; and who is held to it.

Held to it are those who bargain for a side; who leads it may go beyond. What is offered is negotiation.py's.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from cases import terms
from cases.models import Holiday, Mandate
from cases.services.steps import Step, act
from cases.terms import Term
from cases.workflow import AGENT, FINANCE, LEGAL, OWNER, P_APPROVER
from config import clock, money
from config.errors import Fault, Invalid, MandateExceeded, Missing
from config.text import Text
from merchants import roles

HELD = (FINANCE, *LEGAL, AGENT)
LEADS = {"merchant": OWNER, "provider": P_APPROVER}
SUMS = {"merchant": "least_refund", "provider": "most_refund"}
FIELDS = ("least_refund", "most_refund", "latest", "may_sign_up_to")


@act("set_mandate")
def set_mandate(s: Step, data: dict) -> None:
    """Sets how far the own side's people may go; the one before no longer counts. The other side learns nothing of it."""
    _check(s, data)
    s.case.mandates.filter(private_to=s.own_principal, is_live=True).update(is_live=False)
    values = {name: data.get(name) for name in FIELDS}
    Mandate.objects.create(
        case=s.case, private_to=s.own_principal, side=s.side, set_at=s.at, set_by_name=_asked_by(s),
        approved_by_name=s.actor.display_name if s.request else "", **values,
    )  # fmt: skip
    s.private_to = s.own_principal
    s.record(**{name: str(value) for name, value in values.items() if value is not None})


def _asked_by(s: Step) -> str:
    return s.request.requested_by_name if s.request else s.actor.display_name


def _check(s: Step, data: dict) -> None:
    if not any(data.get(name) for name in FIELDS):
        text = Text(
            "至少写一项：金额、日期或可以答应的上限。", "Set at least one: a sum, a day, or how much may be agreed."
        )
        raise Missing(text, [Fault("/" + SUMS[s.side], "required", text)])
    others = SUMS["provider" if s.side == "merchant" else "merchant"]
    if data.get(others):
        text = Text("这一项由对方设定，请去掉。", "This one is the other side's to set: leave it out.")
        raise Invalid(text, [Fault("/" + others, "other_side", text)])
    claimed = sum((line.amount for line in s.case.lines.filter(is_live=True)), Decimal(0))
    if (least := data.get("least_refund")) and least > claimed:
        text = Text(f"超过要回的 ¥{money.plain(claimed)}，请核对。",
                    f"It is more than the ¥{money.plain(claimed)} claimed. Check it.")  # fmt: skip
        raise Invalid(text, [Fault("/least_refund", "above", text)])
    if (latest := data.get("latest")) and latest < clock.local_day(s.at):
        text = Text("这一天已经过去。", "This day has passed.")
        raise Invalid(text, [Fault("/latest", "past", text)])


def hold(s: Step, found: Sequence[Term], *, accepts: bool) -> None:
    """Refuses what goes beyond the own side's mandate by somebody who is held to it, and names who may.

    A merchant of one person is held to none, and what is typed in for the other side is the other side's own affair.
    """
    if s.on_behalf or s.actor.is_alone or s.actor.seat not in HELD:
        return
    mandate = s.case.mandates.filter(private_to=s.own_principal, is_live=True).first()
    if mandate is None or not (why := _beyond(mandate, found, clock.local_day(s.at), accepts)):
        return
    who = roles.SEATS[LEADS[s.side]]
    way = (
        Text("请「{who}」来接受，或先放宽授权。", "“{who}” may accept it, or widen the mandate first.")
        if accepts
        else Text("请「{who}」先放宽授权。", "“{who}” may widen the mandate first.")
    ).format(who=who)
    text = Text(f"超出了你方的授权：{why.zh}。{way.zh}", f"Beyond your side's mandate: {why.en}. {way.en}")
    raise MandateExceeded(text, [Fault("/offer" if accepts else "/terms", "mandate", text)])


def _beyond(mandate: Mandate, found: Sequence[Term], on: date, accepts: bool) -> Text | None:
    """What the mandate does not allow. The merchant's least is what it has in the end, the provider's most what it pays."""
    net, gross = terms.net(found), terms.gross(found)
    if mandate.least_refund is not None and net < mandate.least_refund:
        least = money.plain(mandate.least_refund)
        return Text(f"商户到手 ¥{money.plain(net)}，少于最低的 ¥{least}",
                    f"¥{money.plain(net)} is less than the least, ¥{least}")  # fmt: skip
    if mandate.most_refund is not None and gross > mandate.most_refund:
        most = money.plain(mandate.most_refund)
        return Text(
            f"退 ¥{money.plain(gross)}，多于最多的 ¥{most}", f"¥{money.plain(gross)} is more than the most, ¥{most}"
        )
    if accepts and mandate.may_sign_up_to is not None and gross > mandate.may_sign_up_to:
        most = money.plain(mandate.may_sign_up_to)
        return Text(f"¥{money.plain(gross)} 超过经办人可以答应的 ¥{most}",
                    f"¥{money.plain(gross)} is more than the ¥{most} that may be agreed")  # fmt: skip
    if mandate.latest is not None and (day := _paid_by(found, on)) and day > mandate.latest:
        return Text(f"{day} 才付清，晚于 {mandate.latest}", f"it is paid by {day}, later than {mandate.latest}")
    return None


def _paid_by(found: Sequence[Term], on: date) -> date | None:
    """The day by which the merchant is paid, were the agreement to take effect at once."""
    days = [day] if (day := terms.last_day(found)) else []
    if span := terms.longest(found):
        calendar = Holiday.objects.calendar()
        days.append(calendar.add_workdays(on, span.n) if span.unit == "bd" else on + timedelta(days=span.n))
    return max(days, default=None)

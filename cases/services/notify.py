"""Everybody concerned knows the agreement and says so (domain.md §3.2 #15): the list, and who on it knows."""

from cases.models import Case, PartyTold
from cases.services import dues, evidence, obligations
from cases.services.steps import Step, act
from config.errors import Fault, Invalid, NotAllowed, NotFound
from config.text import Text
from merchants import roles

SIDES = ("merchant", "provider")
OUTSOURCER = "outsourcer"
# Who may say for others of the own side that they know.
SPEAKS_FOR = {"merchant": ("merchant.owner", "merchant.finance"), "provider": ("provider.approver",)}
ON_BEHALF = "provider"


@act("notify_parties")
def notify_parties(s: Step, data: dict) -> None:
    """Puts people on the list of those who must know and tells them; without names, the two sides of the agreement.

    A side that nobody named speaks for stands on the list as a whole. Who is already on it is not told twice. What a
    shop of one person notifies, it knows.
    """
    agreement = dues.agreement_of(s.case)
    known = set(agreement.told.values_list("who", flat=True))
    fresh = [who for who in _list(data.get("who") or [], known) if who not in known]
    for who in fresh:
        one = PartyTold(case=s.case, agreement=agreement, who=who, side=side_of(who), told_at=s.at)
        if s.actor.is_alone and is_of_side(who, "merchant"):
            one.knows_at, one.knows_by_name = s.at, s.actor.display_name
        one.save(force_insert=True)
    s.record(told=fresh)
    for side in SIDES:
        if any(side_of(who) == side for who in fresh):
            s.tell("agreement_told", side)


@act("acknowledge_notice")
def acknowledge_notice(s: Step, data: dict) -> None:
    """Somebody on the list knows the agreement and agrees to act by it; with the last one it is carried out.

    Saying it again, or afterwards, changes nothing. Raises NotAllowed for who is not on the list.
    """
    agreement = dues.agreement_of(s.case)
    rows = list(agreement.told.order_by("who"))
    obligations.not_before(s, agreement.effective_at)
    if wanted := data.get("who"):
        mine = [one for one in rows if one.who == wanted]
        if not mine:
            text = Text("名单上没有「{who}」。", "“{who}” is not on the list.").format(who=wanted)
            raise NotFound(text, [Fault("/who", "unknown", text)])
        if not _may_say(s, mine[0]):
            raise NotAllowed(Text("要由本人，或本方的负责人说明。", "They say so themselves, or who leads their side."))
    else:
        mine = [one for one in rows if _is(s, one)]
    if not mine:
        raise NotAllowed(Text("你不在要知悉的名单上。", "You are not on the list of those who must know."))
    evidence.keep_proof(s, data)
    for one in mine:
        if one.knows_at is None:
            one.knows_at, one.knows_by_name = s.at, "" if s.on_behalf else s.actor.display_name
            one.save(update_fields=["knows_at", "knows_by_name"])
    s.record(told=[one.who for one in mine])
    if s.case.state == "EFFECTIVE" and all(one.knows_at for one in rows):
        s.move("FULFILLING" if dues.left(s.case) else "FULFILLED")
        s.tell("agreement_known", "merchant")
        s.tell("agreement_known", "provider")


def _list(names: list[str], known: set[str]) -> list[str]:
    """The names as they stand on the list, and each side that nobody of it stands for."""
    for i, who in enumerate(names):
        if who.partition(".")[0] in SIDES and who not in SIDES and who not in roles.SEATS:
            text = Text("没有「{who}」这个席位。", "There is no seat “{who}”.").format(who=who)
            raise Invalid(text, [Fault(f"/who/{i}", "unknown", text)])
    found = list(dict.fromkeys(names))
    return found + [side for side in SIDES if not any(is_of_side(who, side) for who in (*found, *known))]


def is_of_side(who: str, side: str) -> bool:
    """The side itself or a seat of it; outsiders stand for nobody."""
    return who == side or (who.startswith(f"{side}.") and who in roles.SEATS)


def side_of(who: str) -> str:
    """The side that is asked about an entry: the provider for its outsourcer, the merchant for everybody outside."""
    return "provider" if is_of_side(who, "provider") or who == OUTSOURCER else "merchant"


def _is(s: Step, one: PartyTold) -> bool:
    """Whether this act says it for the entry: the own side or seat; for the other side, all that it answers for."""
    if s.on_behalf:
        return one.side == ON_BEHALF
    return one.who in (s.side, s.actor.seat) or (s.actor.is_alone and is_of_side(one.who, s.side))


def _may_say(s: Step, one: PartyTold) -> bool:
    if s.on_behalf:
        return one.side == ON_BEHALF
    return _is(s, one) or (one.side == s.side and s.actor.seat in SPEAKS_FOR.get(s.side, ()))


def waiting(case: Case) -> list[PartyTold]:
    """Who on the list has not said it yet; for pages, on rows that are read already."""
    return [one for one in case.told_parties.all() if one.knows_at is None]

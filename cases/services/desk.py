"""What the people of one side arrange among themselves: who takes a case, and the replies they use again.

None of it is seen by the other side. The queue they work on is read in cases/desk_queries.py.
"""

import re
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet

from cases import workflow
from cases.models import Assignment, Case, Line, ReplyTemplate
from cases.services.steps import Step, act
from config import clock
from config.actors import Actor
from config.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from config.text import Text
from merchants.models import Membership, User

# -- who takes a case ---------------------------------------------------------------------------------------------


@act("assign")
def assign(s: Step, data: dict) -> None:
    """Says which person of the own side takes care of the case. Raises Conflict where that person already does."""
    who = _member(s.actor, data["who"])
    if who.stores is not None and s.case.store_id not in who.stores:
        raise _nobody(Text("{who}看不到这家门店的案件。", "{who} does not see cases of this store."), called(who.user))
    name = called(who.user)
    row = s.case.assignments.filter(private_to=s.own_principal).first()
    if row and row.user_id == who.user_id:
        raise Conflict(Text("已经由{who}负责。", "{who} has it already.").format(who=name))
    row = row or Assignment(id=uuid4(), case=s.case, private_to=s.own_principal)
    row.user_id, row.user_name, row.assigned_at = who.user_id, name, s.at
    row.save()
    s.private_to = s.own_principal
    s.record(who=name, member=str(who.id))


def colleagues(actor: Actor) -> QuerySet[Membership]:
    """Those whom the actor may give a case to, himself among them: the acting seats of his own organisation."""
    rows = Membership.objects.visible_to(actor).filter(is_active=True, seat__in=workflow.ANYONE)
    return rows.select_related("user").order_by("user__name", "id")


def called(user: User) -> str:
    """A colleague's name; where none was given, the mail box or the end of the phone number."""
    return user.name or user.email or f"…{(user.phone or '')[-4:]}"


def _member(actor: Actor, who: str) -> Membership:
    """The colleague meant by "me", by membership, user id or name. Raises Invalid for nobody, and for more than one."""
    rows, who = colleagues(actor), who.strip()
    if who == "me":
        named = Q(user_id=actor.user_id)
    elif who.isdecimal() and len(who) < 19:
        named = Q(user_id=int(who)) | Q(user__name=who)
    else:
        named = Q(pk=who) if _is_id(who) else Q(user__name=who)
    found = list(rows.filter(named))
    if len({one.user_id for one in found}) > 1:
        raise _nobody(
            Text("有不止一个人叫「{who}」，请从名单里选。", "More than one is called “{who}”. Choose from the list."),
            who,
        )
    if not found:
        raise _nobody(Text("你们的成员里没有「{who}」。", "“{who}” is none of your members."), who)
    return next((one for one in found if one.stores is None), found[0])


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _nobody(text: Text, who: str) -> Invalid:
    told = text.format(who=who)
    return Invalid(told, [Fault("/who", "nobody", told)])


# -- replies used again -------------------------------------------------------------------------------------------

# The acts a template can fill, and the fields it can hold; the table of inputs says which act has which.
ACTS = {"explain": Text("说明原因", "Explanation"), "add_message": Text("写消息", "Message")}
FIELDS = ("text", "clause", "calculation", "log")
# What stands in braces in a template and is filled from the case. Either word is understood.
PLACEHOLDERS = {
    "number": Text("编号", "number"),
    "merchant": Text("商户", "merchant"),
    "amount": Text("金额", "amount"),
    "fee": Text("扣款名称", "fee name"),
    "clause": Text("条款", "clause"),
    "tid": Text("终端号", "TID"),
    "dates": Text("扣款日期", "dates"),
    "today": Text("今天", "today"),
}
BRACES = re.compile(r"\{([^{}\n]{0,40})\}")
BY_WORD = {word.lower(): key for key, text in PLACEHOLDERS.items() for word in (key, text.zh, text.en)}


@dataclass
class Filled:
    """A template laid over a case: its fields, and the placeholders for which the case says nothing."""

    fields: dict[str, str]
    missing: list[Text] = field(default_factory=list)


def may_use_templates(actor: Actor) -> bool:
    return (actor.is_provider or actor.is_legal) and actor.case_id is None


def templates(actor: Actor) -> QuerySet[ReplyTemplate]:
    """The templates of the actor's organisation. Raises NotAllowed for a seat that has none."""
    if not may_use_templates(actor):
        raise NotAllowed(Text("你的席位不使用回复模板。", "Your seat has no reply templates."))
    return ReplyTemplate.objects.visible_to(actor).order_by("name")


def template(actor: Actor, identity: UUID) -> ReplyTemplate:
    found = templates(actor).filter(pk=identity).first()
    if found is None:
        raise NotFound(Text("没有找到这个模板。", "This template was not found."))
    return found


def save_template(actor: Actor, told: dict, identity: UUID | None = None) -> ReplyTemplate:
    """Keeps a template, new or changed. Raises Invalid for a name that is taken and for unknown placeholders."""
    row = template(actor, identity) if identity else ReplyTemplate(id=uuid4(), organisation_id=actor.organisation_id)
    faults = [fault for name in FIELDS for fault in _unknown(name, told.get(name) or "")]
    if templates(actor).filter(name=told["name"]).exclude(pk=row.pk).exists():
        text = Text("已经有一个叫「{name}」的模板。", "There is a template called “{name}” already.")
        faults.append(Fault("/name", "taken", text.format(name=told["name"])))
    if faults:
        raise Invalid(Text("有内容需要修改。", "Some values need correcting."), faults)
    row.name, row.act, row.changed_at = told["name"], told["act"], clock.now()
    row.data = {name: told[name] for name in FIELDS if told.get(name)}
    row.save()
    return row


def delete_template(actor: Actor, identity: UUID) -> None:
    template(actor, identity).delete()


def _unknown(name: str, text: str) -> list[Fault]:
    words = [word for word in BRACES.findall(text) if word.strip().lower() not in BY_WORD]
    if not words:
        return []
    known = Text(
        "".join(f"{{{one.zh}}}" for one in PLACEHOLDERS.values()), " ".join(f"{{{one.en}}}" for one in PLACEHOLDERS.values())
    )  # fmt: skip
    told = Text("不认识「{word}」。可以用：{known}", "“{word}” is not known. You can use: {known}")
    return [Fault(f"/{name}", "placeholder", told.format(word=f"{{{words[0]}}}", known=known))]


def values_of(actor: Actor, case: Case) -> dict[str, str]:
    """What the placeholders stand for in this case; empty where the case does not say."""
    lines = list(
        Line.objects.visible_to(actor).filter(case=case, dropped_reason="").order_by("position")
        .values_list("on", "fee_name", "clause", "tid")
    )  # fmt: skip
    days = sorted({on.isoformat() for on, *_rest in lines})
    fees, clauses, tids = (
        "、".join(list(dict.fromkeys(line[at] for line in lines if line[at]))[:5]) for at in (1, 2, 3)
    )
    return {
        "number": case.number, "merchant": case.merchant.name, "amount": f"¥{case.amount:,.2f}", "fee": fees,
        "clause": clauses, "tid": tids, "dates": " ~ ".join([*days[:1], *days[1:][-1:]]),
        "today": clock.today().isoformat(),
    }  # fmt: skip


def filled(row: ReplyTemplate, values: dict[str, str]) -> Filled:
    """The template's fields with the case's values. What the case does not say stays to be written, plainly marked."""
    found = Filled({})

    def put(match: re.Match) -> str:
        key = BY_WORD.get(match[1].strip().lower(), "")
        if values.get(key):
            return values[key]
        label = PLACEHOLDERS.get(key, Text(match[1], match[1]))
        if label not in found.missing:
            found.missing.append(label)
        return f"【{label}】"

    found.fields = {name: BRACES.sub(put, text) for name, text in row.data.items()}
    return found

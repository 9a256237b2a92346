"""An obligation not kept: the breach declared after the days of grace, and cured. The demand itself is contact.py's."""

from cases.models import Obligation
from cases.services import dues, evidence, obligations
from cases.services.steps import Step, act
from config import clock
from config.errors import Conflict, Fault, Missing
from config.text import Text


@act("declare_breach")
def declare_breach(s: Step, data: dict) -> None:
    """Records that the provider did not do what is owed although its day and the days of grace have passed.

    Limitation of the lines it pays for begins again from that day: it is a debt of its own (domain.md §3.2 #17).
    """
    one = obligations.named(s.case, data["obligation"])
    if one.debtor != "provider" or one.state not in dues.OWED:
        text = Text("第 {n} 项没有欠着的。", "Nothing is owed under item {n}.").format(n=one.position)
        raise Conflict(text, [Fault("/obligation", "not_owed", text)])
    if one.grace_until > clock.now():
        text = Text("第 {n} 项要等到 {day} 之后。", "Item {n} has grace until {day}.").format(
            n=one.position, day=clock.bound(one.grace_until)
        )
        raise Conflict(text, [Fault("/obligation", "in_grace", text)])
    one.is_breached = one.is_overdue = True
    one.save(update_fields=["is_breached", "is_overdue"])
    s.record(obligation=one.position, duty=one.kind, **({"amount": str(one.amount)} if one.amount else {}))
    s.restart_limitation()
    s.tell("breach_declared", "merchant", what=one.what)
    s.tell("breach_declared", "provider", what=one.what)


@act("cure")
def cure(s: Step, data: dict) -> None:
    """What was overdue has been done: with its proof, unless money that was recorded has settled it. It goes on as
    before, and who is owed it confirms.

    Raises Missing where something is still overdue and no proof of it comes.
    """
    late = [one for one in dues.left(s.case) if one.is_breached and one.state in dues.OWED]
    if not late:
        evidence.keep_proof(s, data)
    else:
        one = _the_one(late, data)
        obligations.prove(s, one, data)
        s.tell("obligation_proven", evidence.other(one.debtor), what=one.what)
    s.tell("cured", "merchant")
    s.tell("cured", "provider")


def _the_one(late: list[Obligation], data: dict) -> Obligation:
    """The overdue obligation that is proven: named where there are several."""
    if not (data.get("file") or data.get("statement_line") or data.get("proof")):
        text = Text(
            "请上传补付的凭证，或选择对账单中的行。", "Upload the proof of payment, or choose the statement line."
        )
        raise Missing(text, [Fault("/file", "required", text)])
    if not data.get("on") and not data.get("statement_line"):
        text = Text("请填写补上的日期。", "Say on which day it was made good.")
        raise Missing(text, [Fault("/on", "required", text)])
    wanted = data.get("obligation")
    found = [one for one in late if one.position == wanted] if wanted else late[:1]
    if not found:
        text = Text("第 {n} 项没有被认定到期未付。", "Item {n} was not declared overdue.").format(n=wanted)
        raise Conflict(text, [Fault("/obligation", "not_breached", text)])
    return found[0]

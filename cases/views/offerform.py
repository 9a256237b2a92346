"""The short form of an offer: its controls, filled from terms, and the terms read from it.

How much and by when is enough; instalments, a new amount, waivers, a migration and conditions stand under "more".
"""

from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.utils.translation import gettext as _
from rest_framework.serializers import ValidationError

from cases import offershown, terms
from cases.law.periods import plain_end
from cases.models import Case, Offer
from cases.terms import Term
from cases.views import actforms
from cases.views.asking import Asked
from config import clock, money
from config.clock import Calendar
from config.fields import Day, Money, words
from config.templatetags.controls import Control

SPANS = (5, 10, 20)  # working days offered for payment
PARTS = (1, 2, 3, 4, 6, 12)
MORE = (
    "parts", "lines", "adjusted", "waive", "later", "later_parts", "later_on", "tid", "new_date", "window", "other",
    "conditions", "valid_until", "reserve",
)  # fmt: skip
OWN = ("due", "due_on", "parts", "lines", "adjusted", "waive", "later", "later_parts", "later_on", "tid", "new_date",
       "window", "other")  # fmt: skip
OF_THE_OFFER = ("conditions", "valid_until")


def add_offer(found: Asked, case: Case, former: Offer | None = None, *, is_required: bool = True) -> None:
    """Lays the controls of an offer over a page's own and reads terms from them; used where an offer is part of an act."""
    controls = _controls(case, is_required)
    for name in ("conditions", "valid_until", "reserve"):
        if name in found.controls:
            controls[name] = found.controls.pop(name)
            controls[name].is_required = False
    found.controls = {**controls, **found.controls}
    for name in ("due_on", "later_on", "new_date", "valid_until"):
        if name in controls:
            controls[name].attrs["min"] = clock.today().isoformat()
    found.apart |= {name for name in MORE if name in controls}
    actforms.fill(controls, {"due": str(terms.PAY_WITHIN), "parts": "1", "later_parts": "1"})
    if former:
        actforms.fill(controls, _values(terms.read(former.terms)))
    found.more["more_controls"] = [controls[name] for name in MORE if name in controls]
    found.read = lambda request, data: _read(found, data, is_required)


def _controls(case: Case, is_required: bool) -> dict[str, Control]:
    fields = {
        "amount": Money(required=is_required, label=_("退多少")), "due_on": Day(required=False, label=_("哪一天前付")),
        "adjusted": Money(required=False, label=_("扣款改成多少")), "waive": Money(required=False, label=_("服务商不再收取多少")),
        "later": Money(required=False, label=_("商户以后再付多少")), "later_on": Day(required=False, label=_("商户哪一天付第一期")),
        "tid": words(8, required=False, label=_("迁移改期：终端号")), "new_date": Day(required=False, label=_("迁移改到哪一天")),
        "window": words(60, required=False, label=_("什么时段、谁到场")), "other": words(1000, required=False, label=_("其他约定")),
        "lines": words(200, required=False, label=_("只涉及哪几笔")),
    }  # fmt: skip
    found = actforms.of_fields(fields)
    choices = [*((str(n), _("协议生效后 %(n)d 个工作日内") % {"n": n}) for n in SPANS), ("on", _("某一天前"))]
    due = Control("due", "id_due", _("什么时候付"), kind="radio", choices=choices)
    found = {"amount": found.pop("amount"), "due": due, **found}
    for name, label in (("parts", _("分几期退")), ("later_parts", _("商户分几期付"))):
        options = [(str(n), _("一次付清") if n == 1 else _("每月一期，共 %(n)d 期") % {"n": n}) for n in PARTS]
        found[name] = Control(name, f"id_{name}", label, kind="select", choices=options, is_required=False)
    owed = offershown.demanded(case)
    found["amount"].hint = _("还没退回的是 %(sum)s。") % {"sum": f"¥{money.plain(owed)}"} if owed > 0 else ""
    found["due_on"].hint = _("选「某一天前」时填写；分期时是第一期的日子。")
    found["adjusted"].hint = _("填了这一项，差额就是要退的钱。")
    found["lines"].hint = _("写编号，例如 1,3；不写就是全部。")
    found["later"].hint = _("例如先退回、以后再按月扣的服务费。")
    lines = case.lines.filter(is_live=True)
    if lines.count() < 2:
        del found["lines"]
    tids = list(lines.exclude(tid="").values_list("tid", flat=True).distinct()[:2])
    if len(tids) == 1:
        found["tid"].hint = _("案件里的终端是 %(tid)s。") % {"tid": tids[0]}
    return found


def _values(found: list[Term]) -> dict:
    """The form's values for terms that were offered before, as far as it can say them."""
    values: dict = {}
    for term in found:
        if term.type == "REFUND" and "amount" not in values:
            values |= {"amount": f"{term.amount:.2f}", **_when(term, "due_on", "parts")}
        elif term.type == "ADJUST_AMOUNT":
            values["adjusted"] = f"{term.amount:.2f}"
            if term.difference:
                values |= {"amount": f"{term.difference:.2f}", **_when(term, "due_on", "parts")}
        elif term.type == "WAIVE" and term.amount:
            values["waive"] = f"{term.amount:.2f}"
        elif term.type == "EXTEND_TERM":
            values |= {"later": f"{term.amount:.2f}", **_when(term, "later_on", "later_parts")}
        elif term.type == "RESCHEDULE_MIGRATION":
            values |= {"tid": term.tid, "new_date": term.new_date, "window": term.window}
        elif term.type == "OTHER":
            values["other"] = term.text
        if term.lines:
            values["lines"] = ",".join(map(str, term.lines))
    return values


def _when(term: Term, day: str, parts: str) -> dict:
    if term.instalments:
        return {
            day: term.instalments[0].due_on,
            parts: str(len(term.instalments)),
            **({"due": "on"} if day == "due_on" else {}),
        }
    if term.due_on:
        return {day: term.due_on, **({"due": "on"} if day == "due_on" else {})}
    in_days = term.due_in and term.due_in.unit == "bd" and term.due_in.n in SPANS and day == "due_on"
    return {"due": str(term.due_in.n)} if term.due_in and in_days else {}


def _read(found: Asked, data: dict, is_required: bool) -> dict:
    """The form's values as terms, and where on the page each value of a term was asked for; none where none is asked."""
    form = {name: data.pop(name, "") for name in ("amount", *OWN)}
    lines = _numbers(form["lines"])
    rows: list[dict] = []

    def add(kind: str, shown: dict[str, str], **values) -> None:
        at = f"/terms/{len(rows)}"
        found.places.update({f"{at}/{name}": f"/{control}" for name, control in shown.items()})
        rows.append({"type": kind, **{name: value for name, value in values.items() if value not in ("", None)}})
        if lines and kind in ("REFUND", "ADJUST_AMOUNT", "WAIVE"):
            rows[-1]["lines"] = lines
            found.places |= {f"{at}/lines/{i}": "/lines" for i in range(len(lines))} | {f"{at}/lines": "/lines"}

    if form["adjusted"]:
        add("ADJUST_AMOUNT", {"amount": "adjusted"}, amount=form["adjusted"])
    if form["amount"] or (
        is_required and not any(form[name] for name in ("adjusted", "waive", "later", "tid", "new_date", "other"))
    ):
        times = _times(form["due_on"] if form["due"] == "on" else "", form["parts"], form["amount"], form["due"])
        add("REFUND", {"amount": "amount", "due_on": "due_on", "instalments": "parts", "due_in": "due"},
            amount=form["amount"], **times)  # fmt: skip
        found.places |= {f"/terms/{len(rows) - 1}/instalments/{i}/due_on": "/due_on" for i in range(12)}
    if form["waive"]:
        add("WAIVE", {"amount": "waive"}, amount=form["waive"])
    if form["later"]:
        times = _times(form["later_on"], form["later_parts"], form["later"], "")
        add(
            "EXTEND_TERM",
            {"amount": "later", "due_on": "later_on", "instalments": "later_parts"},
            amount=form["later"],
            **times,
        )
        found.places |= {f"/terms/{len(rows) - 1}/instalments/{i}/due_on": "/later_on" for i in range(12)}
    if form["tid"] or form["new_date"]:
        add("RESCHEDULE_MIGRATION", {name: name for name in ("tid", "new_date", "window")}, tid=form["tid"],
            new_date=form["new_date"], window=form["window"])  # fmt: skip
    if form["other"]:
        add("OTHER", {"text": "other"}, text=form["other"])
    return {**data, "terms": rows} if rows else {name: one for name, one in data.items() if name not in OF_THE_OFFER}


def _numbers(text: str) -> list:
    """`1, 3` as numbers; what is no number is left for the act's own reader to refuse."""
    parts = [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    return [int(part) if part.isdecimal() and len(part) < 6 else part for part in parts]


def _times(day: str, parts: str, amount: str, due: str) -> dict:
    """When a sum is paid: by a day, so long after the day of effect, or in equal monthly parts from a day on."""
    if parts.isdecimal() and int(parts) > 1:
        first, whole = _day_of(day), _yuan(amount)
        if first and whole:
            return {"instalments": _parts(whole, int(parts), first)}
    if due.isdecimal():
        return {"due_in": {"n": due, "unit": "bd"}}
    return {"due_on": day}


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _yuan(text: str) -> Decimal | None:
    try:
        return Money().to_internal_value(text)
    except ValidationError:
        return None


def _parts(whole: Decimal, n: int, first: date) -> list[dict]:
    """Equal parts, what is left of a cent in the last; each a month after the one before."""
    part = (whole / n).quantize(Decimal("0.01"), ROUND_DOWN)
    sums = [part] * (n - 1) + [whole - part * (n - 1)]
    days = [first, *(plain_end(first, months, "m", Calendar()) for months in range(1, n))]
    return [{"amount": str(sum_), "due_on": day.isoformat()} for sum_, day in zip(sums, days, strict=True)]

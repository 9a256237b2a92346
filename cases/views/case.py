"""The page of one case, and its next deadline as a calendar entry. What it reads is casepage.py's."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from icalendar import Alarm, Calendar, Event

from cases import actions, casepage, caseshown, dutyshown, nextstep, timetable, workflow
from cases.casepage import CasePage
from cases.models import Deadline
from cases.services import contact, evidence
from cases.views import recordhints
from cases.views.entrance import seated
from config import clock
from config.errors import NotFound
from config.templatetags import ui

FILTERS = {
    "all": gettext_lazy("全部"), "messages": pgettext_lazy("several", "消息"),
    "files": pgettext_lazy("several", "文件"), "clocks": pgettext_lazy("several", "期限"), "internal": gettext_lazy("内部"),
}  # fmt: skip
# Acts that stand where they belong on the page, not among the further ones.
ELSEWHERE = {
    "add_message", "correct_record", "approve", "return_request", "supply_evidence", "add_evidence", "request_evidence",
    "add_line", "drop_line", "draft_agreement", "freeze_agreement", "sign", "assign",
}  # fmt: skip
EVIDENCE_SHOWN = 8
DUTIES_SHOWN = 5
# Pages beside those of the acts: label, the act they need, address.
OWN_PAGES: dict[str, tuple] = {
    "answered": (gettext_lazy("对方回复了"), "record_contact", "answered", (), ""),
    "name_respondent": (gettext_lazy("填写是谁扣的钱"), "correct_record", "act", ("correct_record",), "?event=1&only=provider"),
    "offers": (gettext_lazy("看双方的方案"), "add_message", "offers", (), ""),
    "agreement": (gettext_lazy("看协议"), "add_message", "agreement", (), ""),
    "obligations": (gettext_lazy("谁要做什么"), "add_message", "obligations", (), ""),
    "known_on_behalf": (gettext_lazy("记下对方已知悉"), "acknowledge_notice", "act", ("acknowledge_notice",), "?behalf=1"),
    "confirmed_on_behalf": (gettext_lazy("对方确认了"), "confirm_obligation", "act", ("confirm_obligation",), "?behalf=1"),
    "answer_on_behalf": (gettext_lazy("对方回应了责任划分"), "answer_responsibility", "act", ("answer_responsibility",), "?behalf=1"),
}  # fmt: skip


def _read(request: HttpRequest, number: str, kind: str) -> CasePage:
    """The case as it stands; that its respondent reads it here proves that what was sent to it has arrived."""
    actor, before, lines = request.actor, _number(request.GET.get("before")), _number(request.GET.get("lines")) or 1  # type: ignore[attr-defined]
    page = casepage.read(actor, number, kind=kind, before=before, line_page=lines)
    if actor.is_provider and any(one.sent_at and not one.read_at for one in page.letters):
        contact.prove_reading(actor, number)
        page = casepage.read(actor, number, kind=kind, before=before, line_page=lines)
    return page


@seated
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """What to do, by when, and everything that happened."""
    kind = request.GET.get("show", "all")
    kind = kind if kind in FILTERS else "all"
    page = _read(request, number, kind)
    case, actor = page.case, page.actor
    possible = {act.name: (act, blocked) for act, blocked in actions.available(case, actor)}
    name, step = nextstep.step_of(page)
    watched = nextstep.clock_of(page, step)
    concerning = caseshown.concerning(page)
    running = [one for one in concerning if one.state == "running"]
    return render(
        request, "cases/case/page.html",
        {
            "case": case, "page": page, "tag": caseshown.state_tag(case, actor), "stages": caseshown.stages(case),
            "law": {"label": workflow.LAW_STAGE, "active": workflow.stage_of(case.state) == "law"},
            "sums": caseshown.sums(page), "lines_all": sum(one["n"] for one in page.totals),
            "headline": step.headline, "explanation": step.why, "quote": _explained(page, name), "yours": nextstep.is_yours(page, name),
            "turn_label": _turn(page, name), "actions": shown_actions(page, name, step, possible),
            "deadline": caseshown.deadline(watched, page.side) if watched else None,
            "deadlines": [caseshown.deadline(one, page.side) for one in running if one is not watched],
            "passed": [caseshown.deadline(one, page.side) for one in concerning if one.state != "running" and one is not watched],
            "entries": caseshown.entries(page), "filters": FILTERS.items(), "shown": kind,
            "lines": [caseshown.line(one) for one in page.lines], "line_pages": _line_pages(page),
            "items": [caseshown.evidence_item(number, one) for one in page.evidence[-EVIDENCE_SHOWN:]],
            "more_items": max(0, len(page.evidence) - EVIDENCE_SHOWN), "checks": checks(page, possible),
            "letters": [caseshown.letter(number, one) for one in reversed(page.letters)],
            **_duties(page),
            "asks": [caseshown.evidence_request(page, one) for one in page.evidence_requests],
            "may": {act: not blocked for act, (_act, blocked) in possible.items()}, "pending": _pending(page),
            "nonce": uuid4().hex, "may_download": watched is not None and watched.state == "running",
            "beside": recordhints.shown(page),
        },
    )  # fmt: skip


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else 0


def _explained(page: CasePage, name: str) -> str:
    """What the other side explained, where reading it is the next thing to do."""
    if name != "explained" or page.side != "merchant":
        return ""
    return next((event.data.get("text", "") for event in page.events if event.act == "explain"), "")


def _turn(page: CasePage, name: str) -> str:
    if name == "closed":
        return ""
    if name == "asked":
        return _("同一方的另一个人")
    turn = nextstep.next_actor(page.case)
    return _("对方") if turn != page.side and turn in {"merchant", "provider"} else str(workflow.NEXT_ACTORS[turn])


def shown_actions(page: CasePage, name: str, step: nextstep.Step, possible: dict) -> list[dict]:
    """components/next_action.html: the step's own acts first, then what else this person may do."""
    chosen = [own for own in (_action(page, one, possible) for one in nextstep.ordered(step, possible)) if own]
    if name == "asked":
        chosen = []
    free = [one for one in chosen if not one["blocked_by"]]
    for one in chosen:
        one |= {"primary": True, "first": bool(free) and one is free[0]}
    rest = [
        _action(page, one, possible) for one in possible
        if one not in ELSEWHERE and one not in step.acts and not (page.pending and possible[one][0].second) and not (one in {"acknowledge", "explain"} and page.side == "merchant")
    ]  # fmt: skip
    answered = (
        [_action(page, "answered", possible)] if "answered" not in step.acts and may_answer(page, possible) else []
    )
    offers = [_action(page, "offers", possible)] if page.offers and "offers" not in step.acts else []
    agreed = [_action(page, "agreement", possible)] if page.agreements and "agreement" not in step.acts else []
    return [*chosen, *answered, *(one for one in (*agreed, *offers, *rest) if one)]


def may_answer(page: CasePage, possible: dict) -> bool:
    """Whether 「对方回复了」 is offered: to a merchant with a respondent, once the case is open."""
    return (
        "record_contact" in possible
        and page.actor.is_merchant
        and bool(page.case.provider_id)
        and page.case.state != "DRAFT"
    )


def _action(page: CasePage, name: str, possible: dict) -> dict | None:
    """One act, or one of the pages of their own, as a button; None where it does not stand open to this person."""
    number = page.case.number
    if name in possible:
        act, blocked = possible[name]
        return {"name": name, "label": act.label, "url": reverse("act", args=[number, name]), "blocked_by": blocked}
    if name not in OWN_PAGES:
        return None
    label, needs, url, args, query = OWN_PAGES[name]
    open_to = needs in possible and (not name.endswith("_on_behalf") or caseshown.stands_in(page))
    return (
        {"name": name, "label": label, "url": reverse(url, args=[number, *args]) + query, "blocked_by": []}
        if open_to
        else None
    )


def checks(page: CasePage, possible: dict) -> list[dict]:
    """components/check_list.html: which evidence there is and which would help."""
    number, may = page.case.number, "add_evidence" in possible
    return [
        {
            "label": row["label"], "state": row["state"], "note": _("要能看到：%(what)s") % {"what": row["must_show"]},
            "url": f"{reverse('act', args=[number, 'add_evidence'])}?kind={row['kind']}" if may else "",
        }
        for row in evidence.checklist(page.case)
    ]  # fmt: skip


def _duties(page: CasePage) -> dict:
    """The obligations of the agreement in short: those that are left first."""
    rows = sorted(page.obligations, key=lambda one: (one.state == "confirmed", one.due_at, one.position))
    return {
        "duties": [dutyshown.duty(one, page.side) for one in rows[:DUTIES_SHOWN]], "duties_all": len(rows),
        "duties_more": len(rows) > DUTIES_SHOWN,
    }  # fmt: skip


def _pending(page: CasePage) -> dict | None:
    row = page.pending
    if row is None:
        return None
    return {
        "label": workflow.ACTS[row.act].label,
        "by": row.requested_by_name,
        "at": row.requested_at,
        "own": row.requested_by_id == page.actor.user_id,
    }


def _line_pages(page: CasePage) -> dict:
    at = page.line_page
    return {
        "previous": f"?lines={at - 1}#lines" if at > 1 else "", "next": f"?lines={at + 1}#lines" if at < page.line_pages else "",
        "shown": _("第 %(at)s 页，共 %(all)s 页") % {"at": at, "all": page.line_pages},
    }  # fmt: skip


@seated
def calendar(request: HttpRequest, number: str) -> HttpResponse:
    """The running deadlines of a case for a phone's calendar; the same entry is updated when it is loaded again."""
    page = casepage.read(request.actor, number)  # type: ignore[attr-defined]
    running = [one for one in caseshown.concerning(page) if one.state == "running"]
    if not running:
        raise NotFound
    found = Calendar()
    found.add("prodid", "-//Recourse//zh")
    found.add("version", "2.0")
    for row in running:
        found.add_component(_entry(number, row, page.side))
    response = HttpResponse(found.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{number}.ics"'
    return response


def _entry(number: str, row: Deadline, side: str) -> Event:
    of = timetable.CLOCKS[row.code]
    entry = Event()
    entry.add("uid", f"{row.id}@{settings.BASE_URL.partition('//')[2] or 'recourse'}")
    entry.add("dtstamp", clock.now())
    entry.add("dtstart", row.due_on)
    entry.add("dtend", row.due_on + timedelta(days=1))
    entry.add("summary", f"{number} {of.label}")
    entry.add(
        "description",
        f"{of.sentence(row.kind, ui.until(row.due_at), reader=side, acts=row.acts or None)}\n{of.then(side, row.acts)}",
    )
    entry.add("url", f"{settings.BASE_URL}{reverse('case', args=[number])}")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{number} {of.label}")
    alarm.add("trigger", timedelta(days=-1))
    entry.add_component(alarm)
    return entry

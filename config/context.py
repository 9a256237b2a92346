"""What every page's frame shows: whose organisation, where one can go, how many messages wait."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from config.text import Text
from merchants import roles

NAV = (
    ("home", Text("首页", "Home"), "house"),
    ("case-list", Text("案件", "Cases"), "folder"),
    ("reply-templates", Text("回复模板", "Templates"), "message-square-text"),
    ("terminals", Text("终端", "Terminals"), "smartphone-nfc"),
    ("notifications", Text("消息", "Messages"), "bell"),
    ("settings", Text("我的", "Settings"), "user"),
)
# Pages that only some seats have, and what the list of cases is for who works a queue.
MERCHANTS_ONLY = {"terminals"}
PROVIDERS_ONLY = {"reply-templates"}
QUEUE = Text("案件队列", "Queue")


def shell(request) -> dict:
    actor = getattr(request, "actor", None)
    here = request.resolver_match.url_name if request.resolver_match else ""
    nav = []
    if actor:
        for name, label, icon in NAV:
            if (name in MERCHANTS_ONLY and not actor.is_merchant) or (name in PROVIDERS_ONLY and not actor.is_provider):
                continue
            label = QUEUE if name == "case-list" and not actor.is_merchant else label
            try:
                nav.append({"url": reverse(name), "label": label, "icon": icon, "active": here == name, "name": name})
            except NoReverseMatch:
                continue
    return {
        "shell": {
            "organisation": getattr(request, "organisation_name", ""),
            "seat_label": roles.SEATS.get(actor.seat, "") if actor else "",
            "is_merchant": bool(actor and actor.is_merchant),
            "is_staff_seat": bool(actor and actor.seat in roles.STAFF_SEATS),
            "unread": _unread(actor) if actor else 0,
            "demo": settings.DEMO,
            "nav": nav,
        }
    }


def _unread(actor) -> int:
    from cases import queries

    return queries.unread_count(actor)

"""What templates show: money, 大写, instants, remaining time, icons and errors, always in one form.

Rules and wording of acts and deadlines live in rows and tables, form fields in controls.py beside this.
"""

import functools
from datetime import UTC, date, datetime

import lucide
from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config import clock
from config.middleware import request_id
from config.money import in_capitals, yuan
from config.templatetags import controls

register = template.Library()

EMPTY = "--"  # what stands where there is nothing to show


@register.filter
def money(value: object) -> str:
    """An amount as a shop reads it: ¥1,680.50; below zero -¥1,680.50."""
    amount = yuan(value)
    if amount is None:
        return EMPTY
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,.2f}"


@register.filter
def daxie(value: object) -> str:
    """The amount in capital characters (壹仟陆佰捌拾元伍角); empty on an English page, where nobody reads it."""
    amount = yuan(value)
    if amount is None or (get_language() or "").startswith("en"):
        return ""
    return in_capitals(amount)


def _local(value: datetime) -> datetime:
    return value.astimezone(clock.SHANGHAI)


@register.filter
def instant(value: datetime | None) -> str:
    """An instant in Shanghai time: 2026-11-23 14:08."""
    return f"{_local(value):%Y-%m-%d %H:%M}" if value else EMPTY


@register.filter
def day(value: date | None) -> str:
    """A day: 2026-11-23. An instant gives its day in Shanghai."""
    if not value:
        return EMPTY
    return f"{_local(value) if isinstance(value, datetime) else value:%Y-%m-%d}"


@register.filter
def until(value: datetime | None) -> str:
    """A deadline's exclusive bound as people say it: midnight is 24:00 of the day before."""
    return clock.bound(value) if value else EMPTY


@register.filter
def machine(value: date | None) -> str:
    """The same instant or day for the datetime attribute of <time>."""
    if isinstance(value, datetime):
        return _local(value).isoformat(timespec="minutes")
    return value.isoformat() if value else ""


@register.filter
def remaining(value: datetime | None) -> str:
    """How long until the bound, or how long ago it passed: 剩 1 天 4 小时, 已过 3 小时."""
    if not value:
        return ""
    seconds = int((value.astimezone(UTC) - clock.now()).total_seconds())
    days, rest = divmod(abs(seconds), 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    parts = {"days": days, "hours": hours, "minutes": max(minutes, 1)}
    if seconds > 0:
        if days:
            return _("剩 %(days)d 天 %(hours)d 小时") % parts
        return (_("剩 %(hours)d 小时") if hours else _("剩 %(minutes)d 分钟")) % parts
    if days:
        return _("已过 %(days)d 天") % parts
    return (_("已过 %(hours)d 小时") if hours else _("已过 %(minutes)d 分钟")) % parts


@register.filter
def masked_phone(value: object) -> str:
    """A phone number that shows only its ends: 186****1402. The country code of the mainland is left out."""
    digits = str(value or "").removeprefix("+86").strip()
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 8 else (EMPTY if not digits else "****")


@register.filter
def file_size(value: int | None) -> str:
    """Bytes as KB or MB with one decimal."""
    if value is None:
        return EMPTY
    return f"{value / 1_048_576:.1f} MB" if value >= 1_048_576 else f"{max(value / 1024, 0.1):.1f} KB"


@functools.lru_cache(maxsize=256)
def _svg(name: str, css: str) -> SafeString:
    drawn = lucide._render_icon(name, None, **{"class": f"icon {css}".strip(), "aria-hidden": "true"})
    return mark_safe(drawn)  # noqa: S308  the drawing is the package's own; ElementTree escaped the two attributes


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A drawn sign beside a word. It says nothing to a screen reader: the word does."""
    return _svg(str(name) or "circle", str(css))


@register.filter
def control(field: object) -> controls.Control:
    """One form field, Django's or a serializer's, in the shape components/field.html draws."""
    return controls.from_field(field)


@register.simple_tag
def wrong_in(*sources: object) -> list[controls.Problem]:
    """Everything wrong in the first of the sources that has anything: forms, serializers, or ready lists."""
    for source in sources:
        found = source if isinstance(source, list | tuple) else controls.problems(source)
        if found:
            return list(found)
    return []


@register.simple_tag
def other_actions(actions: list[dict]) -> list[dict]:
    """The acts that are possible but not the next thing to do; they stand below the buttons."""
    return [action for action in actions or [] if not action.get("primary")]


@register.simple_tag
def request_number() -> str:
    """The number a person reads out when something broke; empty outside a request."""
    number = request_id.get()
    return "" if number == "-" else number

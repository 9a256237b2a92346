"""The whole question: which rule of a clock applies, which options the clock takes, and what comes out.

Knows the peculiarities of single codes (ADDED, AGREED_WHEN_GIVEN). Counting is in periods.py and limitation.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from cases.law.limitation import limitation
from cases.law.periods import LONGEST, UNITS, Computation, Pause, Rule, WrongUse, count, plain_end
from config.clock import FIRST_YEAR, LAST_YEAR, Calendar, local_day
from config.errors import Conflict, Invalid, StatutoryNeverPauses
from config.text import Text

# Options beyond those every clock takes (an extension, a pause) and those that a rule's condition names.
SPAN, RESTART, DAMAGE = "span", "interruptions", "damage_on"
ADDED: dict[str, set[str]] = {
    "CK-OBL": {SPAN},
    "CK-OBJ": {SPAN},
    "CK-SLIP": {SPAN},
    "CK-OFFER": {SPAN},
    "CK-CURE": {SPAN},
    "CK-EVID": {SPAN},
    "CK-LIM": {RESTART, DAMAGE},
    "CK-ENF": {RESTART},
    "CK-APP": {"procedure"},
}
AGREED_WHEN_GIVEN = {"CK-CURE"}  # our five days where the agreement is silent, else the agreement's
FLAGS = {
    SPAN: "--days / --unit / --on",
    RESTART: "--interrupt",
    DAMAGE: "--damage",
    "procedure": "--procedure",
    "document": "--document",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What else is known besides the start. `days` and `unit`, or `on`, give a span agreed or set by a court."""

    days: int | None = None
    unit: str | None = None
    on: date | None = None
    procedure: str | None = None
    document: str | None = None
    interruptions: tuple[datetime, ...] = ()
    damage_on: date | None = None
    extend: int = 0
    pauses: tuple[Pause, ...] = ()


def compute(
    code: str, rules: Mapping[str, Rule], start: datetime, calendar: Calendar, options: Options | None = None
) -> Computation:
    """When the clock `code` ends. `rules` are its rules on the day of the start, by the condition of each.

    Raises WrongUse for a question that makes no sense, StatutoryNeverPauses, Conflict and Invalid for what the law
    or the rule does not allow.
    """
    options = options or Options()
    _check_options(code, rules, start, options)
    rule = _noted(_chosen(code, rules, start, options))
    _check_pauses(rule, options)
    _check_extension(rule, options)
    if options.interruptions or options.damage_on:
        longest = rules.get("longest")
        return limitation(
            rule, start, calendar, interruptions=options.interruptions, longest=longest, damage_on=options.damage_on
        )
    length, unit, until = _span(rule, start, calendar, options)
    if (options.on or options.days) and code in AGREED_WHEN_GIVEN:
        rule = replace(rule, kind="C", source=Text("双方约定", "Agreed by the parties"))
    return count(rule, start, calendar, length=length, unit=unit, until=until, pauses=options.pauses)


def _check_options(code: str, rules: Mapping[str, Rule], start: datetime, options: Options) -> None:
    """Every option given is one that this clock takes, and they fit each other."""
    takes = ADDED.get(code, set()) | {condition.partition("=")[0] for condition in rules if "=" in condition}
    given = {name for name in (RESTART, DAMAGE, "procedure", "document") if getattr(options, name)}
    if options.days is not None or options.on or options.unit:
        given.add(SPAN)
    for name in sorted(given - takes):
        raise WrongUse(
            Text("{code} 不接受 {flag}。请去掉它。", "{code} does not take {flag}. Leave it out.").format(
                code=code, flag=FLAGS[name]
            )
        )
    if options.on and (options.days is not None or options.unit):
        raise WrongUse(Text("--on 与 --days、--unit 只能给一种。", "Give either --on or --days with --unit, not both."))
    if options.unit and options.days is None:
        raise WrongUse(Text("--unit 要和 --days 一起给。", "--unit needs --days beside it."))
    instants = (start, *options.interruptions, *(at for pause in options.pauses for at in pause))
    days = (options.on, options.damage_on, *(at.date() for at in instants))
    if any(day and not FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        text = Text("日期要在 {first} 年到 {last} 年之间。", "Dates are between {first} and {last}.")
        raise WrongUse(text.format(first=FIRST_YEAR, last=LAST_YEAR))
    if any(begin >= end for begin, end in options.pauses):
        raise WrongUse(Text("--pause 的开始要早于结束。", "A --pause must begin before it ends."))


def _chosen(code: str, rules: Mapping[str, Rule], start: datetime, options: Options) -> Rule:
    """The rule whose condition the options meet."""
    if code == "CK-APP" and options.procedure == "small":
        raise Conflict(
            Text(
                "小额诉讼一审终审，没有上诉期（民事诉讼法第 165 条）。",
                "Small claims are final at first instance: there is no appeal (Civil Procedure Law, art. 165).",
            )
        )
    for name in ("procedure", "document"):
        values = sorted(condition.partition("=")[2] for condition in rules if condition.startswith(name + "="))
        value = getattr(options, name)
        if values and value and f"{name}={value}" in rules:
            return rules[f"{name}={value}"]
        if values and "" not in rules:
            text = Text("{code} 要说明 {flag}：{values}。", "{code} needs {flag}: {values}.")
            raise WrongUse(text.format(code=code, flag=FLAGS[name], values=" | ".join(values)))
    if "" not in rules:
        text = Text(
            "没有在 {day} 有效的 {code} 规则。请管理员用 load_rules 补充规则行。",
            "No rule of {code} holds on {day}. An administrator adds one with load_rules.",
        )
        raise Conflict(text.format(code=code, day=local_day(start)))
    return rules[""]


def _noted(rule: Rule) -> Rule:
    """A source whose own text was not read says so."""
    if rule.confirmed:
        return rule
    return replace(rule, source=Text(rule.source.zh + "（出处待核对）", rule.source.en + " (source to be checked)"))


def _check_pauses(rule: Rule, options: Options) -> None:
    if not options.pauses or rule.is_pausable:
        return
    if rule.kind == "L":
        raise StatutoryNeverPauses(
            Text(
                "法定期限不能暂停（statutory_never_pauses）。",
                "A statutory period never pauses (statutory_never_pauses).",
            )
        )
    raise Conflict(
        Text(
            "双方约定的期限不能由一方暂停。请和对方改约定的日子。",
            "An agreed period cannot be paused by one side. Agree on another day with the other side.",
        )
    )


def _span(rule: Rule, start: datetime, calendar: Calendar, options: Options) -> tuple[int, str, date | None]:
    """Length and unit, or the last day named, with the extension in it and within the bounds of the rule."""
    first = local_day(start)
    given = options.days if options.days is not None else rule.value
    unit = (options.unit or "d") if options.days is not None else rule.unit
    if options.on:
        return 0, "d", _last_day(rule, first, options.on, options.extend)
    if given is None:
        text = Text(
            "{code} 的长短由双方约定或法院指定。请用 --days 和 --unit，或用 --on 给出。",
            "The length of {code} is agreed or set by the court. Give --days with --unit, or --on.",
        )
        raise WrongUse(text.format(code=rule.code))
    _check_bounds(rule, (plain_end(first, _sane(given, unit), unit, calendar) - first).days)
    return _sane(given + options.extend, unit), unit, None


def _last_day(rule: Rule, first: date, on: date, extend: int) -> date:
    if on < first:
        raise WrongUse(Text("--on 不能早于起算日。", "--on cannot be before the day of the start."))
    _check_bounds(rule, (on - first).days)
    return on + timedelta(days=extend)


def _sane(length: int, unit: str) -> int:
    if not 1 <= length <= LONGEST[unit]:
        text = Text("期限要在 1 到 {most} {unit}之间。", "A period is between 1 and {most} {unit}.")
        raise WrongUse(text.format(most=LONGEST[unit], unit=UNITS[unit]))
    return length


def _check_bounds(rule: Rule, days: int) -> None:
    if rule.least and days < rule.least:
        text = Text(
            "这种程序的期限不得少于 {n} 日。请核对通知。",
            "In this procedure it is at least {n} days. Check the notice.",
        )
        raise Invalid(text.format(n=rule.least))
    if rule.most and days > rule.most:
        text = Text(
            "这种程序的期限不超过 {n} 日。请核对通知。", "In this procedure it is at most {n} days. Check the notice."
        )
        raise Invalid(text.format(n=rule.most))


def _check_extension(rule: Rule, options: Options) -> None:
    """Ours and agreed ones are extended at will, statutory ones as far as their rule allows."""
    if options.extend < 0:
        raise WrongUse(Text("--extend 要是正整数。", "--extend takes a positive whole number."))
    if not options.extend or rule.kind != "L":
        return
    if rule.value is None:
        text = Text(
            "{code} 由法院指定。延长后请把新的期限写在 --days 或 --on。",
            "{code} is set by the court. Give the new span with --days or --on.",
        )
        raise Conflict(text.format(code=rule.code))
    if rule.most_extended is None:
        text = Text("{code} 是法定期限，没有可以延长的规定。", "{code} is statutory and no rule allows an extension.")
        raise Conflict(text.format(code=rule.code))
    if rule.value + options.extend > rule.most_extended:
        text = Text("{code} 连同延长最长 {n} {unit}。", "{code} lasts at most {n} {unit}, extension included.")
        raise Invalid(text.format(code=rule.code, n=rule.most_extended, unit=UNITS[rule.unit]))

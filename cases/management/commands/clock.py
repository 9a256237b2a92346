"""The `clock` command: when a clock ends, step by step, from the rule rows of the day it starts on."""

from datetime import date, datetime
from textwrap import fill
from typing import Any

from django.core.management.base import CommandParser

from cases.law.clocks import Options, compute
from cases.law.periods import Computation, WrongUse
from cases.models import Holiday, LawRule
from cases.timetable import CLOCKS, KINDS, day_label, known
from config.clock import SHANGHAI, local_day
from config.commands import PlainCommand
from config.text import Text

HELP = f"""Works out when a clock of a case ends. CODE is one of
{fill(", ".join(CLOCKS), 100, break_on_hyphens=False)}.
An instant without an offset is Shanghai time, a day alone is its 00:00. The day of --from is not counted.

  manage.py clock CK-EXPL --from 2026-09-21T10:00:00+08:00 --json
  manage.py clock CK-LIM --from 2026-08-17 --interrupt 2026-08-18T10:00 --damage 2026-08-17
  manage.py clock CK-TRIAL --from 2026-11-02 --procedure small --extend 1
  manage.py clock CK-OBL --from 2026-09-09 --days 10 --unit bd"""


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--from", dest="start", metavar="ISO", required=True, help="the start event")
        parser.add_argument("--days", type=int, metavar="N", help="a span agreed or set by a court")
        parser.add_argument("--unit", choices=["bd", "d", "m", "y"], help="unit of --days (d when left out)")
        parser.add_argument("--on", metavar="DATE", help="the last day, where a day was named")
        parser.add_argument("--procedure", choices=["small", "simplified", "ordinary"])
        parser.add_argument("--document", choices=["judgment", "ruling"])
        parser.add_argument("--interrupt", action="append", default=[], metavar="ISO", help="a demand that arrived")
        parser.add_argument("--damage", metavar="DATE", help="the day of the damage, for the longest limit")
        parser.add_argument("--extend", type=int, metavar="N", help="an extension, in the clock's own unit")
        parser.add_argument("--pause", action="append", default=[], metavar="ISO..ISO", help="policy clocks only")

    def handle(self, *args: Any, **options: Any) -> None:
        found = answer(options)
        if options["json"]:
            self.print_json(found.as_json())
        else:
            self.stdout.write(in_words(found))


def answer(options: dict[str, Any]) -> Computation:
    """The computation for the command's options. Raises WrongUse and the refusals of cases.law.clocks."""
    code = options["code"].upper()
    clock, stages = known(code)
    if clock is None:
        raise WrongUse(_unknown(code, stages))
    start = _instant("--from", options["start"])
    if options["extend"] is not None and options["extend"] < 1:
        raise WrongUse(Text("--extend 要是正整数。", "--extend takes a positive whole number."))
    asked = Options(
        days=options["days"],
        unit=options["unit"],
        on=_day("--on", options["on"]),
        procedure=options["procedure"],
        document=options["document"],
        interruptions=tuple(_instant("--interrupt", text) for text in options["interrupt"]),
        damage_on=_day("--damage", options["damage"]),
        extend=options["extend"] or 0,
        pauses=tuple(_pause(text) for text in options["pause"]),
    )
    return compute(code, LawRule.objects.on(code, local_day(start)), start, Holiday.objects.calendar(), asked)


def in_words(found: Computation) -> str:
    """The answer for a person to read: the result, then how it came about."""
    provisional = Text("（暂定：有年份的放假安排未录入）", " (provisional: a year's holidays are not loaded)")
    until = Text("{clock}（{kind}，{days}）：{due} 截止", "{clock} ({kind}, {days}): ends {due}").format(
        clock=CLOCKS[found.code].label,
        kind=KINDS[found.kind],
        days=day_label(found.unit),
        due=found.due_at.astimezone(SHANGHAI).isoformat() if found.unit == "h" else f"{found.due_on} 24:00",
    )
    steps = (f"  {step['from']} → {step['to']}  {step['what']}" for step in (s.as_json() for s in found.steps))
    source = Text("出处：{source}", "Source: {source}").format(source=found.source)
    return "\n".join([f"{until}{provisional if found.provisional else ''}", *steps, str(source)])


def _unknown(code: str, stages: list[str]) -> Text:
    if stages:
        text = Text("{code} 分几段计算，请写明哪一段：{codes}。", "{code} has several stages, name one: {codes}.")
        return text.format(code=code, codes=", ".join(stages))
    text = Text("没有 {code} 这个期限代码，可用的见 --help。", "There is no clock {code}; --help lists the codes.")
    return text.format(code=code)


def _instant(flag: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
        return found.astimezone(SHANGHAI)
    except (ValueError, OverflowError) as error:
        raise WrongUse(
            Text(
                "{flag} 的「{text}」不是时间，请写成 2026-08-18T10:00:00+08:00。",
                '"{text}" after {flag} is no instant; write it as 2026-08-18T10:00:00+08:00.',
            ).format(flag=flag, text=text)
        ) from error


def _day(flag: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUse(
            Text(
                "{flag} 的「{text}」不是日期，请写成 2026-08-18。",
                '"{text}" after {flag} is no date; write it as 2026-08-18.',
            ).format(flag=flag, text=text)
        ) from error


def _pause(text: str) -> tuple[datetime, datetime]:
    begin, dots, end = text.partition("..")
    if not dots:
        raise WrongUse(Text("--pause 要写成 开始..结束。", "--pause is written as BEGIN..END.").format(text=text))
    return _instant("--pause", begin), _instant("--pause", end)

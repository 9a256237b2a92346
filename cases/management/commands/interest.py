"""The `interest` command: simple interest for money kept, at a rate given or the LPR row of the first day."""

from typing import Any

from django.core.management.base import CommandParser

from cases.law.interest import BASES, CODE, Interest, interest
from cases.management import options as given
from cases.models import LawRule
from config.commands import PlainCommand
from config.money import plain
from config.text import Text

HELP = """Works out simple interest on a sum in yuan. The day of --from is not counted, that of --to is.
Without --rate it is the one-year LPR as it stood on the first day.

  manage.py interest 2000 --from 2026-08-18 --to 2026-11-18 --json
  manage.py interest 2000 --from 2026-08-18 --to 2026-11-18 --rate 3.45 --basis 360"""


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("amount", metavar="AMOUNT", help="yuan, such as 2000 or 2000.50")
        parser.add_argument("--from", dest="first", metavar="DATE", required=True, help="since when the money is kept")
        parser.add_argument("--to", dest="last", metavar="DATE", required=True, help="until when")
        parser.add_argument("--rate", metavar="PCT", help="per cent a year, where one was agreed")
        parser.add_argument("--basis", type=int, choices=BASES, default=BASES[0], help="days of a year (365)")

    def handle(self, *args: Any, **options: Any) -> None:
        amount, rate = given.amount(options["amount"]), given.rate("--rate", options["rate"])
        first, last = given.day("--from", options["first"]), given.day("--to", options["last"])
        at_start, at_end = (LawRule.objects.on(CODE, day) for day in (first, last))
        found = interest(
            amount, first, last, rate=rate, basis=options["basis"], at_start=at_start, at_end=at_end
        )  # fmt: skip
        if options["json"]:
            self.print_json(found.as_json())
        else:
            self.stdout.write(in_words(found))


def in_words(found: Interest) -> str:
    head = Text(
        "利息：{sum} 元（{days} 天，年利率 {rate}%）", "Interest: {sum} yuan ({days} days at {rate}% a year)"
    ).format(sum=plain(found.interest), days=found.days, rate=found.rate)
    source = Text("出处：{source}", "Source: {source}").format(source=found.source)
    return "\n".join([str(head), str(source), *map(str, found.notes)])

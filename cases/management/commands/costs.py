"""The `costs` command: what a court takes for a sum, band by band, from the tariff rows of today."""

from typing import Any

from django.core.management.base import CommandParser

from cases.law.costs import KINDS, LABELS, Cost, codes, cost, exact
from cases.management import options as given
from cases.models import LawRule
from config import clock
from config.commands import PlainCommand
from config.money import plain
from config.text import Text

HELP = """Works out a court's fee for a sum of money in yuan. --half is mediation, withdrawal or the simplified procedure.

  manage.py costs court 18912 --json
  manage.py costs court 18912 --half
  manage.py costs payment_order 50000"""


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=list(KINDS))
        parser.add_argument("amount", metavar="AMOUNT", help="yuan, such as 18912 or 18912.50")
        parser.add_argument("--half", action="store_true", help="half of the court fee")

    def handle(self, *args: Any, **options: Any) -> None:
        amount, today = given.amount(options["amount"]), clock.today()
        rows = {code: LawRule.objects.on(code, today) for code in codes(options["kind"])}
        found = cost(options["kind"], amount, rows, half=options["half"])
        if options["json"]:
            self.print_json(found.as_json())
        else:
            self.stdout.write(in_words(found))


def in_words(found: Cost) -> str:
    head = Text("{kind}：{fee} 元", "{kind}: {fee} yuan").format(kind=LABELS[found.kind], fee=plain(found.fee))
    steps = (f"  {step.what}  {exact(step.fee)}" for step in found.steps)
    source = Text("出处：{source}", "Source: {source}").format(source=found.source)
    return "\n".join([str(head), *steps, str(source)])

"""The `procedure` command: small claims, simplified or ordinary, from the province's rows of the day."""

from typing import Any

from django.core.management.base import CommandParser

from cases.law.procedure import CODES, FLAGS, PROCEDURES, PROVINCES, Procedure, procedure, province
from cases.management import options as given
from cases.models import LawRule
from config.commands import PlainCommand
from config.text import Text

FLAG_LINES = "\n".join(f"  {flag:<14}{text.en}" for flag, text in FLAGS.items())
HELP = f"""Says which procedure a claim for a sum in yuan goes through, filed on a day in a province. FLAGS are
{FLAG_LINES}

  manage.py procedure 18912 --province 江苏 --on 2026-11-24 --json
  manage.py procedure 100000 --province Jiangsu --on 2026-11-24 --flags agreed
  manage.py procedure 18912 --province 江苏 --on 2026-11-24 --flags appraisal counterclaim"""


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("amount", metavar="AMOUNT", help="yuan, such as 18912 or 18912.50")
        parser.add_argument("--province", metavar="P", required=True, help="such as 江苏 or Jiangsu")
        parser.add_argument("--on", metavar="DATE", required=True, help="the day of filing")
        parser.add_argument("--flags", nargs="+", action="extend", default=[], metavar="FLAG", help="see above")

    def handle(self, *args: Any, **options: Any) -> None:
        amount, on = given.amount(options["amount"]), given.day("--on", options["on"])
        place = province(options["province"])
        flags = {flag.lower() for words in options["flags"] for flag in words.split(",") if flag}
        found = procedure(amount, place, on, {code: LawRule.objects.on(code, on) for code in CODES}, flags)
        if options["json"]:
            self.print_json(found.as_json())
        else:
            self.stdout.write(in_words(found, place))


def in_words(found: Procedure, place: str) -> str:
    head = Text("{place}：{procedure}", "{place}: {procedure}").format(
        place=Text(place, PROVINCES[place]), procedure=PROCEDURES[found.procedure]
    )
    source = Text("出处：{source}", "Source: {source}").format(source=found.source)
    return "\n".join([str(head), *(f"  {reason}" for reason in found.why), str(source)])

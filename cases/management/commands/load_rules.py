"""The `load_rules` command: rule and holiday files become dated rows. Rows that are there are never changed."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from cases.law import figures, reading
from cases.law.periods import Rule
from cases.models import Holiday, LawRule
from cases.timetable import CLOCKS
from config.commands import PlainCommand
from config.errors import Invalid
from config.text import Text

FOLDER = Path(reading.__file__).parent / "rules"
HELP = """Loads the shipped legal periods, figures and public holidays as dated rows; rows that are there stay as they are.
With --holidays it loads the notice of a later year instead, as TOML in the form of cases/law/rules/holidays.toml
or as JSON: {"year": 2027, "papers": ["source"], "days": [{"date": "2027-01-01", "isOffDay": true}, ...]}.

  manage.py load_rules
  manage.py load_rules --holidays 2027.json"""


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--holidays", metavar="FILE", type=Path, help="the notice of one or more years")

    def handle(self, *args: Any, **options: Any) -> None:
        rules = [] if options["holidays"] else _shipped()
        path = options["holidays"] or FOLDER / "holidays.toml"
        years = reading.years(_text(path), is_json=path.suffix.lower() == ".json")
        with transaction.atomic():
            there = {row.as_rule() for row in LawRule.objects.all()}
            new_rules = LawRule.objects.bulk_create(LawRule.of(rule) for rule in rules if rule not in there)
            loaded = {row.as_year() for row in Holiday.objects.all()}
            new_years = Holiday.objects.bulk_create(Holiday.of(year) for year in years if year not in loaded)
        years_added = sorted(row.year for row in new_years)
        if options["json"]:
            self.print_json({"rules_added": len(new_rules), "years_added": years_added})
            return
        text = Text(
            "新增规则 {rules} 行；新增放假安排：{years}。已有的行没有改动。",
            "Rules added: {rules}; years of holidays added: {years}. Rows that were there are unchanged.",
        )
        named = ", ".join(map(str, years_added)) or "0"
        self.stdout.write(str(text.format(rules=len(new_rules), years=named)))


def _shipped() -> list[Rule]:
    periods = _known(reading.rules((FOLDER / "clocks.toml").read_text("utf-8")))
    return [*periods, *figures.read((FOLDER / "figures.toml").read_text("utf-8"))]


def _known(rules: list[Rule]) -> list[Rule]:
    """The rules, each of a clock that exists."""
    for rule in rules:
        if rule.code not in CLOCKS:
            text = Text("规则文件里的 {code} 不在期限表中。", "{code} in the rule file is no clock of the timetable.")
            raise Invalid(text.format(code=rule.code))
    return rules


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        text = Text("读不了文件 {path}，请核对路径。", "The file {path} cannot be read; check the path.")
        raise Invalid(text.format(path=path)) from error
    except UnicodeDecodeError as error:
        text = Text("文件 {path} 不是 UTF-8 文本。", "The file {path} is no UTF-8 text.")
        raise Invalid(text.format(path=path)) from error

"""The `replay` command: a case acted out from a file, in a database and a time of its own."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cases.replay import running
from config.commands import PlainCommand
from config.text import Text

HELP = """Runs the dated acts of a YAML file through the product's own services and checks what the file expects.
The database is made for it and dropped afterwards (--keep leaves it to look at).

  manage.py replay tests/journeys/one_person.yaml --json"""


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.yaml", type=Path)
        parser.add_argument("--keep", action="store_true", help="leave the database")

    def handle(self, *args: Any, **options: Any) -> None:
        found = running.run(options["file"], keep=options["keep"])
        if options["json"]:
            self.print_json(found)
        else:
            for one in found["cases"]:
                self.stdout.write(f"{one['case']}: {one['number']} {one['state']} {one['outcome'] or ''}")
            for one in found["failures"]:
                text = Text("第 {step} 步：应为 {expected}，实为 {got}", "Step {step}: expected {expected}, got {got}")
                self.stdout.write(str(text.format(**one)))
        if not found["ok"]:
            sys.exit(1)

"""The `invariants` command: what must always hold of all cases, and which cases break it."""

import sys
from typing import Any

from cases import invariants
from config.commands import PlainCommand

HELP = """Checks every invariant over all cases, as a role that may only read; exit 1 when one is broken.

  manage.py invariants --json"""


class Command(PlainCommand):
    help = HELP

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(invariants.ask())
        if options["json"]:
            self.print_json(found)
        for one in [] if options["json"] else found:
            mark = "✓" if not one["broken"] else "✗"
            self.stdout.write(f"{mark} {one['name']}: {one['broken']} / {one['checked']} {' '.join(one['examples'])}")
        if any(one["broken"] for one in found):
            sys.exit(1)

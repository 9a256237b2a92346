"""The `verify_audit` command: the hash chains of all cases, and with a checkpoint what a chain alone cannot show."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cases.services import audit
from config.commands import PlainCommand
from config.text import Text

HELP = """Checks the chain of events of every case and names the first bad row; exit 1 when there is one.
--write saves a signed checkpoint of all heads; keep it away from the database. --against compares with one.

  manage.py verify_audit --write /safe/place/2026-11-24.json
  manage.py verify_audit --against /safe/place/2026-11-24.json --json"""


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--against", metavar="CHECKPOINT", type=Path)
        parser.add_argument("--write", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        checkpoint = audit.read_checkpoint(options["against"]) if options["against"] else None
        bad = audit.first_bad(checkpoint)
        if options["json"]:
            self.print_json({"ok": bad is None, "first_bad": bad})
        elif bad:
            text = Text("案件 {case} 第 {seq} 条：{why}。", "Case {case}, event {seq}: {why}.").format(**bad)
            self.stdout.write(str(text))
        else:
            self.stdout.write(str(Text("全部记录链完整。", "All chains are whole.")))
        if bad:
            sys.exit(1)
        if options["write"]:
            options["write"].write_text(json.dumps(audit.make_checkpoint(), ensure_ascii=False, indent=1))

"""The `demo` command: a small believable world, made once; says how to log in to it."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connection

from cases.demo import people
from cases.demo.history import history
from cases.demo.stories import STORIES
from config.commands import PlainCommand
from config.errors import Conflict
from config.text import Text

HELP = """Builds the demo: a shop alone, a company with two stores, a provider, a legal team, statements, and cases in
most states with a past that ends today. Made once; a second run says the same log-ins and changes nothing.

  manage.py demo
  manage.py demo --cases 200 --seed 7 --json"""
TAKEN = Text(
    "这个数据库里已有别的数据，不能再加演示数据。启动时请设 DEMO=0。",
    "This database holds data of its own, so no demo is added. Start with DEMO=0.",
)


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=0, metavar="N", help="N more cases made up by chance")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same S makes up the same cases")

    def handle(self, *args: Any, **options: Any) -> None:
        told = _saved() or _made()
        if options["json"]:
            self.print_json({"logins": told["logins"], "keys": told["keys"]})
        else:
            self.stdout.write(in_words(told))


def _file() -> Path:
    return settings.DATA_DIR / "demo.json"


def _saved() -> dict | None:
    """The log-ins of the demo that lives in this database; nothing where it is not there."""
    try:
        told = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if people.find() else None


def _made() -> dict:
    with history() as past:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM merchants_user)")
            if cursor.fetchone()[0]:
                raise Conflict(TAKEN)
        past.begin(past.workdays_ago(60, "09:00"))
        password = f"demo-{secrets.token_hex(4)}"
        world = people.settle(password)
        keys = people.keys(world)
        past.tell([story(world, past) for story in STORIES])
    told = {"logins": world.logins, "keys": keys}
    _keep(told)
    return told


def _keep(told: dict) -> None:
    """Log-ins and keys, for the owner of the file alone."""
    part = _file().with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, indent=1)
    os.replace(part, _file())


def in_words(told: dict) -> str:
    """The log-ins and keys for a person to read."""
    rows = [str(Text("演示账号（手机号或邮箱 + 密码）：", "Demo log-ins (phone or e-mail, and password):"))]
    for login in told["logins"]:
        totp = f"  TOTP {login['totp_secret']}" if login["totp_secret"] else ""
        rows.append(
            f"  {login['phone']}  {login['email']}  {login['password']}  {login['who']} ({login['seat']}){totp}"
        )
    if told["keys"]:
        rows.append(str(Text("API 密钥：", "API keys:")))
        rows += [f"  {key['key']}  {key['who']}  {' '.join(key['scopes'])}" for key in told["keys"]]
    return "\n".join(rows)

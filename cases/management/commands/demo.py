"""The `demo` command: a small believable world, made once; says how to log in to it."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from cases.demo import crowd, people
from cases.demo.history import history
from cases.demo.stories import STORIES
from config.commands import PlainCommand
from config.errors import Conflict
from config.text import Text

HELP = """Builds the demo: a shop alone, a company with two stores, a provider, a legal team, statements, and cases in
most states with a past that ends today. Made once: a second run says the same log-ins and changes nothing. A database
that holds cases of its own is left alone.

  manage.py demo
  manage.py demo --cases 200 --seed 7 --json"""
TAKEN = Text(
    "这个数据库里已有别的案件，没有加演示数据。启动时请设 DEMO=0。",
    "This database holds cases of its own, so no demo was added. Start with DEMO=0.",
)
BEGINS = 60  # workdays ago


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=0, metavar="N", help="besides, N cases made up by chance")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same S makes up the same cases")

    def handle(self, *args: Any, **options: Any) -> None:
        told = _saved()
        made = told.get("crowds", {}).get(str(options["seed"]), 0)
        if not told or made < options["cases"]:
            told = _build(told, options["seed"], made, options["cases"])
        if options["json"]:
            self.print_json({"logins": told["logins"], "keys": told["keys"]})
        else:
            self.stdout.write(in_words(told))


def _file() -> Path:
    return settings.DATA_DIR / "demo.json"


def _saved() -> dict:
    """What is known of the demo that lives in this database; nothing where it is not there."""
    try:
        told = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if people.find() else {}


def _build(told: dict, seed: int, made: int, wanted: int) -> dict:
    """Makes what is missing, in one transaction: the world with its stories, and cases by chance up to `wanted`."""
    with history() as past:
        world = people.find()
        stories = [] if world else STORIES
        if world is None:
            if past.has_cases():
                raise Conflict(TAKEN)
            past.move(past.workdays_ago(BEGINS, "09:00"))
            world = people.settle()
        by_chance = crowd.crowd(world, past, seed, made + 1, max(wanted - made, 0))
        past.tell([*(story(world, past) for story in stories), *by_chance])
        told = told or {"logins": people.logins(f"demo-{secrets.token_hex(4)}"), "keys": people.keys(world)}
    told["crowds"] = {**told.get("crowds", {}), str(seed): max(made, wanted)}
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

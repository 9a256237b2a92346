"""Manners of every command (contracts.md §2): --json, --lang, exit 0, 1 or 2, and one plain sentence on standard error.

What a command does is its own business; it raises config.errors.Refused or CommandError and never prints a traceback.
"""

import json
import sys
from argparse import RawDescriptionHelpFormatter
from typing import Any, NoReturn

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.db import OperationalError, ProgrammingError
from django.utils import translation
from psycopg.errors import UndefinedFunction, UndefinedTable

from config.errors import Refused
from config.text import Text

NO_DATABASE = Text("连不上数据库，请先运行 make services。", "The database cannot be reached: run make services first.")
NO_TABLES = Text(
    "数据库还没有建表，请先运行 manage.py migrate。", "The database has no tables yet: run manage.py migrate first."
)


class HelpFormatter(RawDescriptionHelpFormatter, DjangoHelpFormatter):
    """Keeps the lines of the examples, and Django's own options last."""


class OneSentenceParser(CommandParser):
    """Says what is wrong with the arguments without the usage page."""

    def error(self, message: str) -> NoReturn:
        text = Text("参数不对：{why}。用法见 --help。", "Wrong arguments: {why}. See --help.").format(why=message)
        if not self.called_from_command_line:
            raise CommandError(str(text), returncode=2)
        self.exit(2, f"{text}\n")


class PlainCommand(BaseCommand):
    """A command with these manners. `help` holds an example; refusals are raised as config.errors.Refused."""

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, formatter_class=HelpFormatter, **kwargs)
        parser.__class__ = OneSentenceParser  # Django offers no place to name the parser's class
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of sentences (zh)")
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        with translation.override("en" if options.get("lang") == "en" else "zh-hans"):
            try:
                return super().execute(*args, **options)
            except Refused as refused:
                if options.get("json"):
                    self.print_json({"error": refused.code, "detail": str(refused)})
                self._end(str(refused), refused.exit_code)
            except (OperationalError, psycopg.OperationalError):
                self._end(str(NO_DATABASE), 1)
            except ProgrammingError as error:
                if not isinstance(error.__cause__, UndefinedTable | UndefinedFunction):
                    raise
                self._end(str(NO_TABLES), 1)
            except CommandError as error:
                self._end(str(error), error.returncode)

    def print_json(self, document: object) -> None:
        self.stdout.write(json.dumps(document, ensure_ascii=False))

    def _end(self, sentence: str, exit_code: int) -> NoReturn:
        """Ends the process as a program does; raises CommandError where the command was called from code."""
        if not getattr(self, "_called_from_command_line", False):
            raise CommandError(sentence, returncode=exit_code)
        self.stderr.write(sentence, self.style.NOTICE if self.stderr.isatty() else str)
        sys.exit(exit_code)

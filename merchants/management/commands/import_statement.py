"""The `import_statement` command: reads a statement file and says what it holds, or imports it for a merchant.

With --dry-run it needs neither database nor broker.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from config import tenancy
from config.commands import PlainCommand
from config.text import Text
from merchants.services import importers, statements
from merchants.statements import mapping as mappings
from merchants.statements.faults import WrongUse
from merchants.statements.formats import FORMATS
from merchants.statements.importing import Import
from merchants.statements.masking import card_key

HELP = f"""Reads an acquirer's statement (CSV in UTF-8, UTF-16 or GB18030, or XLSX) into canonical records, one JSON object
a line. Rows that cannot be read are named with row and column, the others are offered. Exit 1 when rows were left out
or the totals that the file states are not what its rows add up to; such a file is held: its lines are kept once a
person has confirmed it on the page of the import.

  manage.py import_statement 对账单.csv --dry-run --json
  manage.py import_statement 对账单.xlsx --format acquirer --records records.jsonl --dry-run
  manage.py import_statement unknown.csv --mapping columns.yaml --dry-run
  manage.py import_statement 对账单.csv --merchant 898305054110218 --as 13800000001

Formats: auto, {", ".join(FORMATS)}.

{mappings.HELP}"""

KINDS = {".json": "json", ".toml": "toml", ".yaml": "yaml", ".yml": "yaml"}
NO_FILE = Text(
    "打不开文件「{path}」：{why}。请核对路径。", "The file “{path}” cannot be opened: {why}. Check the path."
)
NO_OUTPUT = Text("写不了「{path}」：{why}。请换一个位置。", "“{path}” cannot be written: {why}. Choose another place.")
MAPPING_KIND = Text("映射文件「{path}」要以 .json、.toml 或 .yaml 结尾。", "The mapping “{path}” must end in .json, .toml or .yaml.")  # fmt: skip
ONE_OF = Text("--format 和 --mapping 只能用一个。", "Use either --format or --mapping.")
LEFT_OUT = Text(
    "{count} 行没有读入，请按上面的行和列改好后再导入。",
    "{count} rows were left out: put right the rows and columns named and import again.",
)
NOT_EQUAL = Text(
    "{columns}的合计与文件写的不一致，请核对文件是否完整。",
    "The total of {columns} is not what the file states: check that the file is complete.",
)
SUMMARY = Text(
    "{format}，{encoding}：{lines} 行，读入 {accepted} 行，未读入 {left} 行。",
    "{format}, {encoding}: {lines} rows, {accepted} read, {left} left out.",
)
REJECTED = Text("  {sheet}第 {line} 行「{column}」：{why}", "  {sheet}row {line}, “{column}”: {why}")
CHECKED = Text(
    "  {column}：文件写 {stated}，各行相加 {computed}",
    "  {column}: the file states {stated}, its rows add up to {computed}",
)
NO_CONTROL = Text("  文件没有写合计，无法核对。", "  The file states no totals to check against.")
DUPLICATE = Text("这个文件以前导入过，没有重复导入。", "This file was imported before; nothing was added.")
HELD = Text(
    "文件的合计对不上，已暂存，没有写入任何一行。请在导入页面核对。",
    "The totals of the file differ: it is held and no line was kept. Check it on the page of the import.",
)
KEPT = Text(
    "写入 {added} 笔扣款和到账，{known} 笔以前已有。",
    "{added} deductions and credits were kept, {known} were there before.",
)


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--format", default="auto", metavar="CODE", help="auto, or one of the formats above")
        parser.add_argument("--mapping", type=Path, metavar="FILE", help="what the columns of an unknown layout mean")
        parser.add_argument("--records", type=Path, metavar="OUT.jsonl", help="where the canonical records go")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--dry-run", action="store_true", help="read and report, store nothing")
        which.add_argument("--merchant", metavar="MID", help="import for the merchant with this number")
        parser.add_argument("--as", dest="who", default="", metavar="WHO", help="phone or e-mail of who imports")

    def handle(self, *args: Any, **options: Any) -> None:
        mapping = _mapping(options["mapping"]) if options["mapping"] else None
        if mapping and options["format"] != "auto":
            raise WrongUse(ONE_OF)
        with _opened(options["file"]) as file, _output(options["records"]) as out:
            statement = Import(file, card_key(settings.SECRET_KEY), options["format"], mapping)
            for record in statement:
                if out:
                    out.write(json.dumps(record.as_dict(), ensure_ascii=False) + "\n")
        report = statement.report(options["lang"])
        kept = _imported(options, mapping) if options["merchant"] else {}
        if options["json"]:
            self.print_json(report | kept)
        else:
            self.stdout.write("\n".join([in_words(report, statement.layout.name), *_told(kept)]))
        if report["rejected_count"]:
            raise CommandError(str(LEFT_OUT.format(count=report["rejected_count"])))
        if report["control"]["ok"] is False:
            wrong = dict.fromkeys(check["column"] for check in report["control"]["checks"] if not check["ok"])
            raise CommandError(str(NOT_EQUAL.format(columns="、".join(wrong))))


def in_words(report: dict[str, Any], name: Text) -> str:
    """The report for a person to read: what was read, each row left out, and the totals checked."""
    summary = SUMMARY.format(
        format=name, encoding=report["encoding"], lines=report["lines"], accepted=report["accepted"],
        left=report["rejected_count"],
    )  # fmt: skip
    rows = [str(REJECTED.format(**{"sheet": "", **row})) for row in report["rejected"]]
    checks = [str(CHECKED.format(**check)) for check in report["control"]["checks"]]
    return "\n".join([str(summary), *rows, *(checks or [str(NO_CONTROL)])])


def _imported(options: dict[str, Any], mapping: mappings.Mapping | None) -> dict[str, Any]:
    """Keeps the file for the merchant and its lines as rows; what was read before is known to be a statement."""
    actor = importers.importer(options["merchant"], options["who"])
    with tenancy.acting(actor):
        file = statements.keep_bytes(actor, options["file"].read_bytes(), options["file"].name)
    return statements.import_file(
        file, by_id=actor.user_id, mid=options["merchant"], format=options["format"], mapping=mapping
    )


def _told(kept: dict[str, Any]) -> list[str]:
    if not kept:
        return []
    text = DUPLICATE if kept["duplicate"] else HELD if kept["held"] else KEPT
    return [str(text.format(added=kept["added"], known=kept["known"]))]


def _mapping(path: Path) -> mappings.Mapping:
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise WrongUse(MAPPING_KIND.format(path=path))
    try:
        return mappings.load(path.read_text("utf-8-sig"), kind)
    except OSError as error:
        raise WrongUse(NO_FILE.format(path=path, why=error.strerror)) from None
    except UnicodeDecodeError:
        raise WrongUse(NO_FILE.format(path=path, why="UTF-8")) from None


def _opened(path: Path):
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise WrongUse(NO_FILE.format(path=path, why=getattr(error, "strerror", None) or error)) from None


@contextlib.contextmanager
def _output(path: Path | None) -> Iterator[TextIO | None]:
    """A file that appears under its name only once it is whole."""
    if path is None:
        yield None
        return
    part = path.with_name(path.name + ".part")
    try:
        out = part.open("w", encoding="utf-8")
    except OSError as error:
        raise WrongUse(NO_OUTPUT.format(path=path, why=error.strerror)) from None
    try:
        with out:
            yield out
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)

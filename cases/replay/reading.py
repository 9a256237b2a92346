"""A replay file as data: parties and steps, with every slip of the pen named before anything runs."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from cases import workflow
from config.clock import SHANGHAI
from config.errors import CODES, Invalid
from config.text import Text
from merchants import roles

PARTY = {"name", "kind", "mid", "tids", "account", "people", "stores", "hotline", "email", "address"}
STEP = {"case", "at", "by", "act", "with", "refused", "expect"}
EXPECT = {
    "state", "stage", "outcome", "next_actor", "deadline", "no_deadline", "provisional", "amount", "recovered", "offers",
    "obligations", "limitation", "blocked_by", "notices", "findings",
}  # fmt: skip


class Loader(yaml.SafeLoader):
    """YAML in which `on`, `off`, `yes` and `no` are words, as in YAML 1.2: `on` names the day of a line."""


Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:bool"]
    for letter, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$", re.I), list("tTfF"))


class WrongFile(Invalid):
    """The file is not a replay: exit 2, nothing was run."""

    exit_code = 2


@dataclass(frozen=True)
class Step:
    number: int
    case: str
    at: datetime | None = None
    party: str = ""
    seat: str = ""
    act: str = ""
    data: dict = field(default_factory=dict)
    refused: str = ""
    expect: dict | None = None


@dataclass(frozen=True)
class Replay:
    folder: Path
    parties: dict[str, dict]
    steps: list[Step]


def read(path: Path) -> Replay:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506  (a safe loader)
    except FileNotFoundError as error:
        raise _wrong("没有文件 {path}。", "There is no file {path}.", path=path) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong("{path} 无法读成 YAML。", "{path} cannot be read as YAML.", path=path) from error
    if not isinstance(content, dict) or not isinstance(content.get("steps"), list) or not content.get("parties"):
        raise _wrong("{path} 要有 parties 和 steps。", "{path} needs parties and steps.", path=path)
    _known(content, {"parties", "steps"}, "file")
    for key, party in content["parties"].items():
        _known(party, PARTY, key)
        if party.get("kind") not in roles.KINDS or not party.get("name"):
            raise _wrong("{key} 要有 name 和正确的 kind。", "{key} needs a name and a known kind.", key=key)
    steps, label = [], ""
    for number, raw in enumerate(content["steps"], 1):
        steps.append(_step(number, raw, label, content["parties"]))
        label = steps[-1].case
    return Replay(path.resolve().parent, content["parties"], steps)


def _step(number: int, raw: Any, label: str, parties: dict) -> Step:
    where = f"step {number}"
    if not isinstance(raw, dict):
        raise _wrong("{where} 不是一个对象。", "{where} is not a mapping.", where=where)
    _known(raw, STEP, where)
    label = str(raw.get("case", label))
    at = instant(raw["at"], where) if "at" in raw else None
    if "expect" in raw:
        _known(raw["expect"] or {}, EXPECT, f"{where} expect")
        return Step(number, label, at=at, expect=raw["expect"] or {})
    party, _, seat = str(raw.get("by", "")).partition(".")
    if party != "system" and party not in parties:
        raise _wrong("{where}：没有 {party} 这一方。", "{where}: there is no party {party}.", where=where, party=party)
    if raw.get("act") not in workflow.ACTS:
        raise _wrong(
            "{where}：没有 {act} 这个操作。", "{where}: there is no act {act}.", where=where, act=raw.get("act")
        )
    if at is None:
        raise _wrong("{where} 缺少 at。", "{where} has no `at`.", where=where)
    if raw.get("refused") and raw["refused"] not in CODES:
        raise _wrong("{where}：没有 {code} 这个错误代码。", "{where}: there is no error code {code}.",
                     where=where, code=raw["refused"])  # fmt: skip
    return Step(number, label, at, party, seat, raw["act"], raw.get("with") or {}, raw.get("refused") or "")


def instant(value: Any, where: str) -> datetime:
    """An instant; without offset it is Asia/Shanghai."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise _wrong(
            "{where}：「{value}」不是时间。", "{where}: “{value}” is no instant.", where=where, value=value
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def plain(value: Any) -> Any:
    """YAML's own dates and numbers as the strings that an act's input takes."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=SHANGHAI)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, float) else value


def _known(raw: Any, names: set[str], where: str) -> None:
    if not isinstance(raw, dict) or (unknown := sorted(map(str, set(raw) - names))):
        raise _wrong("{where}：不认识 {names}。", "{where}: unknown {names}.", where=where,
                     names="、".join(unknown) if isinstance(raw, dict) else raw)  # fmt: skip


def _wrong(zh: str, en: str, **values: object) -> WrongFile:
    return WrongFile(Text(zh, en).format(**values))

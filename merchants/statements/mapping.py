"""The meaning of an unknown layout's columns, written by the user as JSON, TOML or YAML. Built-in layouts: formats/."""

import json
import tomllib
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

import yaml

from config.text import Text
from merchants.statements.columns import DROPPED, FIELDS, plain
from merchants.statements.delimited import DELIMITERS
from merchants.statements.faults import WrongUse
from merchants.statements.kinds import CODES
from merchants.statements.layout import Layout
from merchants.statements.values import tidy

HELP = f"""A mapping says which field each column of an unknown statement holds. It is a JSON, TOML or YAML file:

  {{"columns": {{"商户": "mid", "机号": "tid", "日子": "txn_on", "时刻": "txn_time", "种类": "txn_type",
               "本金": "gross", "费": "fee", "实得": "net", "账户余额": null}},
   "types": {{"POS收单": "SALE", "违约扣收": "FEE"}},
   "delimiter": "|"}}

columns    header to field (null: leave the column out); headers that are not named keep their usual meaning.
types      (optional) word in the type column to a type: {", ".join(sorted(CODES))}.
delimiter  (optional) one of , ; | or a tab, where it is not found by itself.
A file of nothing but headers and fields is taken as columns. Fields: {", ".join(sorted(FIELDS))}.
`txn_at` holds day and time in one cell; `deduction`, `clause` and `notice_no` describe what was deducted beside a sale.
Columns with persons' names, identity numbers and card secrets are never read, whatever a mapping says.
"""

NOT_READABLE = Text("映射文件读不懂：{why}", "The mapping file cannot be read: {why}")
NO_COLUMNS = Text(
    '映射文件没有写任何列。请写成 {{"columns": {{"表头": "字段"}}}}。',
    'The mapping names no column. Write {{"columns": {{"header": "field"}}}}.',
)
UNKNOWN_KEY = Text(
    "映射文件里的「{key}」没有意义，只有 columns、types、delimiter。",
    "“{key}” means nothing in a mapping; there are columns, types and delimiter.",
)
UNKNOWN_FIELD = Text(
    "列「{header}」对应的字段「{field}」不存在。可用：{known}。",
    "The field “{field}” for column “{header}” does not exist. Known are: {known}.",
)
FIELD_TWICE = Text(
    "字段「{field}」对应了不止一列：「{first}」和「{second}」。",
    "The field “{field}” is given to two columns: “{first}” and “{second}”.",
)
PRIVATE = Text(
    "列「{header}」是个人信息或卡片机密，不读取。请从映射中删去。",
    "The column “{header}” holds personal data or card secrets and is not read. Take it out of the mapping.",
)
UNKNOWN_TYPE = Text(
    "交易类型「{word}」对应的「{code}」不存在。可用：{known}。",
    "The type “{code}” for “{word}” does not exist. Known are: {known}.",
)
BAD_DELIMITER = Text(
    "分隔符只能是逗号、分号、竖线或制表符。", "The delimiter must be a comma, a semicolon, a bar or a tab."
)
LARGEST = 256 * 1024


@dataclass(frozen=True)
class Mapping:
    """A layout made from a user's file, and the delimiter it asks for."""

    layout: Layout
    delimiter: str | None = None


def load(text: str, kind: str) -> Mapping:
    """The mapping in a file's text; `kind` is json, toml or yaml. Raises WrongUse saying what to put right."""
    data = _parsed(text, kind)
    if not isinstance(data, dict) or not data:
        raise WrongUse(NO_COLUMNS.format())
    if not isinstance(data.get("columns"), dict):
        data = {"columns": data}
    for key in data:
        if key not in ("columns", "types", "delimiter"):
            raise WrongUse(UNKNOWN_KEY.format(key=key))
    delimiter = data.get("delimiter")
    if delimiter is not None and (not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter not in DELIMITERS):
        raise WrongUse(BAD_DELIMITER)
    layout = Layout(
        code="mapping",
        name=Text("自定义格式", "Mapped layout"),
        own=_columns(data["columns"]),
        types=_types(data.get("types") or {}),
        certainty=100,
    )
    return Mapping(layout, delimiter)


def _parsed(text: str, kind: str) -> Any:
    if len(text) > LARGEST or (kind == "yaml" and "&" in text and "*" in text):
        raise WrongUse(NOT_READABLE.format(why=f"> {LARGEST // 1024} KB / YAML alias"))
    try:
        if kind == "json":
            return json.loads(text)
        return tomllib.loads(text) if kind == "toml" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise WrongUse(NOT_READABLE.format(why=str(error).splitlines()[0])) from None


def _columns(columns: Map[Any, Any]) -> dict[str, str | None]:
    own: dict[str, str | None] = {}
    first: dict[str, str] = {}
    for header, field in columns.items():
        header = str(header)
        if DROPPED.search(plain(header)):
            raise WrongUse(PRIVATE.format(header=header))
        if field is not None and str(field) not in FIELDS:
            raise WrongUse(UNKNOWN_FIELD.format(header=header, field=field, known=", ".join(sorted(FIELDS))))
        if field is not None and field in first:
            raise WrongUse(FIELD_TWICE.format(field=field, first=first[field], second=header))
        own[plain(header)] = field
        if field is not None:
            first[field] = header
    if not first:
        raise WrongUse(NO_COLUMNS.format())
    return own


def _types(types: Any) -> dict[str, str]:
    if not isinstance(types, dict):
        raise WrongUse(UNKNOWN_KEY.format(key="types"))
    for word, code in types.items():
        if str(code) not in CODES:
            raise WrongUse(UNKNOWN_TYPE.format(word=word, code=code, known=", ".join(sorted(CODES))))
    return {tidy(str(word)): code for word, code in types.items()}

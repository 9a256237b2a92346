"""The canonical record every statement format is read into (domain.md §1.3). How files become records is elsewhere."""

import dataclasses
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(slots=True)
class Record:
    """One movement of money on a statement, as the merchant sees it.

    Money is Decimal yuan; `raw` keeps each amount as it was printed. `gross` is positive, the sign follows from
    `direction` (C to the merchant, D from it). `fee` above zero is a cost, below zero was given back; `net` is signed.
    `line_no` counts data lines from 1; `part` is 1 for the deduction taken inside another line's row, else 0, so
    (source, file_sha256, line_no, part) names a record for good. `txn_at` is empty where only the day (`txn_on`) is
    printed: a day is never made into an instant. `raw_line` holds no full card number and no person's name.
    """

    source: str
    file_sha256: str
    line_no: int
    raw_line: str
    txn_type: str
    direction: str
    part: int = 0
    txn_at: datetime | None = None
    txn_on: date | None = None
    settle_date: date | None = None
    mid: str | None = None
    tid: str | None = None
    sn: str | None = None
    batch: str | None = None
    trace: str | None = None
    rrn: str | None = None
    auth_code: str | None = None
    card_masked: str | None = None
    card_hash: str | None = None
    channel: str | None = None
    platform_no: str | None = None
    order_no: str | None = None
    refund_no: str | None = None
    gross: Decimal | None = None
    discount: Decimal | None = None
    fee: Decimal | None = None
    fee_rate: Decimal | None = None
    net: Decimal | None = None
    status: str | None = None
    fee_code: str | None = None
    memo: str | None = None
    raw: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The record for JSON: money as strings, instants with offset, days as YYYY-MM-DD."""
        return {name: _plain(getattr(self, name)) for name in FIELDS}


FIELDS = tuple(f.name for f in dataclasses.fields(Record))
_EARLY = {"raw_line", "txn_type", "direction", "source", "file_sha256", "line_no", "part", "raw"}
MAPPABLE = frozenset(FIELDS) - _EARLY | {"txn_type", "direction"}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value

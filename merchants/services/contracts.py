"""Contracts with providers: each version with the fees and clauses it names. They belong to the whole merchant."""

import re
from collections import Counter
from collections.abc import Iterator

from django.db.models import F, QuerySet

from config.actors import Actor
from config.errors import Fault, NotAllowed
from config.text import Text
from merchants import records
from merchants.models import Contract, ContractClause, ContractFee
from merchants.records import FIELDS
from merchants.services.plain_records import Noun, Rows

NOT_OF_STORES = Text(
    "合同归全公司，门店席位看不到。请找负责人或对账专员。",
    "Contracts belong to the whole company; a store seat does not see them. Ask the owner or finance.",
)
TWICE = Text("「{name}」写了两次。", "“{name}” is there twice.")


def visible(actor: Actor) -> QuerySet[Contract]:
    if actor.stores is not None:
        raise NotAllowed(NOT_OF_STORES)
    return Contract.objects.visible_to(actor)


def _check_fees(rows: list[dict]) -> Iterator[Fault]:
    seen: Counter = Counter()
    for i, fee in enumerate(rows):
        first, last = fee.get("from_on"), fee.get("to_on")
        if first and last and last < first:
            text = records.BEFORE.format(later=FIELDS["to_on"], earlier=FIELDS["from_on"])
            yield Fault(f"/fees/{i}/to", "order", text)
        key = (fee["fee_code"], fee.get("tid") or "", first)
        seen[key] += 1
        if seen[key] > 1:
            yield Fault(f"/fees/{i}/fee_code", "twice", TWICE.format(name=fee["fee_code"]))


def _check_clauses(rows: list[dict]) -> Iterator[Fault]:
    seen: Counter = Counter()
    for i, clause in enumerate(rows):
        seen[clause["number"]] += 1
        if seen[clause["number"]] > 1:
            yield Fault(f"/clauses/{i}/number", "twice", TWICE.format(name=clause["number"]))


def in_order(number: str) -> list:
    """Clauses as people count them: 7.3 before 7.10."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", number) if part]


NOUN = Noun(
    "contracts", Contract, columns=("number", "version", "signed_on", "from_on", "to_on"), links=("provider", "file"),
    twins=lambda rows, values: rows.filter(
        provider=values["provider"], number=values["number"], version=values.setdefault("version", "1")
    ),
    search=("number", "provider__name", "fees__fee_code", "clauses__number", "clauses__text"), visible=visible,
    rows={
        "fees": Rows(
            ContractFee, "contract",
            {"fee_code": "fee_code", "amount": "amount", "rate": "rate", "period": "period", "from": "from_on", "to": "to_on",
             "tid": "tid", "clause": "clause", "notice_on": "notice_on"},
            ("fee_code", "tid", "from_on"), lambda fee: (fee.fee_code, fee.tid, str(fee.from_on or ""), str(fee.id)), _check_fees,
        ),
        "clauses": Rows(
            ContractClause, "contract", {"number": "number", "text": "text"}, ("number",), lambda clause: in_order(clause.number),
            _check_clauses,
        ),
    },
    order=(F("from_on").desc(nulls_last=True), "-created_at", "id"),
)  # fmt: skip

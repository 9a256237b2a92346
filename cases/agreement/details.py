"""What the clauses need beyond the offer, how it is changed, which wording follows from it, and what is still missing.

Pure. `details` is what Agreement.details keeps: plain JSON, the payee's account only as its first six and last four
digits. Those who read it (the obligations): `stop_fee` {"name", "on", "tid"} where the end of a fee is to be proven,
`invoice` "reissue" where a corrected invoice is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from cases.agreement.clauses import CLAUSES, MOST
from cases.terms import MERCHANT, Term
from config.errors import Fault
from config.text import Text

INVOICE_WITHIN = 10  # working days from the day of effect
INVOICES = {
    "law": Text("依法更正", "Corrected as the law requires"),
    "reissue": Text("服务商限期开红字或更正发票，并跟踪到办完", "Corrected by a day, and followed until done"),
    "none": Text("没有开过发票", "No invoice was issued"),
}
WAIVERS = {
    "lines": Text("只了结上列的扣款", "Only the listed lines are settled"),
    "wider": Text("还了结别的事项", "Other matters are given up too"),
}
FORUMS = {
    "court": Text("依法由有管辖权的法院", "The court that has jurisdiction by law"),
    "named_court": Text("约定的法院", "A court that is named"),
    "arbitration": Text("仲裁", "Arbitration"),
}
CONFIDENTIALITY = {"yes": Text("保密", "Confidential"), "no": Text("不约定保密", "No duty of confidentiality")}
SIGNINGS = {
    "both": Text("盖章，或在产品内用验证码签", "Stamped, or signed here by code"),
    "paper": Text("只用纸质盖章", "On paper only"),
}
USUAL: dict[str, Any] = {
    "payee": {}, "invoice": "law", "stop_fee": {}, "waiver": "lines", "waiver_text": "", "forum": "court",
    "forum_name": "", "confidentiality": "yes", "signing": "both", "authority": {},
}  # fmt: skip
PAYEE = {
    "name": Text("收款人户名", "Name of the payee"),
    "bank": Text("开户行", "Bank"),
    "account": Text("账号", "Account number"),
    "confirmed_by": Text("回拨电话时和谁核实", "With whom it was confirmed by a call back"),
    "confirmed_on": Text("哪天回拨核实", "On which day it was confirmed"),
}
_LONG = re.compile(r"(?<![\d*])\d(?:[ -]?\d){11,29}(?![\d*])")
SHOWN = 13  # an account shorter than this would be given away by its first six and last four


def whole(details: Mapping) -> dict:
    """The details with what is usual where nothing was said."""
    return {**USUAL, **details}


def masked(account: str) -> str:
    """First six and last four digits; of a short number the last four. A number that is masked already stays."""
    digits = re.sub(r"[ -]", "", account)
    head = digits[:6] if len(digits) >= SHOWN else ""
    return digits if "*" in digits else f"{head}******{digits[-4:]}"


def without_numbers(text: str, known: Iterable[str]) -> str:
    """A wording with every long number masked but those of the case itself (its merchant numbers)."""
    kept = set(known)
    return _LONG.sub(lambda run: run[0] if run[0] in kept else masked(run[0]), text)


# -- changing -----------------------------------------------------------------------------------------------------


def changed(details: Mapping, given: Mapping, side: str) -> dict:
    """The details after a side has set what is in `given`; what is not in it stays, an empty value is taken back."""
    found = {name: value for name, value in details.items() if name in USUAL}
    for name in set(given) & set(USUAL) - {"authority", "payee", "stop_fee"}:
        found[name] = given[name]
    if "payee" in given:
        found["payee"] = _payee(found.get("payee") or {}, given["payee"] or {})
    if "stop_fee" in given:
        found["stop_fee"] = {name: _plain(value) for name, value in (given["stop_fee"] or {}).items() if value}
    if "authority" in given:
        signers = {**(found.get("authority") or {}), side: given["authority"]}
        found["authority"] = {of: said for of, said in signers.items() if said}
    return {name: value for name, value in found.items() if value not in (USUAL[name], "", None, {})}


def _payee(former: Mapping, given: Mapping) -> dict:
    """A number that comes back as it was shown is the one that is known; a new one must be confirmed anew."""
    found = {name: _plain(value) for name, value in given.items() if value and name != "account"}
    account = masked(given["account"]) if given.get("account") else ""
    if not account:
        return found
    if account == former.get("account") and "*" in given["account"]:
        found = {**{name: former[name] for name in ("confirmed_by", "confirmed_on") if name in former}, **found}
    return {**found, "account": account}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# -- which wording ------------------------------------------------------------------------------------------------


def wordings(details: Mapping, terms: list[Term], responsibility: str) -> dict[str, str]:
    """The name of each clause's wording; clauses with one wording are left out."""
    found = whole(details)
    paid = any(term.payee == MERCHANT and (term.pays or term.amount) for term in terms)
    return {
        "responsibility": responsibility,
        "payee": "none" if not paid else "account" if found["payee"].get("account") else "settlement",
        "invoice": found["invoice"],
        "stop_fee": "named" if found["stop_fee"].get("name") else "same",
        "breach": "instalments" if any(term.instalments for term in terms) else "whole",
        "waiver": found["waiver"],
        "confidentiality": found["confidentiality"],
        "forum": found["forum"],
        "signing": found["signing"],
    }


# -- what is missing ----------------------------------------------------------------------------------------------


def missing(details: Mapping, clauses: Mapping) -> list[Fault]:
    """Everything without which the text cannot be frozen, each with its place; empty when it is complete."""
    return list(_missing(whole(details), clauses))


def _missing(found: Mapping, clauses: Mapping) -> Iterator[Fault]:
    if found["payee"]:
        for name, label in PAYEE.items():
            if not found["payee"].get(name):
                yield _lacks(f"/payee/{name}", Text("请填写{what}。", "Give this: {what}.").format(what=label))
    if found["stop_fee"] and not (found["stop_fee"].get("name") and found["stop_fee"].get("on")):
        yield _lacks("/stop_fee/on", Text("请填写停止收取的费用名称和日期。", "Say which fee stops, and on which day."))
    if found["waiver"] == "wider" and not found["waiver_text"] and "waiver" not in clauses:
        yield _lacks("/waiver_text", Text("请写明除上列扣款外还了结什么。", "Say what is given up besides the lines."))
    if found["forum"] != "court" and not found["forum_name"] and "forum" not in clauses:
        yield _lacks("/forum_name", Text("请写明哪个法院或仲裁机构。", "Name the court or the arbitration body."))
    if len(CLAUSES) + len(set(clauses) - set(CLAUSES)) > MOST:
        yield _lacks("/clauses", Text("条款太多，请合并。", "There are too many clauses: put some together."))


def _lacks(pointer: str, text: Text) -> Fault:
    return Fault(pointer, "missing", text)

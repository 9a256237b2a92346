"""Every address of the site, declared: who may ask for it with what. An address that is missing here fails the crawl."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from cases import workflow
from merchants.api.records import SINGLE
from merchants.records import KINDS

# Says the same to everybody, or something about the asker's log-in alone.
OPEN = {
    "healthz", "readyz", "metrics", "demo-outbox", "landing", "api-schema", "api-docs", "api-problems", "line-template",
    "onboarding", "switch", "code-again", "confirm-by-code", "account_login", "account_logout", "account_inactive",
    "account_signup", "account_reauthenticate", "account_email", "account_email_verification_sent",
    "account_change_password", "account_set_password", "account_reset_password", "account_confirm_login_code",
    "account_confirm_email", "account_verify_phone", "account_change_phone", "account_reset_password_from_key_done",
    "account_reset_password_from_key", "account_reset_password_done", "account_request_login_code", "mfa_index",
    "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    # the address itself is the key, not who asks: tests/tenancy/test_links.py
    "reply", "reply-act", "reply-agreement", "reply-colleague", "reply-done", "reply-evidence", "reply-letter", "inbound",
}  # fmt: skip
# Shows what the asker has: nothing of another may stand there.
OWN = {
    "home", "case-list", "desk-assign", "desk-next", "desk-csv", "desk-xlsx", "reply-templates", "reply-template-new", "answer-sheet",
    "answer-sheet-blank", "case-new", "notifications", "approvals", "settings", "profile", "organisation", "stores",
    "store-new", "people", "invite", "keys", "key-new", "import-list", "import-new", "api-cases", "api-me",
    "api-terminals", "api-statements",
}  # fmt: skip
# About one thing named in the address: another's is answered as one that is not there.
ONE = {
    "short-link", "api-case", "api-timeline", "api-deadlines", "api-evidence", "api-evidence-item", "api-evidence-file",
    "api-act", "api-statement", "api-statement-confirm", "api-statement-lines", "api-job", "draft-drop", "wizard",
    "case", "case-calendar", "answered", "act", "evidence", "evidence-file", "letter", "letter-pdf", "letter-print",
    "letter-text", "notice", "store", "invitation-withdraw", "member", "member-remove", "key-revoke", "import-result",
    "answer-sheet-check", "answer-sheet-result", "answer-sheet-table", "reply-template", "reply-template-delete",
    "import-confirm", "import-rejected", "job", "job-cancel", "offers", "api-offers", "obligations", "api-obligations",
    "agreement", "agreement-pdf", "agreement-print", "api-agreement", "api-agreement-pdf", "api-agreement-code",
    *(f"api-act-{name}" for name in workflow.ALIVE if name != "file"),
}  # fmt: skip
# Terminals, contracts, notices and moves: the same addresses for each kind.
for _name, _kind in KINDS.items():
    OWN |= {f"{_kind.path}{ending}" for ending in ("", "-new", "-import", "-template")} | {f"api-{_name}"}
    ONE |= {f"{_kind.path}-one", f"{_kind.path}-remove", f"api-{SINGLE[_name]}"}
ONE |= {"contracts-file", "notices-served-file", "api-contract-file", "api-notice-file"}
# The parameters that choose among kinds, not among tenants: tried with each of these.
FIXED = {"position": ("1",), "step": ("what",), "act": ("record_contact", "withdraw", "nothing")}
# `pk` of the API means another thing on each address.
PK = {"api-statement": "import_id", "api-statement-confirm": "import_id", "api-statement-lines": "import_id",
      "api-job": "job_id", "api-terminal": "terminal_id", "api-contract": "contract_id", "api-contract-file": "contract_id",
      "api-notice": "served_id", "api-notice-file": "served_id", "api-migration": "migration_id"}  # fmt: skip

# What a program sends with an act: complete, so that the case itself is looked up. Acts not named here need nothing.
AT, FILE = "2026-08-20T10:00:00+08:00", "9b2e8c5e-52c7-4b5e-9c39-6d8c0f1f7a11"
BODIES: dict[str, dict] = {
    "record_contact": {"who": "客服", "channel": "phone", "on": AT, "said": "稍后回复"},
    "add_line": {"line": {"on": "2026-08-17", "amount": "1.00"}},
    "drop_line": {"line": 1, "reason": "重复"},
    "correct_record": {"event": 1, "fields": {"said": "另一句"}, "reason": "记错"},
    "add_evidence": {"kind": "E05", "file": FILE},
    "add_message": {"text": "你好"},
    "assign": {"who": "me"},
    "send_letter": {"channel": "email"},
    "record_arrival": {"of": "letter", "arrived_at": AT, "proof": FILE},
    "remind": {"channel": "email"},
    "acknowledge": {"ticket_no": "T-1"},
    "explain": {"text": "按协议"},
    "request_evidence": {"kinds": ["E10"], "of": "provider"},
    "supply_evidence": {"request": 1, "refusal": "没有"},
    "propose_responsibility": {"split": {"provider": 100, "merchant": 0}, "reason": "没有来"},
    "answer_responsibility": {"agree": True},
    "set_mandate": {"latest": "2099-01-01"},
    "make_offer": {"terms": [{"type": "REFUND", "amount": "1.00"}]},
    "reject_offer": {"reason": "太少"},
    "withdraw_offer": {"reason": "算错"},
    "accept_offer": {"offer": 1},
    "sign": {"frozen_sha256": "0" * 64, "second_factor": "000000", "consent": True},
    "upload_signed_copy": {"side": "merchant", "exchanged_on": "2026-08-20", "file": FILE},
    "decline_to_sign": {"reason": "账户写错了"},
    "accept_charge": {"reason": "确实欠费"},
    "fail_negotiation": {"summary": "对方不同意"},
    "prove_obligation": {"obligation": 1, "on": "2026-08-20", "amount": "1.00", "file": FILE},
    "confirm_obligation": {"obligation": 1},
    "dispute_obligation": {"obligation": 1, "reason": "没有到账"},
    "declare_breach": {"obligation": 1},
    "record_refund": {"lines": [1], "amount": "1.00", "on": "2026-08-20", "file": FILE},
    "close": {"outcome": "FULL_REFUND"},
    "withdraw": {"reason": "不追了"},
    "return_request": {"reason": "请补充"},
}


@dataclass(frozen=True)
class Route:
    name: str
    parameters: tuple[str, ...]


def everything() -> Iterator[Route]:
    """All addresses as Django resolves them; the administration is crawled as a whole by its own test."""
    for parts in _below(get_resolver()):
        names = [name for part in parts for name in (part.pattern.converters or part.pattern.regex.groupindex)]
        yield Route(parts[-1].name or str(parts[-1].pattern), tuple(names))


def _below(resolver: URLResolver, above: tuple = ()) -> Iterator[tuple[URLPattern | URLResolver, ...]]:
    for part in resolver.url_patterns:
        if isinstance(part, URLPattern):
            yield (*above, part)
        elif part.app_name != "admin":
            yield from _below(part, (*above, part))

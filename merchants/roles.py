"""Kinds of organisation and the seats in them (contracts.md §2). A table: no queries, no decisions."""

from config.text import Text

KINDS = {
    "company": Text("公司", "Company"),
    "sole_trader": Text("个体工商户", "Sole trader"),
    "micro": Text("小微商户", "Micro merchant"),
    "bank": Text("银行（收单）", "Bank acquirer"),
    "payment_institution": Text("支付机构", "Payment institution"),
    "outsourcer": Text("外包服务商（代理商）", "Outsourcer (agent)"),
    "legal": Text("法务团队", "Legal team"),
}
MERCHANTS = ("company", "sole_trader", "micro")
PROVIDERS = ("bank", "payment_institution")
SIDE_OF_KIND = {kind: "merchant" if kind in MERCHANTS else "legal" if kind == "legal" else "provider" for kind in KINDS}

SEATS = {
    "merchant.owner": Text("负责人", "Owner"),
    "merchant.finance": Text("对账专员", "Finance"),
    "merchant.store": Text("门店", "Store"),
    "merchant.operations": Text("运维", "Operations"),
    "merchant.approver": Text("审批人", "Approver"),
    "provider.agent": Text("服务商经办", "Provider agent"),
    "provider.approver": Text("服务商审批", "Provider approver"),
    "legal.reviewer": Text("法务审核", "Legal reviewer"),
    "legal.counsel": Text("律师", "Counsel"),
    "auditor": Text("审计", "Auditor"),
}
# Seats whose log-in needs a second factor (promises.md §3.7).
STAFF_SEATS = ("provider.agent", "provider.approver", "legal.reviewer", "legal.counsel", "auditor")
# Who gives and takes seats, and may change what letters say about the organisation.
LEADING_SEATS = ("merchant.owner", "provider.agent", "provider.approver", "legal.reviewer")

SCOPES = {
    "cases:read": Text("查看案件", "Read cases"),
    "cases:write": Text("办理案件", "Act on cases"),
    "statements:write": Text("导入对账单", "Import statements"),
}


def seats_of(kind: str) -> list[str]:
    """The seats that an organisation of this kind can have."""
    side = SIDE_OF_KIND[kind]
    return [seat for seat in SEATS if seat.startswith(side + ".") or seat == "auditor"]

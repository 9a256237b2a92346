"""The rows of merchants, by name. What each is stands in its own module."""

from merchants.models.contract import Contract, ContractClause, ContractFee, ServedNotice
from merchants.models.migration import Migration, MissedVisit
from merchants.models.organisation import ApiKey, Invitation, Membership, Organisation, Store
from merchants.models.person import User
from merchants.models.statement import StatementImport, StatementLine
from merchants.models.terminal import Terminal

__all__ = [
    "ApiKey",
    "Contract",
    "ContractClause",
    "ContractFee",
    "Invitation",
    "Membership",
    "Migration",
    "MissedVisit",
    "Organisation",
    "ServedNotice",
    "StatementImport",
    "StatementLine",
    "Store",
    "Terminal",
    "User",
]

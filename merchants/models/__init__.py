from merchants.models.organisation import ApiKey, Invitation, Membership, Organisation, Store
from merchants.models.person import User
from merchants.models.statement import StatementImport, StatementLine
from merchants.models.terminal import Terminal

__all__ = [
    "ApiKey",
    "Invitation",
    "Membership",
    "Organisation",
    "StatementImport",
    "StatementLine",
    "Store",
    "Terminal",
    "User",
]

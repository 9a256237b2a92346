"""What a merchant's records take: one serializer serves page, API and table."""

from merchants.inputs import records

INPUTS = {
    "terminals": records.TerminalInput,
    "contracts": records.ContractInput,
    "notices": records.NoticeInput,
    "migrations": records.MigrationInput,
}

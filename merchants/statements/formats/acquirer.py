"""收单机构对账单: the table most acquirers send, whatever order and names its columns have (domain.md §1.8)."""

from config.text import Text
from merchants.statements.layout import Layout

LAYOUT = Layout(code="acquirer", name=Text("收单机构对账单", "Acquirer's statement"))

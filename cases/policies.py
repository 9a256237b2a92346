"""Defaults of the product's own that are no clocks: sums and spans. A table; nothing here is the law's.

The length of a clock is a dated row (cases/law/rules); what stands here decides no deadline but the grace of an
obligation, of which the page says that it is ours.
"""

from decimal import Decimal

# Up to this sum an accepted offer may stand on both sides' dated messages instead of a stamped or signed text.
SMALL_SUM = {"sole_trader": Decimal("1000.00"), "micro": Decimal("1000.00"), "company": Decimal("500.00")}
GRACE_WORKDAYS = 3  # after an obligation's day, before its breach can be declared (domain.md §3.2 #17)
LINK_DAYS = 180  # how long the link of a letter opens its case

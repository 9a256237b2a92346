"""All kinds of plain records by name, for the doors that serve every one of them."""

from merchants.services import contracts, migrations, notices_served, terminals

NOUNS = {one.NOUN.name: one.NOUN for one in (terminals, contracts, notices_served, migrations)}

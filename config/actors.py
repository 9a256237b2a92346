"""Who acts. An Actor is all that a service needs to know of a person, an API key, or the product itself."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in one seat of one organisation. `stores` is None when the seat sees every store."""

    user_id: int | None
    organisation_id: UUID | None
    organisation_kind: str
    seat: str  # "merchant.finance", "provider.agent", … as in contracts.md
    stores: tuple[UUID, ...] | None = None
    membership_id: UUID | None = None
    display_name: str = ""
    is_alone: bool = False  # the only member of a sole trader's or micro merchant's organisation
    scopes: tuple[str, ...] | None = None  # None: not limited (a person); else what the API key may do
    method: str = "session"  # session, key, link, system, replay: goes into the audit
    case_id: UUID | None = None  # the one case that a link opens; None: all to which the organisation is a party
    facts: tuple[tuple[str, str], ...] = ()  # what each of its events says besides: whose link it was

    @property
    def is_merchant(self) -> bool:
        return self.seat.startswith("merchant.")

    @property
    def is_provider(self) -> bool:
        return self.seat.startswith("provider.")

    @property
    def is_legal(self) -> bool:
        return self.seat.startswith("legal.")

    @property
    def is_system(self) -> bool:
        return self.seat == "system"


SYSTEM = Actor(None, None, "", "system", method="system")

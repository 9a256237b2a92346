"""Letters to the respondent: made and frozen here (documents 1 and 2 of domain.md §3.5). Sending is contact.py's."""

from cases.models import Case, Letter
from config import clock


def make(case: Case, kind: str) -> Letter:
    """Makes a letter from the case as it stands; an earlier one not yet sent is replaced by it."""
    position = case.letters.count() + 1
    return Letter.objects.create(case=case, position=position, kind=kind, text="", made_at=clock.now())

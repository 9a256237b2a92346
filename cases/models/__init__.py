"""The rows of the cases, by name. What each is stands in its own module."""

from cases.models.case import Case, Draft, Line, Party
from cases.models.deadline import Deadline, Timer
from cases.models.law import Holiday, LawRule
from cases.models.paper import Evidence, EvidenceRequest, Letter, Refund, RefundedLine, Responsibility
from cases.models.record import ActRequest, Event, Notice, NoticeReading

__all__ = [
    "ActRequest",
    "Case",
    "Deadline",
    "Draft",
    "Event",
    "Evidence",
    "EvidenceRequest",
    "Holiday",
    "LawRule",
    "Letter",
    "Line",
    "Notice",
    "NoticeReading",
    "Party",
    "Refund",
    "RefundedLine",
    "Responsibility",
    "Timer",
]

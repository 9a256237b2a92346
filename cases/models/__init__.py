"""The rows of the cases, by name. What each is stands in its own module."""

from cases.models.agreement import Agreement, Obligation, PartyTold, Signature, SignedCopy
from cases.models.case import Case, Draft, Line, Party
from cases.models.deadline import Deadline, Timer
from cases.models.desk import Assignment, ReplyTemplate
from cases.models.law import Holiday, LawRule
from cases.models.paper import Evidence, EvidenceRequest, Letter, Refund, RefundedLine, Responsibility
from cases.models.record import ActRequest, Event, Notice, NoticeReading
from cases.models.reply import AnswerLink, InboundMail
from cases.models.talks import Mandate, Offer

__all__ = [
    "ActRequest",
    "Agreement",
    "AnswerLink",
    "Assignment",
    "Case",
    "Deadline",
    "Draft",
    "Event",
    "Evidence",
    "EvidenceRequest",
    "Holiday",
    "InboundMail",
    "LawRule",
    "Letter",
    "Line",
    "Mandate",
    "Notice",
    "NoticeReading",
    "Obligation",
    "Offer",
    "Party",
    "PartyTold",
    "Refund",
    "RefundedLine",
    "ReplyTemplate",
    "Responsibility",
    "Signature",
    "SignedCopy",
    "Timer",
]

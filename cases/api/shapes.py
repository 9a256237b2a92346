"""What the answers look like: serializers that turn rows into JSON and describe them in the OpenAPI document.

Money is a string with its currency beside it, instants carry +08:00, codes have their label in the reader's language.
What is read for them is reading.py's.
"""

from rest_framework import serializers

from cases import evidence_kinds, reasons, timetable, workflow
from config.endpoints import MONEY
from config.fields import Money
from merchants import roles

STAGES = {**workflow.STAGES, "law": workflow.LAW_STAGE}
SIDES = ("merchant", "provider")


class Label(serializers.CharField):
    """The words of a code, in the reader's language; empty where there is no code."""

    def __init__(self, table: dict, source: str, **more):
        super().__init__(source=source, read_only=True, **more)
        self.table = table

    def to_representation(self, value) -> str:
        row = self.table.get(value, "")
        return str(getattr(row, "label", row))


class Currency(serializers.CharField):
    def __init__(self):
        super().__init__(source="*", read_only=True)

    def to_representation(self, value) -> str:
        return MONEY


class Shape(serializers.Serializer):
    """An answer; every field of it is always there."""


def string(**more):
    return serializers.CharField(allow_blank=True, **more)


class FirmShape(Shape):
    id = serializers.UUIDField()
    name = string()
    kind = string()
    kind_label = Label(roles.KINDS, "kind")
    has_account = serializers.BooleanField()


class PartyShape(FirmShape):
    side = serializers.ChoiceField(choices=SIDES)
    role = serializers.ChoiceField(choices=("claimant", "respondent", "outsourcer"))


class SummaryShape(Shape):
    """A case as a list shows it."""

    number = string()
    href = string(source="address")
    state = serializers.ChoiceField(choices=list(workflow.STATES))
    state_label = Label(workflow.STATES, "state")
    stage = serializers.ChoiceField(choices=list(STAGES))
    stage_label = Label(STAGES, "stage")
    next_actor = serializers.ChoiceField(choices=list(workflow.NEXT_ACTORS), source="turn")
    next_actor_label = Label(workflow.NEXT_ACTORS, "turn")
    outcome = serializers.ChoiceField(choices=["", *workflow.OUTCOMES])
    outcome_label = Label(workflow.OUTCOMES, "outcome")
    symptom = serializers.ChoiceField(choices=list(reasons.SYMPTOMS))
    symptom_label = Label(reasons.SYMPTOMS, "symptom")
    cause = serializers.ChoiceField(choices=list(reasons.CAUSES))
    cause_label = Label(reasons.CAUSES, "cause")
    amount = Money(
        help_text="The deductions claimed; withheld settlements, freezes and reserves are never in this sum."
    )
    recovered = Money()
    currency = Currency()
    store = serializers.UUIDField(source="store_id", allow_null=True)
    provider = string(source="provider_name")
    next_due_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()


class LineShape(Shape):
    line = serializers.IntegerField(source="position")
    on = serializers.DateField()
    amount = Money()
    refunded = Money()
    currency = Currency()
    kind = serializers.ChoiceField(choices=list(reasons.LINE_KINDS))
    kind_label = Label(reasons.LINE_KINDS, "kind")
    mid = string()
    tid = string()
    store = serializers.UUIDField(source="store_id", allow_null=True)
    fee_name = string()
    clause = string()
    injured_party = serializers.ChoiceField(choices=["", *reasons.INJURED])
    injured_party_label = Label(reasons.INJURED, "injured_party")
    statement_line = serializers.UUIDField(source="statement_line_id", allow_null=True)
    is_live = serializers.BooleanField()
    dropped_reason = string()
    outcome = serializers.ChoiceField(choices=["", *workflow.OUTCOMES])
    outcome_label = Label(workflow.OUTCOMES, "outcome")


class SumShape(Shape):
    """One kind of line; kinds are never added together."""

    kind = serializers.ChoiceField(choices=list(reasons.LINE_KINDS))
    kind_label = Label(reasons.LINE_KINDS, "kind")
    lines = serializers.IntegerField()
    amount = Money()
    refunded = Money()
    currency = Currency()


class StepShape(Shape):
    """One step of a computation: from one day or instant to another, and by what."""

    def get_fields(self):
        return {"from": string(), "to": string(), "what": string()}  # `from` is no name in Python


class DeadlineShape(Shape):
    code = serializers.ChoiceField(choices=list(timetable.CLOCKS))
    label = Label(timetable.CLOCKS, "code")  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=list(timetable.KINDS))
    kind_label = Label(timetable.KINDS, "kind")
    state = serializers.ChoiceField(choices=("running", "met", "expired", "stopped", "replaced"))
    starts_at = serializers.DateTimeField()
    due_on = serializers.DateField()
    due_at = serializers.DateTimeField(help_text="Exclusive: in time iff received before it.")
    provisional = serializers.BooleanField()
    source = string()
    steps = StepShape(many=True)
    sentence = string()
    silence = string()
    lines = serializers.ListField(
        child=serializers.IntegerField(), help_text="Of which lines; empty: of the whole case."
    )


class LetterShape(Shape):
    letter = serializers.IntegerField(source="position")
    kind = serializers.ChoiceField(choices=("letter", "reminder"))
    state = serializers.ChoiceField(choices=("made", "sent", "arrived"))
    channel = string()
    text = string()
    made_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)


class ViewShape(Shape):
    """One side's view of who bears what, in percent."""

    side = serializers.ChoiceField(choices=SIDES)
    provider = serializers.IntegerField()
    merchant = serializers.IntegerField()
    third = serializers.IntegerField()
    reason = string()
    lines = serializers.DictField(help_text="Shares of single lines, by their number, where they differ.")
    is_reserved = serializers.BooleanField(help_text="Said for the talks only, no admission of responsibility.")
    state = serializers.ChoiceField(choices=("proposed", "agreed", "disputed"))
    stated_at = serializers.DateTimeField()


class EvidenceRequestShape(Shape):
    request = serializers.IntegerField(source="position")
    kinds = serializers.ListField(child=string())
    of = serializers.ChoiceField(choices=SIDES, source="of_side")
    state = serializers.ChoiceField(choices=("open", "supplied", "refused"))
    refusal = string()
    asked_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class RefundShape(Shape):
    on = serializers.DateField()
    amount = Money()
    currency = Currency()
    statement_line = serializers.UUIDField(source="statement_line_id", allow_null=True)
    recorded_by = serializers.ChoiceField(choices=SIDES, source="recorded_by_side")
    is_confirmed = serializers.BooleanField()
    recorded_at = serializers.DateTimeField()


class PendingShape(Shape):
    """What one person asked for and another of the same side must approve."""

    act = string()
    act_label = Label(workflow.ACTS, "act")
    requested_by = string(source="requested_by_name")
    requested_at = serializers.DateTimeField()


class ActionShape(Shape):
    """An act open to the reader now. Send `fields` to `href`; what stands in `blocked_by` must be settled first."""

    name = string()
    href = string()
    blocked_by = serializers.ListField(child=string())

    def get_fields(self):
        # `label` and `fields` are DRF's own attributes, so they are added by hand.
        return {**super().get_fields(), "label": string(), "fields": serializers.DictField(help_text="JSON Schema.")}


class CaseShape(SummaryShape):
    """The whole case as its reader may see it."""

    parties = PartyShape(many=True, source="told.parties")
    detected_on = serializers.DateField()
    wanted = serializers.ChoiceField(choices=list(reasons.WANTED))
    wanted_label = Label(reasons.WANTED, "wanted")
    story = string(source="told.story")
    state_since = serializers.DateTimeField()
    sums = SumShape(many=True, source="told.sums")
    lines = LineShape(many=True, source="told.lines")
    deadlines = DeadlineShape(many=True, source="told.deadlines")
    letters = LetterShape(many=True, source="told.letters")
    responsibility = ViewShape(many=True, source="told.responsibility")
    live_offer = serializers.IntegerField(
        source="told.live_offer", allow_null=True, help_text="The offer that awaits its answer."
    )
    evidence_requests = EvidenceRequestShape(many=True, source="told.evidence_requests")
    refunds = RefundShape(many=True, source="told.refunds")
    pending = PendingShape(source="told.pending", allow_null=True)
    actions = ActionShape(many=True, source="told.actions")


class EvidenceShape(Shape):
    evidence = serializers.IntegerField(source="position")
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=list(evidence_kinds.KINDS))
    kind_label = Label(evidence_kinds.KINDS, "kind")
    name = string()
    size = serializers.IntegerField()
    content_type = string()
    sha256 = string()
    obtained_at = serializers.DateTimeField()
    source = string()
    added_by = string(source="added_by_name")
    added_by_side = serializers.ChoiceField(choices=(*SIDES, "system"))
    added_at = serializers.DateTimeField()
    on_behalf = serializers.BooleanField()
    visibility = serializers.ChoiceField(choices=("shared", "internal"))
    file = string(source="address", help_text="Where the original bytes are downloaded.")


class DetailShape(Shape):
    def get_fields(self):
        return {"label": string(), "value": string()}


class EventShape(Shape):
    """One act of the timeline. What was corrected stays, with the record that replaced it."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    act = string()
    act_label = Label(workflow.ACTS, "act")
    sentence = string()
    text = string()
    details = DetailShape(many=True)
    by = string(help_text="Who did it, as the reader may know it.")
    seat = string()
    on_behalf = string(help_text="Empty, or by which way the other side's answer reached who typed it in.")
    visibility = serializers.ChoiceField(choices=("shared", "internal"))
    evidence = serializers.ListField(child=serializers.IntegerField())
    corrects = serializers.IntegerField(allow_null=True)
    corrected_by = serializers.IntegerField(allow_null=True)

"""What each side owes under the agreement in effect, for programs: the earliest day first. Proven and confirmed through
the acts."""

from django.urls import reverse
from rest_framework import serializers

from cases import duty_kinds, dutyshown
from cases.api import reading
from cases.api.shapes import SIDES, Currency, Label, Shape, string
from cases.models import Case, Deadline, Obligation
from config.actors import Actor
from config.endpoints import Api, answer, unless_known
from config.fields import Money
from config.openapi import Doc
from config.text import Text


class ObligationShape(Shape):
    obligation = serializers.IntegerField(source="position", help_text="What the acts name it by.")
    kind = serializers.ChoiceField(choices=list(duty_kinds.KINDS))
    kind_label = Label(duty_kinds.KINDS, "kind")
    debtor = serializers.ChoiceField(choices=SIDES, help_text="Whose it is; the other side confirms it.")
    what = string(source="told.what")
    amount = Money(allow_null=True, help_text="Null where it is no payment.")
    currency = Currency()
    lines = serializers.ListField(child=serializers.IntegerField(), help_text="Empty: all that the case claims.")
    tid = string()
    due_on = serializers.DateField()
    due_at = serializers.DateTimeField(help_text="Exclusive: in time iff done before it.")
    provisional = serializers.BooleanField(
        source="told.provisional", help_text="Its day hangs on a year whose workdays are not announced yet."
    )
    grace_until = serializers.DateTimeField(help_text="From then on a breach can be declared.")
    state = serializers.ChoiceField(choices=list(duty_kinds.STATES))
    state_label = Label(duty_kinds.STATES, "state")
    is_overdue = serializers.BooleanField(help_text="Its day passed without it, or it was done after its day.")
    is_breached = serializers.BooleanField()
    done_on = serializers.DateField(allow_null=True)
    proof = string(
        source="told.proof", help_text="Where the file that proves it is downloaded; empty where there is none."
    )
    statement_line = serializers.UUIDField(source="statement_line_id", allow_null=True)
    proven_at = serializers.DateTimeField(allow_null=True)
    proven_by = string(source="proven_by_name")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    confirmed_by = string(source="confirmed_by_name")
    dispute = string(help_text="Why the creditor's side did not accept the proof.")


class ObligationList(Api):
    """What each side must do, by when, how it was proven and who confirmed it."""

    docs = {
        "get": Doc(
            "list_obligations", Text("谁要做什么", "Obligations"), ObligationShape, paged=True, headers=("ETag",)
        )
    }

    def get(self, request, number: str):
        case = reading.opened(self.actor, number)
        return unless_known(request, answer({"results": told(self.actor, case), "next": None, "previous": None}))


def told(actor: Actor, case: Case) -> list[dict]:
    rows = Obligation.objects.visible_to(actor).filter(case=case).select_related("proof").order_by("due_at", "position")
    clocks = Deadline.objects.visible_to(actor).filter(case=case, code="CK-OBL", provisional=True)
    provisional = set(clocks.exclude(state="replaced").values_list("subject_id", flat=True))
    return list(ObligationShape([_shown(case, one, one.id in provisional) for one in rows], many=True).data)


def _shown(case: Case, one: Obligation, provisional: bool) -> Obligation:
    address = reverse("api-evidence-file", args=[case.number, one.proof.position]) if one.proof else ""
    one.told = {"what": dutyshown.what(one), "proof": address, "provisional": provisional}  # type: ignore[attr-defined]
    return one

"""The offers of a case for programs: the newest first, with what each brings. Made and answered through the acts."""

from rest_framework import serializers

from cases import offershown, terms
from cases.api import reading
from cases.api.shapes import SIDES, Currency, Label, Shape, string
from cases.models import Case, Offer
from cases.terms import Term
from config.actors import Actor
from config.endpoints import Api, answer, unless_known
from config.fields import Money
from config.openapi import Doc
from config.text import Text

STATES = {name: label for name, (label, _level) in offershown.STATES.items()}


class DueInShape(Shape):
    """So long after the agreement takes effect."""

    def get_fields(self):
        # `from` is a word of the language, so this one is added by hand.
        units = serializers.ChoiceField(choices=list(terms.UNITS))
        return {"n": serializers.IntegerField(), "unit": units, "from": serializers.ChoiceField(choices=("effective",))}


class InstalmentShape(Shape):
    amount = Money()
    due_on = serializers.DateField()


class TermShape(Shape):
    """One term as it is kept, and in words."""

    type = serializers.ChoiceField(choices=list(terms.TYPES))
    type_label = Label(terms.TYPES, "type")
    payer = serializers.ChoiceField(choices=SIDES)
    payee = serializers.ChoiceField(choices=SIDES)
    amount = Money(allow_null=True, help_text="Of ADJUST_AMOUNT the new amount of the deduction.")
    difference = Money(allow_null=True, help_text="What a new amount gives back; 0.00 where refunds beside it do.")
    due_on = serializers.DateField(allow_null=True)
    due_in = DueInShape(allow_null=True)
    instalments = InstalmentShape(many=True)
    tid = string()
    new_date = serializers.DateField(allow_null=True)
    window = string()
    lines = serializers.ListField(child=serializers.IntegerField(), help_text="Empty: all that the case claims.")
    text = string()
    words = string()


class OfferShape(Shape):
    offer = serializers.IntegerField(source="position")
    side = serializers.ChoiceField(choices=SIDES)
    state = serializers.ChoiceField(choices=list(STATES))
    state_label = Label(STATES, "state")
    is_live = serializers.BooleanField(help_text="At most one of a case is.")
    net = Money(help_text="What the merchant has in the end; below zero where it would pay.")
    gross = Money(help_text="What the provider pays.")
    currency = Currency()
    difference = string(help_text="How far it is from what is claimed, in words.")
    terms = TermShape(many=True)
    conditions = string()
    is_reserved = serializers.BooleanField(help_text="Made for the talks only, without admission of responsibility.")
    valid_until = serializers.DateTimeField(help_text="Exclusive: accepted in time iff before it.")
    answers = serializers.IntegerField(allow_null=True, help_text="The offer to which it is the counter-offer.")
    made_at = serializers.DateTimeField()
    on_behalf = serializers.BooleanField(help_text="Typed in by the merchant for a respondent without account.")
    ended_at = serializers.DateTimeField(allow_null=True)
    reason = string(help_text="Why it was rejected or withdrawn.")


class OfferList(Api):
    """All offers of a case, the newest first; they are made and answered through the acts."""

    docs = {"get": Doc("list_offers", Text("方案", "Offers"), OfferShape, paged=True, headers=("ETag",))}

    def get(self, request, number: str):
        case = reading.opened(self.actor, number)
        return unless_known(request, answer({"results": told(self.actor, case), "next": None, "previous": None}))


def told(actor: Actor, case: Case) -> list[dict]:
    rows = Offer.objects.visible_to(actor).filter(case=case).order_by("-position")
    whole = offershown.demanded(case)
    return list(OfferShape([_offer(row, whole) for row in rows], many=True).data)


def _offer(row: Offer, whole) -> dict:
    shown, found = offershown.row(row, whole), terms.read(row.terms)
    names = (
        "position",
        "side",
        "state",
        "conditions",
        "valid_until",
        "answers",
        "made_at",
        "on_behalf",
        "ended_at",
        "reason",
    )
    return {
        **{name: getattr(row, name) for name in names},
        **{name: shown[name] for name in ("is_live", "net", "gross", "is_reserved")},
        "difference": str(shown["difference"]), "terms": [_term(one) for one in found],
    }  # fmt: skip


def _term(term: Term) -> dict:
    due_in = {"n": term.due_in.n, "unit": term.due_in.unit, "from": "effective"} if term.due_in else None
    parts = [{"amount": one.amount, "due_on": one.due_on} for one in term.instalments]
    values = {name: getattr(term, name) for name in Term.__slots__}
    return {**values, "due_in": due_in, "instalments": parts, "words": str(terms.words_of(term))}

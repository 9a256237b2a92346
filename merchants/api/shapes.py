"""Answers about people, statements and jobs: what they look like. What is read is views.py's."""

from rest_framework import serializers

from config.endpoints import MONEY
from config.fields import Money
from merchants import roles
from merchants.models import StatementLine


def string(**more):
    return serializers.CharField(allow_blank=True, **more)


class MeShape(serializers.Serializer):
    """Whose key or session this is."""

    name = string()
    organisation = string()
    organisation_id = serializers.UUIDField()
    organisation_kind = serializers.ChoiceField(choices=list(roles.KINDS))
    seat = serializers.ChoiceField(choices=list(roles.SEATS))
    seat_label = string()
    stores = serializers.ListField(child=serializers.UUIDField(), allow_null=True, help_text="null: every store.")
    scopes = serializers.ListField(child=string(), allow_null=True, help_text="null: not limited, as a person is.")


class StatementLineShape(serializers.ModelSerializer):
    amount = Money()
    currency = serializers.SerializerMethodField()

    class Meta:
        model = StatementLine
        fields = (
            "id",
            "line_no",
            "txn_type",
            "direction",
            "on",
            "mid",
            "tid",
            "amount",
            "currency",
            "fee_code",
            "memo",
            "store",
        )

    def get_currency(self, row) -> str:
        return MONEY


class ProgressShape(serializers.Serializer):
    done = serializers.IntegerField()
    total = serializers.IntegerField()


class JobShape(serializers.Serializer):
    """Long work: how far it is, and once it is done where its result lies."""

    id = serializers.UUIDField()
    kind = string()
    state = serializers.ChoiceField(choices=("queued", "running", "done", "failed", "cancelled"))
    progress = ProgressShape()
    result = serializers.DictField()
    result_url = string(allow_null=True)
    error = string(help_text="Why it failed, in the reader's language; else empty.")
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class RejectedShape(serializers.Serializer):
    line = serializers.IntegerField(allow_null=True)
    column = string(allow_null=True)
    why = string()


class StatementShape(serializers.Serializer):
    """What an import found; its lines that can become a case are listed at `lines_url`."""

    id = serializers.UUIDField()
    name = string()
    format = string()
    encoding = string()
    lines = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = RejectedShape(many=True)
    totals = serializers.DictField()
    control = serializers.DictField()
    is_held = serializers.BooleanField(
        help_text="The file's own totals differ: nothing was kept until a person confirms."
    )
    lines_url = string()
    imported_at = serializers.DateTimeField()

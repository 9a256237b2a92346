"""Answers about terminals, contracts, notices and moves: what they look like. Their endpoints are records.py's."""

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from config.endpoints import MONEY
from config.fields import Money
from merchants.api.shapes import string
from merchants.inputs.records import Rate
from merchants.models import Contract, ContractClause, ContractFee, Migration, MissedVisit, ServedNotice, Terminal


class Percent(OpenApiSerializerFieldExtension):
    target_class = "merchants.inputs.records.Rate"

    def map_serializer_field(self, auto_schema, direction) -> dict:
        return {"type": "string", "pattern": r"^\d{1,3}(\.\d{1,4})?$", "examples": ["0.6"]}


def name_of(link: str):
    return string(source=f"{link}.name", default="")


class TerminalShape(serializers.ModelSerializer):
    store_name = name_of("store")
    provider_name = name_of("provider")

    class Meta:
        model = Terminal
        fields = (
            "id", "mid", "tid", "sn", "store", "store_name", "provider", "provider_name", "from_on", "to_on", "created_at",
        )  # fmt: skip


class FeeShape(serializers.ModelSerializer):
    amount = Money(allow_null=True)
    currency = serializers.SerializerMethodField()
    rate = Rate(allow_null=True)

    class Meta:
        model = ContractFee
        fields = ("fee_code", "tid", "amount", "currency", "rate", "period", "clause", "notice_on")

    def get_fields(self):
        days = {
            name: serializers.DateField(source=source, allow_null=True, read_only=True)
            for name, source in (("from", "from_on"), ("to", "to_on"))
        }
        return {**super().get_fields(), **days}

    def get_currency(self, row) -> str:
        return MONEY


class ClauseShape(serializers.ModelSerializer):
    class Meta:
        model = ContractClause
        fields = ("number", "text")


class ContractShape(serializers.ModelSerializer):
    provider_name = name_of("provider")
    file_name = name_of("file")
    fees = FeeShape(many=True)
    clauses = ClauseShape(many=True)

    class Meta:
        model = Contract
        fields = (
            "id", "provider", "provider_name", "number", "version", "signed_on", "from_on", "to_on", "file", "file_name", "fees",
            "clauses", "created_at",
        )  # fmt: skip


class ServedNoticeShape(serializers.ModelSerializer):
    provider_name = name_of("provider")
    file_name = name_of("file")

    class Meta:
        model = ServedNotice
        fields = (
            "id", "kind", "provider", "provider_name", "number", "tid", "text", "channel", "sent_on", "arrived_on",
            "object_until", "contract", "file", "file_name", "created_at",
        )  # fmt: skip


class VisitShape(serializers.ModelSerializer):
    class Meta:
        model = MissedVisit
        fields = ("on", "missed_by", "note")


class MigrationShape(serializers.ModelSerializer):
    store_name = name_of("store")
    provider_name = name_of("provider")
    missed_visits = VisitShape(many=True)

    class Meta:
        model = Migration
        fields = (
            "id", "old_tid", "new_tid", "mid", "store", "store_name", "provider", "provider_name", "reason", "applied_on",
            "approved_on", "planned_on", "window", "done_on", "note", "missed_visits", "created_at",
        )  # fmt: skip


SHAPES: dict[str, type[serializers.ModelSerializer]] = {
    "terminals": TerminalShape, "contracts": ContractShape, "notices": ServedNoticeShape, "migrations": MigrationShape,
}  # fmt: skip
ROW_SHAPES: dict[str, type[serializers.ModelSerializer]] = {
    "fees": FeeShape, "clauses": ClauseShape, "missed_visits": VisitShape,
}  # fmt: skip

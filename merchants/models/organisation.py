"""Organisations, their stores, who sits where, and the keys of their programs."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models

from config.actors import Actor
from merchants import roles


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor):
        """Its own, those it wrote down itself, and the providers listed for all."""
        return self.filter(
            models.Q(id=actor.organisation_id)
            | models.Q(recorded_by_id=actor.organisation_id)
            | models.Q(is_listed=True)
        )


class Organisation(models.Model):
    """A merchant, provider, outsourcer or legal team. A provider without account is a record of the merchant's."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    kind = models.CharField(max_length=20, choices=[(k, k) for k in roles.KINDS])
    name = models.CharField(max_length=120)
    has_account = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=False)  # any merchant may choose it
    recorded_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="contacts")
    credit_code = models.CharField(max_length=18, blank=True)  # 统一社会信用代码
    hotline = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    objects = OrganisationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class OwnedQuerySet(models.QuerySet):
    """Rows that belong to one organisation."""

    def visible_to(self, actor: Actor):
        return self.filter(organisation_id=actor.organisation_id)


class StoreQuerySet(OwnedQuerySet):
    def visible_to(self, actor: Actor):
        rows = super().visible_to(actor)
        return rows if actor.stores is None else rows.filter(id__in=actor.stores)


class Store(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="stores")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=200, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_store_a_name")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's seat in one organisation; `stores` null means every store."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey("merchants.User", on_delete=models.PROTECT, related_name="memberships")
    seat = models.CharField(max_length=30, choices=[(s, s) for s in roles.SEATS])
    stores = ArrayField(models.UUIDField(), null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user", "seat"], name="one_membership_a_seat")]


class Invitation(models.Model):
    """A seat offered to a phone or e-mail; it becomes a membership when that person logs in."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    seat = models.CharField(max_length=30, choices=[(s, s) for s in roles.SEATS])
    stores = ArrayField(models.UUIDField(), null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = OwnedQuerySet.as_manager()


class ApiKey(models.Model):
    """A program's key: it acts for one membership, within its scopes, until it expires or is revoked."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    key_sha256 = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=30))
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = OwnedQuerySet.as_manager()

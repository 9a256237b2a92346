"""The administration: reference data, added and never changed, behind the product's own log-in and a second factor."""

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from cases.models import Holiday, LawRule
from merchants.models import User
from tests.pages.person import client_of

RULE = {
    "code": "CK-ACK", "applies_if": "", "kind": "P", "value": "5", "unit": "bd", "rolls": "on", "source_zh": "试",
    "source_en": "trial", "confirmed": "on", "valid_from": "2027-01-01",
}  # fmt: skip


def administrator() -> Client:
    user = User.objects.create_superuser(name="管理员", phone="+8613600000001", phone_verified=True, password="x")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_only_reference_data_is_administered(db):
    ours = {model for model in admin.site._registry if model.__module__.startswith(("cases", "merchants", "config"))}
    assert ours == {LawRule, Holiday}


def test_the_administration_is_behind_log_in_and_second_factor(cast):
    assert Client().get("/admin/").url.startswith("/admin/login/")
    assert Client().get("/admin/login/?next=/admin/").url.startswith("/login/")
    boss = client_of(cast.boss).get("/admin/", follow=True)
    assert boss.status_code == 403, boss.redirect_chain
    assert administrator().get("/admin/").url == "/2fa/totp/activate/"


def test_a_rule_is_added_and_never_changed(db):
    client = administrator()
    Authenticator.objects.create(user=User.objects.get(), type=Authenticator.Type.TOTP, data={})
    assert client.get("/admin/").status_code == 200
    before = LawRule.objects.count()
    page = client.post(reverse("admin:cases_lawrule_add"), RULE)
    assert page.status_code == 302, page.context["errors"]
    assert LawRule.objects.count() == before + 1
    row = LawRule.objects.latest("id")
    change = reverse("admin:cases_lawrule_change", args=[row.pk])
    assert client.get(change).status_code == 200 and client.post(change, {**RULE, "value": "9"}).status_code == 403
    assert client.post(reverse("admin:cases_lawrule_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    row.refresh_from_db()
    assert row.value == 5

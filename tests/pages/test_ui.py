"""What templates show and how form fields are drawn; whole pages are walked in tests/browser."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from rest_framework import serializers

from config import tenancy
from config.templatetags import controls, ui

NOW = datetime(2026, 11, 23, 6, 8, tzinfo=UTC)  # 14:08 in Shanghai


@pytest.fixture(autouse=True)
def _at_a_known_instant():
    with tenancy.remembered(None, NOW), translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1680.5"), "¥1,680.50"),
        ("79", "¥79.00"),
        (Decimal("-12.3"), "-¥12.30"),
        (0, "¥0.00"),
        (None, "--"),
        ("", "--"),
        ("abc", "--"),
    ],
)
def test_money_is_shown_with_two_places(value, shown):
    assert ui.money(value) == shown


def test_capital_characters_never_lose_a_cent_and_stay_off_english_pages():
    assert ui.daxie(Decimal("1680.50")) == "壹仟陆佰捌拾元伍角"
    assert ui.daxie(Decimal("0.05")) == "伍分"
    assert ui.daxie(Decimal("1680.506")) == "壹仟陆佰捌拾元伍角壹分"
    with translation.override("en"):
        assert ui.daxie(Decimal("1680.50")) == ""


def test_instants_are_shown_in_shanghai_and_midnight_bounds_as_24_00():
    assert ui.instant(NOW) == "2026-11-23 14:08"
    assert ui.day(datetime(2026, 11, 23, 17, tzinfo=UTC)) == "2026-11-24"
    assert ui.day(date(2026, 11, 23)) == "2026-11-23"
    assert ui.until(datetime(2026, 11, 24, 16, tzinfo=UTC)) == "2026-11-24 24:00"
    assert ui.until(datetime(2026, 11, 24, 10, tzinfo=UTC)) == "2026-11-24 18:00"


@pytest.mark.parametrize(
    ("away", "shown"),
    [
        (timedelta(days=1, hours=4), "剩 1 天 4 小时"),
        (timedelta(hours=3, minutes=59), "剩 3 小时"),
        (timedelta(seconds=20), "剩 1 分钟"),
        (-timedelta(hours=3), "已过 3 小时"),
        (-timedelta(days=2, hours=1), "已过 2 天"),
    ],
)
def test_remaining_time_is_said_in_words(away, shown):
    assert ui.remaining(NOW + away) == shown


def test_a_phone_number_shows_only_its_ends():
    assert ui.masked_phone("+8618612341402") == "186****1402"
    assert ui.masked_phone("18612341402") == "186****1402"
    assert ui.masked_phone("12345") == "****"
    assert ui.masked_phone(None) == "--"


class Deduction(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, label="扣了多少", help_text="例如 79.00")
    on = serializers.DateField(label="哪天扣的")
    why = serializers.ChoiceField(choices=[("S1", "没有同意过"), ("S0", "不确定")], label="为什么不对")
    said = serializers.CharField(max_length=500, label="对方怎么说", required=False)


class Contact(forms.Form):
    who = forms.ChoiceField(choices=[(str(n), f"第 {n} 家") for n in range(9)], label="谁")
    amount = forms.DecimalField(decimal_places=2, label="多少")


def drawn(field, **more) -> str:
    return Template('{% include "components/field.html" %}').render(Context({"field": field, **more}))


def test_a_serializer_and_a_form_are_drawn_by_the_same_template():
    form = Deduction()
    assert [controls.from_field(field).kind for field in form] == ["money", "date", "radio", "textarea"]
    assert [controls.from_field(field).kind for field in Contact()] == ["select", "money"]
    assert 'inputmode="decimal"' in drawn(form["amount"])
    assert 'data-value="2026-11-22"' in drawn(form["on"])  # 昨天
    assert 'inputmode="decimal"' in drawn(Contact()["amount"])


def test_a_refused_form_keeps_its_answers_and_names_every_error_beside_its_field():
    form = Deduction(data={"amount": "-5.005", "on": "2026-02-30", "said": "<b>"})
    assert not form.is_valid()
    amount, why = drawn(form["amount"]), drawn(form["why"])
    assert 'value="-5.005"' in amount
    assert 'aria-describedby="id_amount_hint id_amount_error "' in amount
    assert "错误：" in amount and 'aria-invalid="true"' in amount
    assert "<legend" in why and 'id="id_why_0"' in why
    assert "&lt;b&gt;" in drawn(form["said"])
    assert "请选择一项。" in why
    assert [problem.target for problem in ui.wrong_in("", form)] == ["id_amount", "id_on", "id_why_0"]


def test_a_form_that_was_not_sent_has_no_errors():
    assert ui.wrong_in(Deduction(), Contact()) == []
    assert ui.wrong_in("", None) == []


def test_the_question_of_a_page_is_its_heading():
    assert '<legend class="field-label"><h1>为什么不对</h1>' in drawn(Deduction()["why"], as_heading=True)

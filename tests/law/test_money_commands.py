"""The commands costs, interest and procedure on real rows: what they print, what they refuse, how they end."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.models import LawRule
from tests.law.test_commands import program


def ask(*words: str) -> dict:
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_costs_answer_in_the_promised_shape():
    found = ask("costs", "court", "18912")
    assert (found["fee"], [step["fee"] for step in found["steps"]]) == ("272.80", ["50.00", "222.80"])
    assert all({"from", "to", "fee", "what"} == set(step) for step in found["steps"])
    assert "诉讼费用交纳办法" in found["source"]
    assert ask("costs", "court", "18912", "--half")["fee"] == "136.40"
    assert ask("costs", "payment_order", "18,912.00")["fee"] == "90.93"
    assert ask("costs", "enforcement", "18912")["fee"] == "183.68"
    assert ask("costs", "preservation", "18912")["fee"] == "209.12"


@pytest.mark.django_db
def test_interest_answers_in_the_promised_shape():
    words = ("interest", "2000", "--from", "2026-08-18", "--to", "2026-11-18")
    found = ask(*words)
    assert (found["interest"], found["rate"], found["days"]) == ("15.12", "3.00", 92)
    assert "待核对" in found["source"]
    assert ask(*words, "--basis", "360")["interest"] == "15.33"
    agreed = ask(*words, "--rate", "4.35")
    assert (agreed["interest"], agreed["rate"]) == ("21.93", "4.35")


@pytest.mark.django_db
def test_procedure_answers_in_the_promised_shape():
    words = ("procedure", "18912", "--province", "江苏", "--on", "2026-11-24")
    found = ask(*words)
    assert (found["procedure"], found["threshold"]) == ("small", "64610.00")
    assert isinstance(found["why"], list) and "扬子晚报" in found["source"]
    for flags in (["appraisal", "foreign"], ["appraisal,foreign"]):
        assert len(ask(*words, "--flags", *flags)["why"]) == 3
    assert ask(*words, "--flags", "appraisal", "--flags", "missing")["procedure"] == "ordinary"


@pytest.mark.django_db
def test_a_row_that_an_administrator_adds_holds_from_its_day():
    for code, value in (("SMALL-HALF", 50_000), ("SMALL-TWICE", 200_000)):
        row = LawRule.objects.get(code=code, applies_if="province=江苏").as_rule()
        LawRule.of(replace(row, value=value, applies_if="province=安徽", valid_from=date(2026, 7, 1))).save()
    words = ("procedure", "50000", "--province", "安徽", "--on")
    assert ask(*words, "2026-07-01")["procedure"] == "small"
    with pytest.raises(CommandError, match="安徽"):
        ask(*words, "2026-06-30")
    row = LawRule.objects.filter(code="LPR-1Y").latest("valid_from").as_rule()
    LawRule.of(replace(row, value=290, valid_from=date(2026, 10, 20), confirmed=True)).save()
    words = ("interest", "1000", "--to", "2027-10-20", "--from")
    assert Decimal(ask(*words, "2026-10-20")["interest"]) == 29
    assert "待核对" not in ask(*words, "2026-10-20")["source"]
    assert ask(*words, "2026-10-19")["rate"] == "3.00"


@pytest.mark.django_db
def test_sentences_follow_the_language_asked_for():
    assert said("costs", "court", "18912").startswith("案件受理费：272.80 元\n")
    assert "half of the average wage" in said(
        "procedure", "1", "--province", "Jiangsu", "--on", "2026-11-24", "--lang", "en"
    )
    english = said("interest", "2000", "--from", "2026-08-18", "--to", "2026-11-18", "--lang", "en")
    assert english.startswith("Interest: 15.12 yuan (92 days at 3.00% a year)\nSource: ")
    assert not any("一" <= sign <= "鿿" for sign in english)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("costs", "court"), 2, "amount|AMOUNT"),
        (("costs", "notary", "100"), 2, "notary"),
        (("costs", "court", "0"), 2, "「0」"),
        (("costs", "court", "-5"), 2, "-5"),
        (("costs", "court", "1.001"), 2, "1.001"),
        (("costs", "court", "NaN"), 2, "NaN"),
        (("costs", "court", "1e400"), 2, "1e400"),
        (("costs", "court", "一千"), 2, "一千"),
        (("costs", "preservation", "100", "--half"), 2, "--half"),
        (("interest", "100", "--from", "2026-01-01"), 2, "--to"),
        (("interest", "100", "--from", "2026-01-01", "--to", "2025-12-31"), 2, "--to"),
        (("interest", "100", "--from", "2026-02-30", "--to", "2026-03-01"), 2, "2026-02-30"),
        (("interest", "100", "--from", "0001-01-01", "--to", "2026-03-01"), 2, "1950"),
        (("interest", "100", "--from", "2026-01-01", "--to", "2026-03-01", "--rate", "x"), 2, "--rate"),
        (("interest", "100", "--from", "2026-01-01", "--to", "2026-03-01", "--rate", "101"), 2, "100"),
        (("interest", "100", "--from", "2026-01-01", "--to", "2026-03-01", "--basis", "366"), 2, "366"),
        (("interest", "100", "--from", "2018-01-01", "--to", "2026-03-01"), 1, "--rate"),
        (("procedure", "100", "--on", "2026-11-24"), 2, "--province"),
        (("procedure", "100", "--province", "火星", "--on", "2026-11-24"), 2, "火星"),
        (("procedure", "100", "--province", "安徽", "--on", "2026-11-24"), 1, "安徽"),
        (("procedure", "100", "--province", "江苏", "--on", "2026-11-24", "--flags", "x"), 2, "appraisal"),
    ],
)
def test_what_is_refused_ends_with_its_code_and_one_sentence(words, code, says):
    with pytest.raises(CommandError, match=says) as caught:
        said(*words)
    assert (caught.value.returncode, "\n" in str(caught.value)) == (code, False), str(caught.value)


def test_as_programs_they_print_one_document_or_one_sentence(committed):
    done = program("costs", "court", "18912", "--json", DATABASE_URL=committed)
    assert (done.returncode, json.loads(done.stdout)["fee"], done.stderr) == (0, "272.80", "")
    done = program("procedure", "1", "--province", "安徽", "--on", "2026-11-24", "--json", DATABASE_URL=committed)
    assert (done.returncode, json.loads(done.stdout)["error"], done.stderr.count("\n")) == (1, "conflict", 1)
    away = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    for words in (
        ("costs", "court", "1"),
        ("interest", "1", "--from", "2026-01-01", "--to", "2026-01-02", "--rate", "3"),
        ("procedure", "1", "--province", "江苏", "--on", "2026-11-24"),
    ):
        done = program(*words, **away)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.strip() == "连不上数据库，请先运行 make services。"
    for name in ("costs", "interest", "procedure"):
        assert f"manage.py {name} " in program(name, "--help").stdout

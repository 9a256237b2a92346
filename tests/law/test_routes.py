"""Ways to complain over every kind of merchant, respondent, election and order, against the list of who may, by hand."""

import itertools
import re

import pytest

from cases.evidence_kinds import KINDS as EVIDENCE
from cases.law.routes import PAPERS, ROUTES, Answer, routes
from cases.timetable import CLOCKS
from merchants.roles import KINDS, MERCHANTS, SIDE_OF_KIND
from tests.law.book import RULES

RESPONDENTS = [kind for kind, side in SIDE_OF_KIND.items() if side == "provider"]
COMBINATIONS = list(itertools.product(MERCHANTS, RESPONDENTS, (False, True), (False, True)))
FOR_ALL = {"pboc_report", "pcac", "market_report", "hotline_12345", "mediation"}


def by_code(*about) -> dict[str, Answer]:
    return {answer.code: answer for answer in routes(*about)}


def by_hand(merchant: str, respondent: str, elected: bool, complained: bool) -> set[str]:
    """Who may, as the page of rules says it, written down a second time."""
    may = set(FOR_ALL)
    if respondent == "bank":
        may |= {"bank_desk"} | ({"nfra_12378"} if complained else set())
    else:
        may |= {"provider_desk"}
    person = {"company": False, "sole_trader": elected, "micro": True}[merchant]
    if person and complained and respondent != "outsourcer":
        may |= {"pboc_12363"}
    return may


def test_all_kinds_are_walked():
    assert set(RESPONDENTS) == {"bank", "payment_institution", "outsourcer"} and len(COMBINATIONS) == 36
    assert set(MERCHANTS) <= set(KINDS)


@pytest.mark.parametrize("about", COMBINATIONS, ids=lambda about: "-".join(map(str, about)))
def test_who_may_take_which_route(about):
    found = routes(*about)
    assert {answer.code for answer in found} == set(ROUTES)
    assert {answer.code for answer in found if answer.may} == by_hand(*about)
    order = [answer.may for answer in found]
    assert order == sorted(order, reverse=True), "those that may be taken come first"
    for answer in found:
        assert bool(answer.in_the_way) != answer.may
        assert bool(answer.why.zh) == bool(answer.why.en) == (not answer.may)


@pytest.mark.parametrize("about", COMBINATIONS, ids=lambda about: "-".join(map(str, about)))
def test_a_way_that_is_closed_names_one_that_is_open(about):
    answers = by_code(*about)
    for answer in answers.values():
        if answer.in_the_way in ("kind", "election"):
            assert answers[answer.instead].may, answer.code
        else:
            assert answer.instead == ""


@pytest.mark.parametrize(("merchant", "respondent"), list(itertools.product(MERCHANTS, RESPONDENTS)))
def test_electing_and_complaining_first_never_close_a_way(merchant, respondent):
    for given in (False, True):
        assert by_hand(merchant, respondent, False, given) <= by_hand(merchant, respondent, True, given)
        mays = [{c for c, a in by_code(merchant, respondent, *both).items() if a.may}
                for both in ((False, given), (True, given), (given, False), (given, True))]  # fmt: skip
        assert mays[0] <= mays[1] and mays[2] <= mays[3]


def test_what_can_be_helped_is_said_only_where_it_would_help():
    shop = by_code("sole_trader", "payment_institution", False, True)["pboc_12363"]
    assert (shop.in_the_way, "有争议" in shop.why.zh, "disputed" in shop.why.en) == ("election", True, True)
    assert by_code("sole_trader", "payment_institution", True, False)["pboc_12363"].in_the_way == "provider_first"
    company = by_code("company", "payment_institution", True, True)["pboc_12363"]
    assert (company.in_the_way, company.instead) == ("kind", "pboc_report")
    agent = by_code("sole_trader", "outsourcer", False, False)["pboc_12363"]
    assert (agent.in_the_way, "牌照" in agent.why.zh) == ("respondent", True)
    for merchant in MERCHANTS:
        assert by_code(merchant, "bank", True, True)["market_12315"].in_the_way == "kind"


def test_what_is_attached_starts_with_who_complains():
    for merchant, elected, word in (
        ("company", True, "营业执照"), ("sole_trader", False, "营业执照"), ("sole_trader", True, "身份证"),
        ("micro", False, "身份证"),
    ):  # fmt: skip
        for answer in routes(merchant, "bank", elected, True):
            assert word in answer.attach[0].label.zh and len(answer.attach) > 2
    first = {code for code, route in ROUTES.items() if "receipt" in route.attach}
    assert first == {code for code, route in ROUTES.items() if route.provider_first}


def test_the_clocks_are_those_of_the_timetable_and_the_days_in_words_those_of_the_rows():
    used = set()
    for code, route in ROUTES.items():
        clocks = [*route.starts, *route.on_transfer, *route.may_follow]
        used |= set(clocks)
        assert set(clocks) <= set(CLOCKS), code
        said = re.findall(r"\d+", route.answers.zh)
        for clock in clocks:
            (rule,) = [rule for rule in RULES if rule.code == clock]
            assert str(rule.value) in said, (code, clock)
            if code == "pboc_12363" and rule.most_extended:
                assert str(rule.most_extended) in said, (code, clock)
        assert said == re.findall(r"\d+", route.answers.en), code
    assert used == {code for code in CLOCKS if code.startswith(("CK-PBOC", "CK-BANK"))}


def test_each_route_has_its_words_its_source_and_its_mark():
    assert {code for code, route in ROUTES.items() if route.confirmed} == {"bank_desk", "nfra_12378"}
    for answer in routes("company", "bank", False, True):
        assert ("待核对" in answer.source.zh) == ("to be checked" in answer.source.en) == (not answer.route.confirmed)
    for route in ROUTES.values():
        words = [route.label, route.how, route.answers, route.source, *([route.beware] if route.beware else [])]
        for text in [*words, *(PAPERS[name].label for name in route.attach)]:
            assert text.zh and text.en and not re.search("[一-鿿]", text.en)
            assert not re.search("您|！|!", text.zh + text.en)
        assert route.paper in ("complaint", "report", "request") and route.interrupts in ("yes", "perhaps", "no")
    assert {kind for paper in PAPERS.values() for kind in paper.evidence} <= set(EVIDENCE)

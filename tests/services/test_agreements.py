"""The written agreement until it is final: what it says, what can be changed, what is lacking, and when it lapses."""

import hashlib
import io

import pypdf
import pytest

from cases.agreement import differing
from cases.agreement.clauses import CLAUSES
from cases.models import Deadline, Notice
from cases.services import agreement_text, expiry
from config import tenancy
from config.errors import Invalid, Late, Missing, NotAllowed, WrongState
from tests import walk
from tests.signing import (
    PAYEE,
    REFUND,
    agreement_of,
    company_agreed,
    company_frozen,
    pdf_of,
    said_in,
    shop_agreed,
    shop_frozen,
)
from tests.walk import LINE, behalf, do

NAMED = {**LINE, "fee_name": "逾期未迁移占用费", "clause": "7.3"}
INSTALMENTS = {
    "type": "REFUND", "instalments": [{"amount": "500.00", "due_on": "2026-10-15"}, {"amount": "1000.00", "due_on": "2026-11-16"}],
}  # fmt: skip


def state(actor, number) -> str:
    return walk.case_of(actor, number).state


def told(actor, number) -> set[tuple[str, str]]:
    with tenancy.acting(actor):
        return set(Notice.objects.filter(case__number=number).values_list("kind", "organisation_id"))


def text_of(actor, number, language="zh-hans") -> str:
    with tenancy.acting(actor):
        return agreement_text.text(agreement_of(actor, number), language)


def test_the_pdf_names_both_sides_the_lines_the_sum_in_figures_and_capitals_the_day_and_what_is_settled(at, cast):
    number = shop_frozen(at, cast, lines=[NAMED])
    said = said_in(pdf_of(cast.owner, number))
    for part in (
        "和解协议", f"{number}-A1", "商户：吴江好又邻便利店", "支付服务商：某支付公司", "商户编号898305054110218", "终端号20117765",
        "2026-08-17", "逾期未迁移占用费", "7.3", "人民币2,000.00元（大写：贰仟元整）",
        "服务商退还商户¥2,000.00（贰仟元整），协议生效后10个工作日内", "合计：服务商付给商户¥2,000.00（贰仟元整）",
        "于2026-09-08就第1号方案达成一致", "只限第三条列明的各笔", "没有列明的款项", "（盖章或签字）",
        "Settlementagreement", "1.Theproviderrefunds¥2,000.00tothemerchant",
    ):  # fmt: skip
        assert part.replace(" ", "") in said, part


def test_every_clause_stands_in_both_languages_and_the_fonts_are_inside(at, cast):
    number = shop_frozen(at, cast)
    agreement = agreement_of(cast.owner, number)
    for clause in CLAUSES.values():
        assert clause.heading.zh in agreement.text and clause.heading.en in agreement.translation
    assert not [c for c in agreement.text + agreement.translation if c in "{}"]
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(cast.owner, number)))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].get_object().values()]
    assert fonts
    for font in fonts:
        assert {"/FontFile2", "/FontFile3"} & set(font["/DescendantFonts"][0].get_object()["/FontDescriptor"])


def test_the_hash_is_that_of_the_bytes_that_lie_there(at, cast):
    number = shop_frozen(at, cast)
    agreement = agreement_of(cast.owner, number)
    assert hashlib.sha256(pdf_of(cast.owner, number)).hexdigest() == agreement.sha256 == agreement.pdf.sha256
    assert (agreement.state, state(cast.owner, number)) == ("frozen", "SIGNING")
    assert walk.deadlines(cast.owner, number) == {"CK-SIGN": "2026-09-15"}


def test_instalments_bring_their_days_and_make_the_rest_due_when_one_is_late(at, cast):
    number = shop_frozen(at, cast, INSTALMENTS)
    text = agreement_of(cast.owner, number).text
    assert "分 2 期：2026-10-15 付 ¥500.00；2026-11-16 付 ¥1,000.00" in text
    assert "其余各期一并到期" in text and "¥1,500.00（壹仟伍佰元整）" in text


def test_a_sum_paid_at_once_has_no_instalments_to_fall_due(at, cast):
    assert "各期" not in text_of(cast.owner, shop_agreed(at, cast))


def test_what_is_not_agreed_on_responsibility_is_written_as_no_admission(at, cast):
    number = shop_agreed(at, cast)
    assert "双方没有划分责任" in text_of(cast.owner, number) and "不构成任何一方对责任的承认" in text_of(
        cast.owner, number
    )


def test_what_one_side_alone_has_said_of_responsibility_is_no_difference_between_them(at, cast):
    number = walk.shop_in_review(at, cast)
    at("2026-09-04T10:00")
    do(cast.owner, number, "make_offer", terms=[REFUND])
    at("2026-09-08T11:00")
    do(cast.owner, number, "accept_offer", offer=1, **behalf("2026-09-08T10:50"))
    text = text_of(cast.owner, number)
    assert "双方没有划分责任" in text and "认为" not in text


def test_responsibility_that_both_agreed_on_is_named_with_its_shares(at, cast):
    number = walk.shop_in_review(at, cast)
    do(cast.owner, number, "answer_responsibility", agree=True, **behalf("2026-09-01T09:00"))
    do(cast.owner, number, "confirm_responsibility")
    at("2026-09-04T10:00")
    do(cast.owner, number, "make_offer", terms=[REFUND])
    at("2026-09-08T11:00")
    do(cast.owner, number, "accept_offer", offer=1, **behalf("2026-09-08T10:50"))
    assert "双方对责任的看法一致：服务商 100%。" in text_of(cast.owner, number)


def test_the_money_goes_to_the_account_the_provider_knows_unless_another_is_named(at, cast):
    number = shop_agreed(at, cast)
    assert "退回商户在服务商登记的结算账户（商户编号 898305054110218）" in text_of(cast.owner, number)


def test_of_the_account_only_the_first_six_and_last_four_are_kept(at, cast):
    number = shop_agreed(at, cast)
    do(
        cast.owner,
        number,
        "draft_agreement",
        payee=PAYEE,
        clauses={"cooperation": "款项打到 6222 0211 0203 4417 123 即可"},
    )
    agreement = agreement_of(cast.owner, number)
    kept = (
        f"{agreement.details}{agreement.clauses}{walk.events(cast.owner, number)[-1].data}{text_of(cast.owner, number)}"
    )
    assert "622202******7123" in kept and "于 2026-09-08 拨打已知的电话号码向钱经办核实" in kept
    assert "6222021102034417123" not in kept.replace(" ", "")
    do(cast.owner, number, "draft_agreement", payee={**PAYEE, "account": "622202******7123", "confirmed_by": ""})
    assert agreement_of(cast.owner, number).details["payee"]["confirmed_by"] == "钱经办"


def test_a_new_account_is_confirmed_anew_before_the_text_is_final(at, cast):
    number = shop_agreed(at, cast)
    do(cast.owner, number, "draft_agreement", payee={"name": "王好", "account": "6222021102034417123"}, forum="arbitration",
       waiver="wider", stop_fee={"name": "流量费"})  # fmt: skip
    with pytest.raises(Missing) as refused:
        do(cast.owner, number, "freeze_agreement")
    assert {fault.pointer for fault in refused.value.faults} == {
        "/payee/bank", "/payee/confirmed_by", "/payee/confirmed_on", "/forum_name", "/waiver_text", "/stop_fee/on",
    }  # fmt: skip
    assert state(cast.owner, number) == "AGREED_DRAFT" and agreement_of(cast.owner, number).state == "draft"


def test_an_account_cannot_have_been_confirmed_tomorrow(at, cast):
    number = shop_agreed(at, cast)
    with pytest.raises(Invalid):
        do(cast.owner, number, "draft_agreement", payee={**PAYEE, "confirmed_on": "2026-09-09"})
    assert agreement_of(cast.owner, number).details == {}


def test_clauses_are_reworded_added_and_put_back_but_not_those_of_the_offer(at, cast):
    number = shop_agreed(at, cast)
    do(
        cast.owner,
        number,
        "draft_agreement",
        clauses={"cooperation": "双方不再合作。", "设备归还": "商户三日内归还机具。"},
    )
    text = text_of(cast.owner, number)
    assert "双方不再合作。" in text and "、设备归还\n商户三日内归还机具。" in text
    assert "(Wording of the parties, in Chinese:) 双方不再合作。" in text_of(cast.owner, number, "en")
    do(cast.owner, number, "draft_agreement", clauses={"cooperation": "", "设备归还": ""})
    assert "继续按原收单服务合同合作" in text_of(cast.owner, number) and "设备归还" not in text_of(cast.owner, number)
    for fixed in ("obligations", "lines", "parties"):
        with pytest.raises(Invalid):
            do(cast.owner, number, "draft_agreement", clauses={fixed: "退 1 元"})


def test_a_wider_waiver_and_the_end_of_a_fee_are_written_only_when_asked_for(at, cast):
    number = shop_agreed(at, cast)
    assert "并了结" not in text_of(cast.owner, number)
    do(cast.owner, number, "draft_agreement", waiver="wider", waiver_text="2025 年的流量费",
       stop_fee={"name": "流量费", "on": "2026-10-01"}, invoice="reissue", forum="named_court", forum_name="苏州市吴江区人民法院",
       confidentiality="no", authority="负责人王好")  # fmt: skip
    text = text_of(cast.owner, number)
    for part in ("以及下列事项，不再互相追究：2025 年的流量费", "自 2026-10-01 起停止收取「流量费」", "10 个工作日内，就被退还",
                 "向苏州市吴江区人民法院起诉", "没有约定保密义务", "商户：负责人王好。"):  # fmt: skip
        assert part in text
    do(cast.owner, number, "draft_agreement", stop_fee={}, waiver="lines", waiver_text="", forum="court", forum_name="",
       invoice="law", confidentiality="yes", authority="")  # fmt: skip
    assert "流量费" not in text_of(cast.owner, number)


def test_both_sides_of_a_case_with_accounts_change_the_draft_and_the_owner_makes_it_final(at, cast):
    number = company_agreed(at, cast)
    do(cast.agent, number, "draft_agreement", clauses={"cooperation": "服务商每月送一次对账单。"})
    assert "agreement_changed" in {kind for kind, _ in told(cast.finance, number)}
    for other in (cast.finance, cast.agent, cast.agent_chief):
        with pytest.raises(NotAllowed):
            do(other, number, "freeze_agreement")
    do(cast.boss, number, "freeze_agreement")
    assert "服务商每月送一次对账单。" in agreement_of(cast.agent, number).text
    with pytest.raises(WrongState):
        do(cast.agent, number, "draft_agreement", clauses={"cooperation": "另一种"})


def test_what_changed_is_shown_word_by_word():
    (parts,) = differing.changes("不变\n退还 ¥1,400.00，10 个工作日内", "不变\n退还 ¥2,000.00，15 个工作日内")
    assert [(part.kind, part.text) for part in parts if part.kind != "same"] == [
        ("out", "1,400.00"), ("in", "2,000.00"), ("out", "10"), ("in", "15"),
    ]  # fmt: skip
    assert differing.changes("一样\n的", "一样\n\n的") == []
    assert [one.kind for (one,) in differing.changes("甲乙丙", "全部重新写过的一段")] == ["out", "in"]


def test_a_draft_that_is_not_made_final_lapses_after_three_working_days(at, cast):
    number = shop_agreed(at, cast)
    assert walk.deadlines(cast.owner, number) == {"CK-DRAFT": "2026-09-11"}
    at("2026-09-11T23:59")
    while expiry.sweep():
        pass
    assert state(cast.owner, number) == "AGREED_DRAFT"
    at("2026-09-12T00:00")
    while expiry.sweep():
        pass
    assert state(cast.owner, number) == "NEGOTIATING"
    assert agreement_of(cast.owner, number).state == "void"
    assert "CK-NEGO" in walk.deadlines(cast.owner, number)
    for act in ("draft_agreement", "freeze_agreement"):
        with pytest.raises(Late):
            do(cast.owner, number, act)


def test_a_text_that_is_not_signed_lapses_after_five_working_days_and_both_sides_hear_of_it(at, cast):
    number = company_frozen(at, cast)
    assert walk.deadlines(cast.finance, number) == {"CK-SIGN": "2026-08-26"}
    at("2026-08-27T00:00")
    while expiry.sweep():
        pass
    assert state(cast.finance, number) == "NEGOTIATING"
    for actor in (cast.finance, cast.agent):
        assert ("clock_passed", actor.organisation_id) in told(actor, number)
    with pytest.raises(Late):
        do(cast.boss, number, "decline_to_sign", reason="晚了")
    with tenancy.acting(cast.finance):
        assert Deadline.objects.get(case__number=number, code="CK-SIGN").state == "expired"


def test_after_a_lapse_a_new_offer_makes_a_new_version_that_keeps_the_account(at, cast):
    number = shop_agreed(at, cast, lines=[NAMED])
    do(cast.owner, number, "draft_agreement", payee=PAYEE)
    at("2026-09-12T09:00")
    while expiry.sweep():
        pass
    do(cast.owner, number, "make_offer", terms=[{**REFUND, "amount": "1800.00"}])
    do(cast.owner, number, "accept_offer", offer=2, **behalf("2026-09-12T09:00"))
    agreement = agreement_of(cast.owner, number)
    assert (agreement.position, agreement.state) == (2, "draft")
    assert agreement.details["payee"]["account"] == "622202******7123"
    with tenancy.acting(cast.owner):
        former = agreement.case.agreements.get(position=1)
        changes = differing.changes(former.text, agreement_text.text(agreement))
    assert any(part.text == "1,800.00" for parts in changes for part in parts if part.kind == "in")

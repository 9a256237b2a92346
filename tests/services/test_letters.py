"""The letters: what they say and never say, by cause, kind and language; frozen text, fonts, numbers and annexes."""

import io
import re
from decimal import Decimal

import pypdf
import pytest
from django.template.loader import render_to_string
from django.utils import translation

from cases import questions, reasons
from cases.models import Case, Letter
from cases.services import letters
from config import documents, files, money, tenancy
from merchants import access
from merchants.models import Organisation
from merchants.services import organisations
from tests import walk
from tests.walk import LINE, behalf, do, photo

NAMED = {**LINE, "fee_name": "逾期未迁移占用费", "clause": "7.3"}
HOSTILE = '<script>alert(1)</script>&amp;"\'{{ 7*7 }}{% now "Y" %}｜\u202e\u200b'
LONG = "南京市鼓楼区新街口街道中山北路一百二十八号金陵国际商务广场一楼东侧便利连锁经营管理有限责任公司分店甲乙丙丁戊己庚辛壬癸"


def letter_of(actor, number: str, kind: str = "letter") -> Letter:
    with tenancy.acting(actor):
        return letters.current(Case.objects.get(number=number), kind)


def pdf_of(actor, letter: Letter) -> pypdf.PdfReader:
    with tenancy.acting(actor):
        return pypdf.PdfReader(io.BytesIO(files.read(letters.pdf(actor, letter))))


def said_in(reader: pypdf.PdfReader) -> str:
    """The text of all pages without the breaks that the layout puts in."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def tight(text: object) -> str:
    return re.sub(r"\s", "", str(text))


def test_the_letter_names_parties_terminal_line_and_sum_in_figures_and_capitals(at, cast):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner, NAMED, outsourcer="某代理公司", story="8 月 5 日师傅没有来。")
    letter = letter_of(cast.owner, number)
    said = said_in(pdf_of(cast.owner, letter))
    for part in (
        "扣费情况说明及要求解释函", f"编号：{number}-01", "致：某支付公司", "抄送：某代理公司", "发函方：吴江好又邻便利店",
        "商户编号：898305054110218", "终端号：20117765", "2026-08-17", "逾期未迁移占用费", "7.3", "8 月 5 日师傅没有来。",
        "请求返还上述扣款，共计人民币 2,000.00 元（大写：贰仟元整）", "请停止就同一事由继续扣收", "保留就上述款项",
        "诉讼时效中断", "2026 年 8 月 17 日",
    ):  # fmt: skip
        assert part in letter.text
        assert tight(part) in said
    assert (letter.state, letter.covers) == ("made", 1)


@pytest.mark.parametrize("cause", reasons.CAUSES)
def test_each_cause_asks_its_own_questions_and_no_other(cast, cause):
    number = walk.file(cast.owner, NAMED, cause=cause)
    letter = letter_of(cast.owner, number)
    for one, rows in questions.BY_CAUSE.items():
        for row in rows:
            assert (row.text.zh in letter.text) is (row.text.en in letter.translation) is (one == cause)


@pytest.mark.parametrize("symptom", reasons.SYMPTOMS)
def test_each_symptom_asks_its_own_questions_after_the_general_ones(cast, symptom):
    letter = letter_of(cast.owner, walk.file(cast.owner, NAMED, symptom=symptom))
    for one, rows in questions.BY_SYMPTOM.items():
        assert all((row.text.zh in letter.text) is (one == symptom) for row in rows)
    for word in ("依据：", "计算：", "通知：", "扣收方式：", "系统记录：", "责任认定："):
        assert word in letter.text


def test_sums_of_different_nature_stand_apart_and_are_never_added_up(cast):
    kinds = ("DEDUCTION", "HOLD", "FREEZE", "RESERVE")
    lines = [{**LINE, "kind": kind, "amount": f"{n}00.10"} for n, kind in enumerate(kinds, 1)]
    lines.append({**LINE, "amount": "7.05", "injured_party": "CARDHOLDER"})
    letter = letter_of(cast.owner, walk.file(cast.owner, *lines))
    for amount in ("100.10", "200.10", "300.10", "400.10", "7.05"):
        assert f"共计人民币 {amount} 元（大写：{money.in_capitals(Decimal(amount))}）" in letter.text
    totals = {Decimal(one.replace(",", "")) for one in re.findall(r"人民币 ([\d,.]+) 元", letter.text)}
    assert totals == {Decimal(one) for one in ("100.10", "200.10", "300.10", "400.10", "7.05")}
    assert "按原交易返还持卡人的原支付账户" in letter.text and "不主张归己" in letter.text
    assert (
        "暂缓结算：触发原因" in letter.text
        and "冻结：由哪个机关" in letter.text
        and "保证金或押金：收取的约定" in letter.text
    )
    assert "分别列示，不相加" in letter.text


def test_a_hold_alone_is_not_asked_how_it_was_calculated(cast):
    letter = letter_of(cast.owner, walk.file(cast.owner, {**LINE, "kind": "HOLD"}))
    assert "计算：" not in letter.text and "请求解除暂缓结算，返还" in letter.text and "不相加" not in letter.text


def test_the_time_to_answer_is_asked_for_and_never_worded_as_a_duty(cast):
    letter = letter_of(cast.owner, walk.file(cast.owner, NAMED))
    assert "我们请贵方在收到本函之日起 15 日内书面答复" in letter.text and "非法定期限" in letter.text
    assert "not a legal deadline" in letter.translation
    for text in (letter.text, letter.script):
        assert not re.search("须|必须|消费者|消费投诉|您|！", text)


@pytest.mark.parametrize(("kind", "named"), [("bank", False), ("payment_institution", True)])
def test_a_bank_is_not_asked_under_the_rules_of_non_bank_institutions(cast, kind, named):
    letter = letter_of(cast.owner, walk.file(cast.owner, NAMED, provider={"name": "某收单方", "kind": kind}))
    assert "《电子商务法》第五十三条" in letter.text
    assert ("贵方为非银行支付机构的，并参照《非银行支付机构监督管理条例》第三十四条" in letter.text) is named
    assert ("art. 35" in letter.translation) is named


@pytest.mark.parametrize(
    ("wanted", "words"),
    [("PARTIAL_REFUND", "就应退的具体金额与贵方核对"), ("EXPLANATION", "上述请求不变"), ("STOP", "不同意继续收取")],
)
def test_whatever_is_wanted_the_letter_demands_the_money_so_that_limitation_is_interrupted(cast, wanted, words):
    letter = letter_of(cast.owner, walk.file(cast.owner, NAMED, wanted=wanted))
    assert "请求返还上述扣款，共计人民币 2,000.00 元" in letter.text and words in letter.text


def test_more_than_twenty_lines_are_summed_up_by_name_and_listed_in_an_annex(cast):
    lines = [{**LINE, "amount": f"{n}.01", "fee_name": "流量费" if n % 2 else "服务费"} for n in range(1, 22)]
    letter = letter_of(cast.owner, walk.file(cast.owner, *lines))
    assert "流量费｜11｜121.11" in letter.text and "服务费｜10｜110.10" in letter.text
    assert "逐笔明细见附表（21 笔）" in letter.text and "21.01" not in letter.text
    assert letter.annex.count("898305054110218") == 21
    said = said_in(pdf_of(cast.owner, letter))
    assert "附表：逐笔明细" in said and "21.01" in said


def test_an_annex_of_many_lines_is_drawn_whole(cast):
    lines = [{**LINE, "amount": f"{n}.07"} for n in range(1, 251)]
    letter = letter_of(cast.owner, walk.file(cast.owner, *lines))
    reader = pdf_of(cast.owner, letter)
    text = "".join(page.extract_text() for page in reader.pages)
    assert all(f"{n}.07" in text for n in range(1, 251))
    assert f"{len(reader.pages)} / {len(reader.pages)}" in reader.pages[-1].extract_text()


def test_hostile_characters_and_long_names_stand_in_the_letter_as_text(cast):
    founded = organisations.found(kind="micro", name=LONG, owner={"name": "甲", "phone": "+8613900000009"})
    owner = access.actor_of(founded.memberships[0])
    number = walk.file(
        owner, {**LINE, "fee_name": HOSTILE}, provider=f"{LONG}{HOSTILE}", story=f"一、{HOSTILE}\n四、请求\n免除"
    )
    letter = letter_of(owner, number)
    clean = '<script>alert(1)</script>&amp;"\'{{ 7*7 }}{% now "Y" %}|'
    assert letter.text.count("\n四、请求\n") == 1
    assert f"致：{LONG}{clean}\n" in letter.text and f"发函方：{LONG}\n" in letter.text
    assert "\u202e" not in letter.text and "\u200b" not in letter.text
    said = said_in(pdf_of(owner, letter))
    assert tight(clean) in said and LONG in said
    with tenancy.acting(owner):
        page = render_to_string("documents/print.html", letters.page(letter))
    assert "<script" not in page and "&lt;script&gt;" in page and page.count("<h1") == 1


def test_the_letter_stays_chinese_and_carries_its_english_when_made_by_a_reader_of_english(cast):
    with translation.override("en"):
        number = walk.file(cast.owner, NAMED)
    letter = letter_of(cast.owner, number)
    said = said_in(pdf_of(cast.owner, letter))
    assert letter.text.startswith("扣费情况说明及要求解释函") and "explanation" not in letter.text
    assert tight("English translation for reference. The Chinese text prevails.") in said
    assert "CNY2,000.00" in said and "扣费情况说明及要求解释函" in said
    assert "Hello, this is" in letter.script and letter.script.startswith("打电话时照着说")


def test_without_a_reader_of_english_the_letter_is_chinese_alone(cast):
    letter = letter_of(cast.owner, walk.file(cast.owner, NAMED))
    assert "English" not in said_in(pdf_of(cast.owner, letter)) and "Hello" not in letter.script
    assert letter.translation.startswith("Statement of deductions")


def test_fonts_are_inside_pages_are_a4_and_carry_the_letter_number(cast):
    letter = letter_of(cast.owner, walk.file(cast.owner, NAMED))
    reader = pdf_of(cast.owner, letter)
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].get_object().values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    for place, page in enumerate(reader.pages, 1):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
        assert (
            f"{letter.case.number}-01" in page.extract_text()
            and f"{place} / {len(reader.pages)}" in page.extract_text()
        )


def test_the_same_letter_gives_the_same_bytes_and_is_kept_once(cast):
    number = walk.file(cast.owner, NAMED)
    letter = letter_of(cast.owner, number)
    with tenancy.acting(cast.owner):
        drawn = [documents.pdf("documents/pdf.html", letters.page(letter)) for _ in range(2)]
        first = letters.pdf(cast.owner, letter)
        again = letters.pdf(cast.owner, letters.current(letter.case))
        assert drawn[0] == drawn[1] == files.read(first)
    assert first.pk == again.pk and first.name == f"{number}-01.pdf"


def test_a_letter_is_frozen_when_it_is_made(at, cast):
    number = walk.shop_awaits(at, cast, NAMED)
    before = letter_of(cast.owner, number)
    with tenancy.acting(cast.owner):
        Organisation.objects.filter(pk=cast.haoyoulin.id).update(name="改名后的店")
    do(cast.owner, number, "add_line", line={**LINE, "amount": "99.00"})
    after = letter_of(cast.owner, number)
    assert (after.pk, after.text, after.annex) == (before.pk, before.text, before.annex)
    said = said_in(pdf_of(cast.owner, after))
    assert "吴江好又邻便利店" in said and "改名后的店" not in said and "99.00" not in said


def test_a_letter_not_yet_sent_is_replaced_and_its_number_is_never_given_again(cast):
    number = walk.file(cast.owner, NAMED)
    for amount in ("10.00", "20.00"):
        do(cast.owner, number, "add_line", line={**LINE, "amount": amount})
    letter = letter_of(cast.owner, number)
    assert f"编号：{number}-03" in letter.text and "2,030.00" in letter.text and letter.covers == 3
    with tenancy.acting(cast.owner):
        assert Letter.objects.count() == 1


def test_a_letter_to_an_unknown_acquirer_is_addressed_anew_once_its_name_is_known(cast):
    number = walk.file(cast.owner, NAMED, provider=None)
    assert "致：收单机构（名称待查）" in letter_of(cast.owner, number).text
    do(cast.owner, number, "correct_record", event=1, fields={"provider": "查到的支付公司"}, reason="小票上写着")
    assert "致：查到的支付公司" in letter_of(cast.owner, number).text


def test_the_letter_says_where_to_reply(cast):
    shop = letter_of(cast.owner, walk.file(cast.owner, NAMED))
    assert "电话：13800000001" in shop.text
    chain = letter_of(cast.finance, walk.file(cast.finance, {**NAMED, "store": "新街口店"}))
    assert "发送本函所用的渠道" in chain.text and "电话：" not in chain.text
    with tenancy.acting(cast.boss):
        contact = {"address": "南京市中山路 1 号", "email": "fa@example.cn"}
        Organisation.objects.filter(pk=cast.yunshan.id).update(**contact)
    chain = letter_of(cast.finance, walk.file(cast.finance, {**NAMED, "store": "新街口店"}))
    assert "地址：南京市中山路 1 号\n电子邮箱：fa@example.cn" in chain.text


def test_shared_vouchers_are_listed_and_private_ones_are_not(cast):
    evidence = [{"kind": "E04", "file": photo()}, {"kind": "E04", "file": photo(more=b"2")}]
    letter = letter_of(cast.owner, walk.file(cast.owner, NAMED, evidence=evidence))
    assert "我方留存的凭证：扣款通知或截图 2 份" in letter.text
    number = walk.file(cast.owner, NAMED, submit=False)
    do(cast.owner, number, "add_evidence", kind="E05", file=photo(more=b"3"), visibility="internal")
    do(cast.owner, number, "open")
    assert "我方留存的凭证" not in letter_of(cast.owner, number).text


def test_the_hotline_script_says_what_to_say_and_to_agree_to_nothing(cast):
    script = letter_of(cast.owner, walk.file(cast.owner, NAMED)).script
    for part in ("吴江好又邻便利店", "20117765", "共 2,000.00 元", "受理编号和你的工号", "不要答应任何方案"):
        assert part in script


def test_a_reminder_names_the_first_letter_its_arrival_and_the_day_asked_for(at, cast):
    number = walk.shop_awaits(at, cast, NAMED)
    at("2026-08-21T09:00")
    do(cast.owner, number, "acknowledge", **behalf("2026-08-20T09:00", ticket_no="KF-9"))
    do(cast.owner, number, "remind", channel="wechat")
    first = letter_of(cast.owner, number, "reminder")
    said = said_in(pdf_of(cast.owner, first))
    for part in (
        "催告函", f"编号 {number}-01", "已于 2026-08-18 通过电子邮件到达贵方", "在 2026-09-02 24:00 前书面答复（非法定期限）",
        "贵方已于 2026-08-20 确认收到，受理编号 KF-9（此项由我方根据贵方通过微信的答复记录）",
        "请求返还上述扣款，共计人民币 2,000.00 元（大写：贰仟元整）",
    ):  # fmt: skip
        assert part in first.text
        assert tight(part) in said
    at("2026-09-04T09:00")
    do(cast.owner, number, "remind", channel="wechat")
    second = letter_of(cast.owner, number, "reminder")
    assert "其后我方又催告 1 次" in second.text and "该时间已过" in second.text and "尽快书面答复" in second.text
    assert "reached you on 2026-08-18 by this channel: E-mail" in second.translation

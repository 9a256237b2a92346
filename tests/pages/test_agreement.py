"""The agreement's page: read, check, make final, sign by code, stamp; sent back whole when something is wrong."""

import re

import pytest

from tests import walk
from tests.pages.person import client_of, hidden, seen
from tests.signing import (
    PAYEE,
    REFUND,
    agreement_of,
    code_of,
    company_agreed,
    company_frozen,
    pdf_of,
    shop_agreed,
    shop_frozen,
)
from tests.walk import do, photo


def page(actor, number, language="zh-hans"):
    response = client_of(actor, language).get(f"/cases/{number}/agreement/")
    assert response.status_code == 200, seen(response)[-1500:]
    return response


def text_of(actor, number) -> str:
    """The English page without its head and without the text of the agreement."""
    html = page(actor, number, "en").content.decode()
    html = re.sub(r'(?s)<section class="section" aria-labelledby="text-title">.*?</section>', "", html)
    return re.sub(r"<[^>]+>", " ", re.sub(r"(?s)^.*<main", "<main", html).partition("</main>")[0])


def state(actor, number) -> str:
    return walk.case_of(actor, number).state


def signed(actor, number, expect=302, **fields):
    """Asks for a code on the page, ticks and signs."""
    client, url = client_of(actor), f"/cases/{number}/agreement/"
    sent = client.post(url, {"do": "code"})
    assert (sent.status_code, sent.url) == (302, f"{url}#sign")
    shown = client.get(url)
    kept = {name: hidden(shown, name) for name in ("nonce", "frozen_sha256")}
    data = {"do": "sign", "second_factor": code_of(actor), "consent": "on", **kept, **fields}
    response = client.post(url, {name: value for name, value in data.items() if value is not None})
    assert response.status_code == expect, seen(response)[-1500:]
    return response


def test_a_case_without_an_agreement_says_when_there_will_be_one(cast, at):
    number = walk.company(at, cast, "EXPLAINED")
    assert "接受另一方的方案后" in seen(page(cast.finance, number))


def test_the_draft_is_shown_with_its_points_and_made_final_with_one_button(cast, at):
    number = shop_agreed(at, cast)
    shown = page(cast.owner, number)
    text = seen(shown)
    for part in ("你将得到 ¥2,000.00 贰仟元整", "期数", ["迁移", "不变"][0], "满 3 个工作日仍没有付", "只了结列出的扣款",
                 "退回在服务商登记的结算账户", "协议生效后 10 个工作日内"):  # fmt: skip
        assert re.sub(r"\s+", "", part) in re.sub(r"\s+", "", text), part
    client = client_of(cast.owner)
    kept = {name: hidden(shown, name) for name in ("version", "nonce")}
    data = {"do": "freeze", **kept}
    assert client.post(f"/cases/{number}/agreement/", data).status_code == 302
    assert state(cast.owner, number) == "SIGNING"
    assert client.post(f"/cases/{number}/agreement/", data).status_code == 302  # a second click does nothing


def test_an_account_is_typed_beside_the_button_and_kept_masked(cast, at):
    number = shop_agreed(at, cast)
    shown, client, url = page(cast.owner, number), client_of(cast.owner), f"/cases/{number}/agreement/"
    data = {"do": "freeze", "version": hidden(shown, "version"), "nonce": hidden(shown, "nonce"),
            **{f"payee.{name}": value for name, value in PAYEE.items()}}  # fmt: skip
    back = client.post(url, {**data, "payee.confirmed_by": ""})
    assert back.status_code == 422 and "回拨" in seen(back)
    assert agreement_of(cast.owner, number).details == {} and state(cast.owner, number) == "AGREED_DRAFT"
    assert hidden_value(back, "payee.bank") == PAYEE["bank"]
    assert client.post(url, data).status_code == 302
    assert "622202******7123" in agreement_of(cast.owner, number).text


def hidden_value(response, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}"[^>]* value="([^"]*)"', response.content.decode())
    return found[1] if found else ""


def test_both_sides_sign_on_the_page_and_it_says_which_kind_of_signature_it_is(cast, at):
    number = company_frozen(at, cast)
    shown = page(cast.boss, number)
    text = seen(shown)
    assert "不是 CA 数字证书签署" in text and agreement_of(cast.boss, number).sha256[:8] in text
    assert 'name="consent"' in shown.content.decode() and not re.search(
        r'name="consent"[^>]* checked', shown.content.decode()
    )
    signed(cast.boss, number)
    assert (
        "待签" in seen(page(cast.boss, number))
        and 'name="second_factor"' not in page(cast.boss, number).content.decode()
    )
    signed(cast.agent_chief, number)
    assert state(cast.boss, number) == "EFFECTIVE"
    text = seen(page(cast.boss, number))
    assert "已生效" in text and "127.0.0.1" in text
    assert "127.0.0.1" in seen(page(cast.agent_chief, number)) and "李云" not in seen(page(cast.agent_chief, number))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"consent": None}, "请勾选这一项"),
        ({"second_factor": "00000x"}, "还可以试 4 次"),
        ({"second_factor": ""}, "请填写这一项"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_signed(cast, at, fields, said):
    number = company_frozen(at, cast)
    response = signed(cast.boss, number, 422, **fields)
    assert said in seen(response) and state(cast.boss, number) == "SIGNING"
    assert agreement_of(cast.boss, number).binding == ""


def test_a_text_that_was_replaced_while_it_was_read_is_not_signed_and_the_page_shows_what_changed(cast, at):
    number = company_frozen(at, cast)
    read = agreement_of(cast.boss, number).sha256
    do(cast.agent_chief, number, "decline_to_sign", reason="只能退 1800")
    do(cast.finance, number, "make_offer", terms=[{**REFUND, "amount": "1800.00"}])
    do(cast.agent_chief, number, "accept_offer", offer=2)
    do(cast.boss, number, "freeze_agreement")
    response = signed(cast.boss, number, 409, frozen_sha256=read)
    html = response.content.decode()
    assert "已经不是现在的定稿" in seen(response)
    assert "1,800.00</ins>" in html and "2,000.00</del>" in html


def test_what_the_other_side_changed_in_the_draft_is_marked(cast, at):
    number = company_agreed(at, cast)
    do(cast.agent, number, "draft_agreement", clauses={"cooperation": "服务商每月送一次对账单。"})
    assert "服务商每月送一次对账单" in "".join(
        re.findall(r"(?s)<ins>(.*?)</ins>", page(cast.finance, number).content.decode())
    )
    assert "<ins>" not in page(cast.agent, number).content.decode()


def test_where_the_other_side_has_no_account_paper_comes_first_and_signing_here_is_not_offered(cast, at):
    number = shop_frozen(at, cast)
    shown = page(cast.owner, number)
    assert "上传对方盖章件" in seen(shown) and "获取验证码" not in seen(shown)
    client = client_of(cast.owner)
    at("2026-09-09T12:00")
    for side in ("merchant", "provider"):
        form = client.get(f"/cases/{number}/do/upload_signed_copy/?side={side}")
        kept = {name: hidden(form, name) for name in ("version", "nonce")}
        sent = client.post(
            f"/cases/{number}/do/upload_signed_copy/?side={side}",
            {**kept, "side": side, "kind": "stamped", "exchanged_on": "2026-09-09", "file": photo(f"{side}.png", side.encode())},
        )  # fmt: skip
        assert sent.status_code == 302, seen(sent)[-1500:]
    assert state(cast.owner, number) == "EFFECTIVE"
    assert "2026-09-09 交换" in seen(page(cast.owner, number))


def test_the_draft_is_changed_on_its_own_page(cast, at):
    number = shop_agreed(at, cast)
    client, url = client_of(cast.owner), f"/cases/{number}/do/draft_agreement/"
    form = client.get(url)
    assert form.status_code == 200
    kept = {name: hidden(form, name) for name in ("version", "nonce")}
    usual = {"invoice": "law", "waiver": "lines", "forum": "court", "confidentiality": "yes", "signing": "both"}
    sent = client.post(url, {**kept, **usual, "forum": "named_court", "forum_name": "苏州市吴江区人民法院", "clause": "own",
                             "heading": "设备归还", "wording": "三日内归还机具。"})  # fmt: skip
    assert sent.status_code == 302, seen(sent)[-1500:]
    agreement = agreement_of(cast.owner, number)
    assert agreement.clauses == {"设备归还": "三日内归还机具。"}
    assert agreement.details == {"forum": "named_court", "forum_name": "苏州市吴江区人民法院"}
    again = client.get(url)
    assert hidden_value(again, "forum_name") == "苏州市吴江区人民法院"


def test_the_pdf_is_downloaded_as_the_very_bytes_that_are_signed_and_printed_in_both_languages(cast, at):
    number = company_frozen(at, cast)
    response = client_of(cast.agent).get(f"/cases/{number}/agreement/1/pdf/")
    assert response.content == pdf_of(cast.boss, number) and response["Content-Type"] == "application/pdf"
    printed = client_of(cast.agent).get(f"/cases/{number}/agreement/1/print/").content.decode()
    assert "和解协议" in printed and "Settlement agreement" in printed
    for strange in (cast.owner,):
        for path in ("", "1/pdf/", "1/print/"):
            assert client_of(strange).get(f"/cases/{number}/agreement/{path}").status_code == 404
    assert client_of(cast.boss).get(f"/cases/{number}/agreement/2/pdf/").status_code == 404


def test_an_english_reader_gets_the_translation_beside_the_chinese_text(cast, at):
    number = company_frozen(at, cast)
    text = seen(page(cast.boss, number, "en"))
    for part in (
        "Settlement agreement",
        "和解协议",
        "Sign here",
        "You get",
        "for reference",
        "not one with a CA",
    ):
        assert part in text, part
    outside = re.sub("支付服务商甲|南京云杉餐饮", "", text_of(cast.boss, number))
    assert not re.search(r"[\u4e00-\u9fff]", outside), outside


def test_a_shop_is_led_from_home_to_the_page_where_it_signs(cast, at):
    number = company_frozen(at, cast)
    assert f"/cases/{number}/agreement/" in client_of(cast.boss).get("/home/").content.decode()
    assert "核对要点" in seen(client_of(cast.boss).get(f"/cases/{number}/"))


def test_a_void_version_says_why_and_leads_to_the_offers(cast, at):
    number = company_frozen(at, cast)
    do(cast.agent_chief, number, "decline_to_sign", reason="账户写错了")
    text = seen(page(cast.boss, number))
    assert "这一版已作废" in text and "账户写错了" in text

"""Obligations by their pages: the list of who does what, telling and knowing, proof, the creditor's word, breach and cure."""

from tests import agreed, walk
from tests.pages.person import client_of, hidden, seen, send
from tests.services.test_money import credit
from tests.walk import do, photo

TWICE = [{"type": "REFUND", "instalments": [
    {"amount": "1000.00", "due_on": "2026-08-24"}, {"amount": "1000.00", "due_on": "2026-09-24"}]}]  # fmt: skip


# The acts by which an agreement in effect is kept: their pages are walked here, all others in test_acts.py.
KEEPING = {
    "notify_parties", "acknowledge_notice", "prove_obligation", "confirm_obligation", "dispute_obligation",
    "declare_breach", "demand_cure", "cure",
}  # fmt: skip
DONE: set[str] = set()  # acts that some test below performed through their page


def act(actor, number, name, query="", expect=302, **fields):
    response = send(client_of(actor), f"/cases/{number}/do/{name}/{query}", **fields)
    assert response.status_code == expect, seen(response)[-1500:]
    if expect == 302:
        DONE.add(name)
    return response


def state(actor, number) -> str:
    return walk.case_of(actor, number).state


def read(actor, number, language="zh-hans") -> str:
    return seen(client_of(actor, language).get(f"/cases/{number}/obligations/"))


def next_step(actor, number) -> str:
    page = client_of(actor).get(f"/cases/{number}/").content.decode()
    return page.partition('id="next-action-title">')[2].partition("</h2>")[0]


def test_before_an_agreement_the_page_says_what_will_stand_there(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    assert "还没有生效的协议" in read(cast.finance, number)
    assert client_of(cast.owner).get(f"/cases/{number}/obligations/").status_code == 404


def test_a_shop_alone_goes_from_the_agreement_to_the_end_by_its_pages(at, cast):
    number, owner = agreed.shop_effective(at, cast), cast.owner
    assert next_step(owner, number) == "协议已生效：通知各方"
    act(owner, number, "notify_parties")
    assert next_step(owner, number) == "请名单上的人确认知悉"
    page = client_of(owner).get(f"/cases/{number}/obligations/").content.decode()
    assert f"/cases/{number}/do/acknowledge_notice/?behalf=1" in page
    act(
        owner,
        number,
        "acknowledge_notice",
        "?behalf=1",
        behalf="1",
        channel="phone",
        received_at="2026-09-09T10:00",
        proof=photo(),
    )
    assert state(owner, number) == "FULFILLING"
    assert next_step(owner, number) == "等对方履行；钱到了就记录"
    text = read(owner, number)
    for words in (
        "服务商付给商户",
        "¥2,000.00",
        "贰仟元整",
        "2026-09-22 24:00",
        "约定",
        "待履行",
        "对方要做",
        "我看到已经做了",
    ):
        assert words in text, words
    at("2026-09-18T15:00")
    act(
        owner,
        number,
        "prove_obligation",
        "?obligation=1",
        obligation="1",
        on="2026-09-18",
        amount="2000.00",
        file=photo(),
    )
    assert next_step(owner, number) == "核对履行凭证：确认，或说明哪里不对"
    assert "待确认" in read(owner, number)
    act(owner, number, "dispute_obligation", obligation="1", reason="还没有到账")
    assert "还没有到账" in read(owner, number)
    act(owner, number, "prove_obligation", obligation="1", on="2026-09-18", amount="2000.00", file=photo("b.png", b"b"))
    act(owner, number, "confirm_obligation", obligation="1")
    assert state(owner, number) == "FULFILLED"
    assert next_step(owner, number) == "钱已退齐：核对后结案"
    assert "确认" in read(owner, number) and "b.png" in read(owner, number)


def test_the_line_of_the_statement_is_chosen_and_says_day_and_sum(at, cast):
    number, owner = agreed.shop_fulfilling(at, cast), cast.owner
    at("2026-09-18T15:00")
    line = credit(owner, "2000.00", on="2026-09-17")
    credit(owner, "1999.00", on="2026-09-17")
    page = seen(client_of(owner).get(f"/cases/{number}/do/prove_obligation/?obligation=1"))
    assert "¥2,000.00" in page and "¥1,999.00" not in page
    act(
        owner,
        number,
        "prove_obligation",
        "?obligation=1",
        obligation="1",
        statement_line=str(line.id),
        on="2026-09-18",
        amount="2000.00",
    )
    [one] = agreed.duties(owner, number)
    assert (one.state, str(one.done_on)) == ("proven", "2026-09-17")
    assert "商户对账单里的一行" in read(owner, number)


def test_another_sum_comes_back_with_everything_that_was_typed(at, cast):
    number, owner = agreed.shop_fulfilling(at, cast), cast.owner
    at("2026-09-18T15:00")
    response = act(
        owner,
        number,
        "prove_obligation",
        "?obligation=1",
        expect=422,
        obligation="1",
        on="2026-09-17",
        amount="1999.00",
        file=photo(),
    )
    assert "这一项约定的是 ¥2000.00，填写的是 ¥1999.00" in seen(response)
    assert 'value="1999.00"' in response.content.decode() and 'value="2026-09-17"' in response.content.decode()
    assert hidden(response, "obligation") == "1"


def test_both_sides_of_a_company_see_their_own_part_and_the_second_person_confirms(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    agreed.effective(cast, number, agreed.ALL_BACK)
    assert next_step(cast.agent, number) == "协议已生效，等商户通知各方"
    act(cast.finance, number, "notify_parties", seats=["merchant.store"], names="店长老王\n")
    assert set(agreed.told(cast.finance, number)) == {"merchant.store", "店长老王", "provider"}
    assert next_step(cast.agent, number) == "确认你方已知悉协议"
    act(cast.agent, number, "acknowledge_notice")
    assert next_step(cast.store_a, number) == "确认你已知悉协议"
    assert "店长老王" in read(cast.finance, number)
    page = client_of(cast.boss).get(f"/cases/{number}/do/acknowledge_notice/?who=店长老王")
    assert "替名单上的「店长老王」记下" in seen(page)
    act(cast.boss, number, "acknowledge_notice", "?who=店长老王", who="店长老王")
    act(cast.store_a, number, "acknowledge_notice")
    assert state(cast.finance, number) == "FULFILLING"
    assert next_step(cast.agent, number) == "按约定办，再提交凭证"
    act(
        cast.agent,
        number,
        "prove_obligation",
        "?obligation=1",
        obligation="1",
        on="2026-08-18",
        amount="2000",
        file=photo(),
    )
    assert next_step(cast.agent, number) == "等商户确认你方的履行"
    assert "服务商" in read(cast.agent, number, "zh-hans") and "确认已履行" not in read(cast.agent, number)
    refused = client_of(cast.agent).get(f"/cases/{number}/do/confirm_obligation/")
    assert "现在还不能做" in seen(refused)
    act(cast.finance, number, "confirm_obligation", "?obligation=1", obligation="1")
    assert next_step(cast.agent, number) == "都已履行，等商户结案"


def test_a_late_debtor_is_overdue_in_grace_then_broken_demanded_and_cured(at, cast):
    number = agreed.company_fulfilling(at, cast, terms=TWICE)
    at("2026-08-25T09:00")
    act(cast.finance, number, "add_message", text="钱呢")  # whoever acts first finds that the day has passed
    assert "到期未付" in read(cast.boss, number) and "2026-08-27 24:00" in read(cast.boss, number)
    assert next_step(cast.boss, number) == "对方到期没有履行：过了宽限日可以认定到期未付"
    assert next_step(cast.agent, number) == "约定的日期已过：尽快办，再提交凭证"
    at("2026-08-28T09:00")
    assert next_step(cast.boss, number) == "过了宽限日仍没有履行：认定到期未付"
    act(cast.boss, number, "declare_breach", "?obligation=1", obligation="1")
    assert state(cast.boss, number) == "BREACHED"
    assert next_step(cast.boss, number) == "正式催款；已经补上就记下"
    act(cast.boss, number, "demand_cure", channel="email")
    assert next_step(cast.boss, number) == "记下对方什么时候收到了催款函"
    act(cast.finance, number, "record_arrival", of="demand", arrived_at="2026-08-28T09:00", proof=photo())
    assert next_step(cast.boss, number) == "等对方补上；补上了就记下"
    letters = seen(client_of(cast.boss).get(f"/cases/{number}/"))
    assert "催款函" in letters
    assert next_step(cast.agent, number) == "补上到期未付的，再提交凭证"
    act(cast.agent, number, "cure", expect=422, obligation="1", on="2026-08-28", amount="1000.00")
    act(cast.agent, number, "cure", "?obligation=1", obligation="1", on="2026-08-28", amount="1000.00", file=photo())
    assert state(cast.boss, number) == "FULFILLING"
    act(cast.boss, number, "confirm_obligation", "?obligation=1", obligation="1")
    assert "已到 ¥1,000.00" in read(cast.boss, number) and "晚于约定" in read(cast.boss, number)


def test_a_breach_that_recorded_money_has_settled_is_cured_without_a_proof(at, cast):
    number = agreed.company_fulfilling(at, cast, terms=TWICE)
    at("2026-08-28T09:00")
    do(cast.boss, number, "declare_breach", obligation=1)
    do(cast.finance, number, "record_refund", lines=[1], on="2026-08-28", amount="1000.00", file=photo())
    assert next_step(cast.boss, number) == "到期未付的已补上：继续履行"
    page = seen(client_of(cast.boss).get(f"/cases/{number}/do/cure/"))
    assert "不用再交凭证" in page and "履行凭证" not in page
    act(cast.boss, number, "cure")
    assert state(cast.boss, number) == "FULFILLING"


def test_where_several_are_owed_the_page_asks_which(at, cast):
    number = agreed.company_fulfilling(at, cast, terms=TWICE)
    page = client_of(cast.agent).get(f"/cases/{number}/do/prove_obligation/")
    assert page.content.decode().count('name="obligation"') == 2
    assert "第 2 项" in seen(page) and "2026-09-24 前" in seen(page)
    act(cast.agent, number, "prove_obligation", obligation="2", on="2026-08-18", amount="1000.00", file=photo())
    assert [one.state for one in agreed.duties(cast.agent, number)] == ["open", "proven"]


def test_the_page_is_read_in_english_without_a_word_of_chinese(at, cast):
    number = agreed.company_fulfilling(at, cast)
    text = read(cast.finance, number, "en")
    for words in (
        "Who does what",
        "the provider refunds ¥2,000.00 to the merchant",
        "2026-09-01 24:00",
        "agreed",
        "To be done",
    ):
        assert words in text, words
    people = ("南京云杉餐饮", "云杉", "中文", "郑审批")
    left = [c for c in "".join(text.split(people[0])) if "\u4e00" <= c <= "\u9fff"]
    assert not set(left) - set("".join(people)), left


def test_every_act_of_an_agreement_in_effect_went_through_its_page(request):
    """Runs after the tests above, whose acts it counts; alone it has nothing to count."""
    names = {item.name for item in request.session.items if item.fspath == request.node.fspath}
    if "test_a_late_debtor_is_overdue_in_grace_then_broken_demanded_and_cured" in names:
        assert KEEPING <= DONE

"""Reply templates by pages: written, laid into a form with and without scripts, and who has them."""

import re

import pytest

from tests import walk
from tests.pages.desk import first
from tests.pages.person import client_of, seen, send


@pytest.fixture
def number(at, cast) -> str:
    return first(at, cast)


# -- reply templates -----------------------------------------------------------------------------------------------------


def test_a_template_is_written_changed_and_taken_away(cast):
    client = client_of(cast.agent)
    fields = {"name": "按条款说明", "act": "explain", "text": "{商户}：按{条款}收取{金额}", "clause": "{条款}"}
    assert "模板已保存" in seen(client.post("/desk/templates/new/", fields, follow=True))
    taken = client.post("/desk/templates/new/", fields)
    assert taken.status_code == 422 and "已经有一个叫「按条款说明」的模板" in seen(taken)
    address = re.search(r'href="(/desk/templates/[0-9a-f-]{36}/)"', client.get("/desk/templates/").content.decode())[1]
    bad = client.post(address, {**fields, "text": "{客服}"})
    assert bad.status_code == 422 and "不认识「{客服}」" in seen(bad) and "{客服}" in bad.content.decode()
    long = client.post(address, {"name": "消息", "act": "add_message", "text": "长" * 501})
    assert long.status_code == 422 and "这里最多 500 字" in seen(long)
    assert client.post(address, {**fields, "text": "改过"}).status_code == 302
    assert client.get(f"{address}delete/").status_code == 405
    assert "模板已删除" in seen(client.post(f"{address}delete/", follow=True)) and "还没有模板" in seen(
        client.get("/desk/templates/")
    )


def test_a_template_fills_the_form_without_scripts_and_is_sent(cast, number):
    client = client_of(cast.agent)
    client.post(
        "/desk/templates/new/",
        {"name": "按条款说明", "act": "explain", "text": "{商户}：{扣款名称}按{条款}收取{金额}", "clause": "{条款}"},
    )
    client.post("/desk/templates/new/", {"name": "收到", "act": "add_message", "text": "{编号} 已收到"})
    page = client.get(f"/cases/{number}/do/explain/").content.decode()
    assert "按条款说明" in page and ">收到<" not in page, "templates of another act are not offered"
    query = re.search(r'href="(\?template=[0-9a-f-]{36})"', page)[1]
    filled = client.get(f"/cases/{number}/do/explain/{query}").content.decode()
    assert "南京云杉餐饮：流量费按7.3收取¥2,000.00" in filled and ">7.3</textarea>" in filled
    send(client, f"/cases/{number}/do/explain/{query}", text="南京云杉餐饮：流量费按7.3收取¥2,000.00", clause="7.3")
    assert walk.case_of(cast.agent, number).state == "EXPLAINED"


def test_what_is_missing_in_the_case_is_said_beside_the_form(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK", {"on": "2026-08-17", "amount": "9.00", "store": "新街口店"})
    client = client_of(cast.agent)
    client.post("/desk/templates/new/", {"name": "按条款说明", "act": "explain", "text": "按{条款}"})
    page = client.get(f"/cases/{number}/do/explain/")
    query = re.search(r'href="(\?template=[0-9a-f-]{36})"', page.content.decode())[1]
    text = seen(client.get(f"/cases/{number}/do/explain/{query}"))
    assert "这个案件里没有：条款。请在标出的地方补上。" in text


def test_a_merchant_is_offered_no_templates(cast, number):
    assert "用模板填写" not in seen(client_of(cast.finance).get(f"/cases/{number}/do/add_message/"))


def test_the_way_to_queue_and_templates_stands_in_the_navigation_of_a_provider(cast):
    text = client_of(cast.agent).get("/home/").content.decode()
    assert "案件队列" in text and 'href="/desk/templates/"' in text
    assert 'href="/desk/templates/"' not in client_of(cast.boss).get("/home/").content.decode()

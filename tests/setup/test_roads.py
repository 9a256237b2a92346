"""The road of one merchant person, from a line of its statement to the money back, with nothing but what `make run`
says: the address and a phone and password by page, the address and a key by program. Its files are her own."""

import re
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Page, expect

from cases.demo.people import SHOP_MID, SHOP_TIDS
from config.clock import SHANGHAI
from tests.browser.checks import check_page
from tests.browser.conftest import PHONE
from tests.setup.product import Product
from tests.walk import PNG

pytestmark = pytest.mark.slow

HEADER = (
    "结算日期,商户编号,商户名称,终端号,交易日期,交易时间,交易类型,批次号,凭证号,参考号,授权码,卡号,卡类型,"
    "交易金额,手续费,其他扣款,扣款名称,扣款依据,结算金额,备注"
)
PAYER = "某某支付有限公司"
BY_PAGE, BY_PROGRAM = "268.40", "137.20"  # what is taken and comes back
PROOF = {"name": "对方已读.png", "mimeType": "image/png", "buffer": PNG}


def now() -> datetime:
    return datetime.fromtimestamp(time.time(), SHANGHAI)


def statement(day: date, amount: str, kind: str, name: str) -> bytes:
    """A day of takings and one row beside it, as an acquirer exports it: a deduction, or the same amount given back."""
    other = amount if kind == "扣款" else f"-{amount}"
    net = f"-{amount}" if kind == "扣款" else amount
    place = f"{day},{SHOP_MID},吴江好又邻便利店,{SHOP_TIDS[0]}"
    rows = (
        f"{place},{day - timedelta(days=1)},,日汇总,000021,,,,,,500.00,3.00,0.00,,,497.00,",
        f"{place},,,{kind},,,,,,,0.00,0.00,{other},{name},,{net},",
        f"合计,,,,,,,,,,,,,500.00,3.00,{other},,,{Decimal('497.00') + Decimal(net)},",
    )
    return "\n".join([HEADER, *rows, ""]).encode("gb18030")


# -- by page ------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(browser, running: Product):
    context = browser.new_context(
        base_url=running.url, viewport=dict(zip(("width", "height"), PHONE, strict=True)), locale="zh-CN",
        timezone_id="Asia/Shanghai", has_touch=True,
    )  # fmt: skip
    page = context.new_page()
    page.complaints, page.runs_scripts = [], True
    page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def log_in(page: Page, login: dict) -> None:
    page.goto("/")
    page.get_by_role("link", name="登录").first.click()
    page.get_by_label("手机号或邮箱").fill(login["phone"])
    page.get_by_label("密码").fill(login["password"])
    page.get_by_role("button", name="用密码登录").click()
    expect(page.get_by_role("link", name="要回一笔扣款")).to_be_visible()


def take_in(page: Page, name: str, content: bytes) -> None:
    """Imports a statement the way that the first question of filing shows; the worker reads it meanwhile."""
    page.goto("/home/")
    page.get_by_role("link", name="要回一笔扣款").click()
    page.get_by_text("笔数多？用表格或对账单").click()
    page.get_by_role("link", name="有收单机构给的对账单？先导入，再从里面选").click()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name, timeout=30_000)
    expect(page.locator("#messages")).to_contain_text("导入好了：1 笔扣款和到账。")


def file_from_the_line(page: Page, amount: str) -> str:
    """From the line of the statement to the finished letter; answers the number of the case."""
    page.get_by_role("row", name=amount).get_by_role("link", name="要回这笔").click()
    expect(page.get_by_role("checkbox", name=amount)).to_be_checked()
    page.get_by_role("button", name="继续").click()
    page.locator("label", has_text="上面没有，我来写名称").click()
    page.get_by_label("对方的名称").fill(PAYER)
    page.get_by_role("button", name="继续").click()
    page.get_by_text("没有同意过这项收费").click()
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("提交前请核对")
    expect(page.get_by_role("main")).to_contain_text(amount)
    expect(page.get_by_role("main")).to_contain_text(PAYER)
    page.get_by_role("button", name="提交，生成说明函").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("说明函写好了")
    return page.locator("main strong.num").inner_text()


def test_one_person_gets_her_money_back_by_page(running: Product, page: Page) -> None:
    taken_on, back_on = now().date() - timedelta(days=2), now().date() - timedelta(days=1)
    log_in(page, running.kept("login"))
    take_in(page, "九月对账单.csv", statement(taken_on, BY_PAGE, "扣款", "设备服务费"))
    number = file_from_the_line(page, f"¥{BY_PAGE}")
    _letter(page, number, taken_on)
    _sent_and_arrived(page)
    _called_and_explained(page, number)
    take_in(page, "十月对账单.csv", statement(back_on, BY_PAGE, "退费", "服务费退回"))
    _refunded_and_closed(page, number, back_on)


def _letter(page: Page, number: str, taken_on: date) -> None:
    letter = page.get_by_label("复制这段发给对方").input_value()
    assert all(words in letter for words in (number, BY_PAGE, "设备服务费", f"{taken_on.year}", PAYER)), letter
    then = page.get_by_role("region", name="接下来")
    expect(then).to_contain_text("（非法定期限）")
    assert "须" not in then.inner_text(), "a date of ours is no duty"
    page.get_by_role("button", name="复制").first.click()
    expect(page.get_by_text("已复制").first).to_be_visible()
    with page.expect_download() as pdf:
        page.get_by_role("link", name="下载 PDF").click()
    assert pdf.value.path().read_bytes().startswith(b"%PDF")
    check_page(page)


def _sent_and_arrived(page: Page) -> None:
    page.get_by_role("link", name="我已发出").click()
    page.get_by_label("渠道").select_option("wechat")
    page.get_by_text("我已核对").click()
    page.get_by_role("button", name="我已发出").click()
    expect(page.locator(".next-action h2")).to_have_text("记下对方什么时候收到了函件")
    page.locator(".next-action .btn-primary").click()
    page.get_by_label("送达凭证").set_input_files(PROOF)
    page.get_by_role("button", name="记下").click()
    expect(page.locator(".next-action h2")).to_have_text("等对方确认收到")
    check_page(page)


def _called_and_explained(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/do/record_contact/")
    page.get_by_label("和谁联系的").fill("客服 8021")
    page.get_by_label("渠道").select_option("phone")
    page.get_by_label("说了什么").fill("说已登记，让我等")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#timeline")).to_contain_text("说已登记，让我等")
    page.get_by_role("link", name="对方回复了").first.click()
    page.get_by_text("说了扣款的原因").click()
    page.get_by_label("对方的原话").fill("系统自动收取的服务费")
    page.get_by_label("通过什么渠道").select_option("phone")
    page.get_by_role("button", name="记下答复").click()
    expect(page.locator(".next-action blockquote")).to_contain_text("系统自动收取的服务费")
    check_page(page)


def _refunded_and_closed(page: Page, number: str, back_on: date) -> None:
    page.goto(f"/cases/{number}/")
    page.get_by_text("还可以做的").click()
    page.get_by_role("link", name="记录退款到账").click()
    page.get_by_text(f"{back_on}　¥{BY_PAGE}").click()
    page.get_by_role("button", name="记录到账").click()
    expect(page.locator(".next-action h2")).to_have_text("钱已退齐：核对后结案")
    page.locator(".next-action .btn-primary").click()
    page.get_by_text("我已核对").click()
    page.get_by_role("button", name="结案").click()
    expect(page.locator(".case-number")).to_contain_text("结案：全额退还")
    check_page(page)
    page.goto("/cases/?stage=closed")
    expect(page.get_by_role("main")).to_contain_text(number)


def test_the_code_that_a_phone_would_get_stands_in_the_demos_outbox(running: Product, page: Page) -> None:
    phone = running.kept("login")["phone"]
    page.goto("/login/code/")
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name="发送验证码").click()
    here = page.url
    page.get_by_role("link", name="看演示收件箱").click()
    newest = page.locator("article", has_text=phone).first
    for _ in range(30):  # the relay sends it meanwhile
        if newest.count():
            break
        page.wait_for_timeout(300)
        page.reload()
    code = re.search(r"\b\d{6}\b", newest.locator(".quoted").inner_text())
    assert code, newest.inner_text()
    page.goto(here)
    page.get_by_label("验证码").fill(code[0])
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("link", name="要回一笔扣款")).to_be_visible()


# -- by program ---------------------------------------------------------------------------------------------------


class Program:
    """A program of the shop: its key, the address, and requests as docs/api.md shows them."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.session = url, requests.Session()
        self.session.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str) -> dict:
        answer = self.session.get(self.url + path, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def post(self, path: str, *, version: int | None = None, files: dict | None = None, **fields) -> dict:
        headers = {"Idempotency-Key": uuid4().hex, **({"If-Match": f'"{version}"'} if version else {})}
        sent = {"data": fields, "files": files} if files else {"json": fields}
        answer = self.session.post(self.url + path, headers=headers, timeout=30, **sent)
        assert answer.ok, answer.text
        return answer.json()

    def take_in(self, name: str, content: bytes) -> dict:
        """Imports a statement; answers its only line that is no sale."""
        job = self.post("/api/v1/statements", files={"file": (name, content, "text/csv")})
        until = time.monotonic() + 30
        while job["state"] in ("queued", "running") and time.monotonic() < until:
            time.sleep(0.2)
            job = self.get(f"/api/v1/jobs/{job['id']}")
        assert job["state"] == "done", job
        [line] = self.get(self.get(job["result_url"])["lines_url"])["results"]
        return line

    def act(self, case: dict, name: str, files: dict | None = None, **fields) -> dict:
        """An act by the address that the case itself offers."""
        [offered] = [one for one in case["actions"] if one["name"] == name]
        assert not offered["blocked_by"], offered
        return self.post(offered["href"], version=case["version"], files=files, **fields)


def test_one_person_gets_her_money_back_by_program(running: Product) -> None:
    shop = Program(running.url, running.kept("key")["key"])
    assert shop.get("/api/v1/me")["organisation"] in running.kept("login")["who"]
    today, picture = now().date(), ("read.png", PNG, "image/png")
    day = today - timedelta(days=2)
    taken = shop.take_in("taken.csv", statement(day, BY_PROGRAM, "扣款", "设备维护费"))
    assert (taken["direction"], taken["amount"], taken["on"]) == ("D", BY_PROGRAM, day.isoformat())
    line = {"on": taken["on"], "amount": taken["amount"], "statement_line": taken["id"]}
    case = shop.post("/api/v1/cases", symptom="S5", cause="C11", lines=[line], provider=PAYER, submit=True)
    assert (case["state"], case["stage"], case["next_actor"], case["amount"]) == (
        "OPEN",
        "prepare",
        "merchant",
        BY_PROGRAM,
    )
    case = shop.act(case, "send_letter", channel="wechat", alone="核对过")
    case = shop.act(
        case, "record_arrival", {"proof": picture}, of="letter", arrived_at=now().isoformat(), channel="wechat"
    )
    assert (case["state"], case["stage"], case["next_actor"]) == ("AWAIT_ACK", "wait", "provider")
    due = {one["code"]: date.fromisoformat(one["due_on"]) for one in case["deadlines"]}
    assert today < due["CK-ACK"] < due["CK-EXPL"] < due["CK-LIM"]
    assert due["CK-LIM"].year == today.year + 3, "arrival interrupts limitation"
    case = shop.act(case, "record_contact", who="客服 8021", channel="phone", on=now().isoformat(), said="说已登记")
    case = shop.act(
        case,
        "explain",
        on_behalf=True,
        channel="phone",
        received_at=now().isoformat(),
        text="系统自动收取",
        clause="none",
    )
    assert (case["state"], case["stage"], case["next_actor"]) == ("EXPLAINED", "talk", "merchant")
    back = shop.take_in("back.csv", statement(day + timedelta(days=1), BY_PROGRAM, "退费", "维护费退回"))
    case = shop.act(case, "record_refund", lines=[1], on=back["on"], amount=back["amount"], statement_line=back["id"])
    assert (case["state"], case["stage"], case["recovered"]) == ("FULFILLED", "refund", BY_PROGRAM)
    case = shop.act(case, "close", outcome="FULL_REFUND", alone="已看到到账")
    assert (case["state"], case["outcome"], case["next_actor"], case["actions"]) == (
        "CLOSED",
        "FULL_REFUND",
        "none",
        [],
    )
    acts = [one["act"] for one in shop.get(f"/api/v1/cases/{case['number']}/timeline")["results"]]
    assert acts == [
        "close",
        "record_refund",
        "explain",
        "record_contact",
        "record_arrival",
        "send_letter",
        "open",
        "file",
    ]

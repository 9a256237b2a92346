"""The page of a case: what it shows to whom, in which words, and in how few statements."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from cases import actions, casepage, workflow
from cases.models import Case
from config import tenancy
from tests import walk
from tests.pages.person import client_of, seen
from tests.walk import do, photo

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
BUDGET = 8  # statements of one page, log-in and the count of unread messages included
DUTY = re.compile(r"须|\bmust\b")
MARKED = re.compile(r"法定期限|约定期限|statutory|agreed deadline")


def page_of(actor, number, query="", language="zh-hans"):
    response = client_of(actor, language).get(f"/cases/{number}/{query}")
    assert response.status_code == 200, response.status_code
    return response


def statements(actor, number) -> int:
    client = client_of(actor)
    client.get(f"/cases/{number}/")
    with CaptureQueriesContext(connection) as found:
        assert client.get(f"/cases/{number}/").status_code == 200
    return len([one for one in found.captured_queries if "SAVEPOINT" not in one["sql"]])


HERE = {"freeze": "freeze_agreement", "sign": "sign"}  # what the agreement's own page performs


def offered(response) -> set[str]:
    """The acts that a page leads to."""
    return set(re.findall(r'(?:href|action)="/cases/[^/"]+/do/(\w+)/', response.content.decode()))


def offered_in_all(actor, number) -> set[str]:
    """The acts to which the case's page leads, by itself or through the agreement's."""
    client = client_of(actor)
    page = client.get(f"/cases/{number}/")
    found = offered(page)
    if f"/cases/{number}/agreement/" in page.content.decode():
        beside = client.get(f"/cases/{number}/agreement/")
        html = beside.content.decode()
        performed = re.findall(r'name="do" value="(\w+)"', html) if 'name="only_save"' not in html else []
        found |= offered(beside) | {HERE[name] for name in performed if name in HERE}
    return found


@pytest.mark.parametrize("state", walk.STATES)
def test_each_seat_is_offered_what_the_table_allows_and_nothing_else(cast, at, state):
    number = walk.company(at, cast, state)
    for part in ("finance", "boss", "approver", "store_a", "agent", "agent_chief"):
        actor = getattr(cast, part)
        client = client_of(actor)
        response = client.get(f"/cases/{number}/")
        if part.startswith("agent") and state in {"DRAFT", "OPEN"}:
            assert response.status_code == 404, "the provider sees nothing before the letter went out"
            continue
        with tenancy.acting(actor):
            case = Case.objects.select_related("provider").get(number=number)
            found = actions.available(case, actor)
        possible = {act.name for act, _blocked in found}
        free = {act.name for act, blocked in found if not blocked} - {"approve", "return_request", "supply_evidence"}
        shown = offered_in_all(actor, number)
        assert shown <= possible, f"{part} in {state} is offered too much: {shown - possible}"
        missing = free - shown - ({"correct_record"} if part != "finance" else set())
        assert not missing, f"{part} in {state} is not offered {missing}"


def test_every_living_act_has_its_button_in_some_state(cast, at):
    found: set[str] = set()
    for number, actors in _many_cases(at, cast):
        for actor in actors:
            found |= offered_in_all(actor, number)
    assert found == set(workflow.ALIVE) - {"file"}


def _many_cases(at, cast):
    yield walk.company(at, cast, "DRAFT"), [cast.boss]
    opened = walk.file(cast.finance, {**walk.LINE, "store": "新街口店"}, walk.LINE, provider=str(cast.provider.id))
    do(cast.finance, opened, "send_letter", channel="email")
    yield opened, [cast.boss, cast.approver]
    do(cast.approver, opened, "approve")
    yield opened, [cast.boss, cast.finance]
    do(cast.finance, opened, "record_arrival", of="letter", arrived_at="2026-08-17T18:00", proof=photo())
    yield opened, [cast.boss, cast.finance, cast.agent]
    do(cast.finance, opened, "request_evidence", kinds=["E10"], of="provider")
    yield opened, [cast.agent]
    do(cast.agent, opened, "explain", text="按 7.3 条收取")
    yield opened, [cast.finance]
    do(cast.finance, opened, "propose_responsibility", split=walk.PROVIDER_ALL, reason="未到场")
    yield opened, [cast.agent, cast.approver]
    do(cast.approver, opened, "confirm_responsibility")
    walk.approved(cast, opened, "set_mandate", cast.finance, least_refund="1.00")
    yield opened, [cast.boss, cast.finance]
    do(cast.agent, opened, "make_offer", terms=walk.HALF_BACK)
    yield opened, [cast.finance, cast.agent]
    do(cast.boss, opened, "fail_negotiation", summary="谈不拢")
    yield opened, [cast.boss]
    yield from _of_an_agreement(at, cast)


def _of_an_agreement(at, cast):
    kept = walk.company(at, cast, "OFFER_PENDING")
    do(cast.boss, kept, "accept_offer", offer=1)
    yield kept, [cast.boss, cast.finance]
    do(cast.boss, kept, "freeze_agreement")
    yield kept, [cast.boss, cast.finance]
    for actor, side in ((cast.finance, "merchant"), (cast.agent, "provider")):
        do(actor, kept, "upload_signed_copy", side=side, file=photo(f"{side}.png"), exchanged_on="2026-08-18")
    yield kept, [cast.finance]
    do(cast.finance, kept, "notify_parties")
    yield kept, [cast.agent]
    do(cast.finance, kept, "acknowledge_notice")
    do(cast.agent, kept, "acknowledge_notice")
    yield kept, [cast.agent]
    do(cast.agent, kept, "prove_obligation", obligation=1, on="2026-08-18", amount="1000.00", file=photo())
    yield kept, [cast.finance]
    do(cast.finance, kept, "dispute_obligation", obligation=1, reason="没有到账")
    at("2026-09-05T10:00")
    yield kept, [cast.boss]
    do(cast.boss, kept, "declare_breach", obligation=1)
    yield kept, [cast.boss]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_date_of_ours_is_never_worded_as_a_duty(cast, at, language):
    client = client_of(cast.owner, language)
    at("2026-08-17T18:00")
    for number in (walk.file(cast.owner, submit=False), walk.file(cast.owner)):
        _no_duty(client, number, "do/open/", "do/send_letter/", "answered/")
    number = walk.shop_awaits(at, cast)
    _no_duty(client, number, "do/remind/", "answered/")
    at("2026-09-04T10:00")
    _no_duty(client, number)
    do(cast.owner, number, "explain", **walk.behalf("2026-09-04T09:00", text="商户原因"))
    _no_duty(client, number, "do/propose_responsibility/")
    do(cast.owner, number, "propose_responsibility", split=walk.PROVIDER_ALL, reason="没有来")
    _no_duty(client, number)


def _no_duty(client, number, *paths):
    for path in ("", *paths):
        response = client.get(f"/cases/{number}/{path}")
        # The letter itself is in a box to copy; what it may say is tested with the letters.
        response.content = re.sub(r"(?s)<textarea.*?</textarea>", "", response.content.decode()).encode()
        for sentence in re.split(r"[。.\n]", seen(response)):
            assert not DUTY.search(sentence) or MARKED.search(sentence), (number, path, sentence)


@pytest.mark.parametrize("state", walk.STATES)
def test_a_page_takes_at_most_eight_statements(cast, at, state):
    number = walk.company(at, cast, state)
    assert statements(cast.finance, number) <= BUDGET
    if state not in {"DRAFT", "OPEN"}:
        assert statements(cast.agent, number) <= BUDGET + 1, "one more finds out about the second factor"


def test_statements_do_not_grow_with_events(cast, at):
    number = walk.shop_awaits(at, cast)
    few = statements(cast.owner, number)
    for i in range(120):
        do(cast.owner, number, "add_message", text=f"备注 {i}", visibility="internal")
    assert statements(cast.owner, number) == few <= BUDGET


def test_older_events_follow_by_a_link_and_nothing_is_lost(cast, at):
    number = walk.shop_awaits(at, cast)
    for i in range(60):
        do(cast.owner, number, "add_message", text=f"备注 {i}", visibility="internal")
    first = page_of(cast.owner, number).content.decode()
    link = re.search(r'href="(\?show=all&amp;before=\d+)#', first)
    assert link and "备注 59" in first and "备注 3<" not in first
    second = page_of(cast.owner, number, link[1].replace("&amp;", "&")).content.decode()
    assert "备注 3<" in second and "要回 1 笔扣款" in second and "备注 59" not in second


def test_the_timeline_is_filtered(cast, at):
    number = walk.shop_awaits(at, cast)
    do(cast.owner, number, "add_message", text="只有自己看", visibility="internal")
    assert "只有自己看" in seen(page_of(cast.owner, number, "?show=internal"))
    files = seen(page_of(cast.owner, number, "?show=files"))
    assert "发出要求说明函" in files and "只有自己看" not in files
    assert "只有自己看" in seen(page_of(cast.owner, number, "?show=messages"))
    assert "这一类还没有记录" in seen(page_of(cast.owner, number, "?show=clocks"))
    assert "要回 1 笔扣款" in seen(page_of(cast.owner, number, "?show=nonsense")), "an unknown filter shows all"


def test_many_lines_are_read_fifty_at_a_time(cast, at):
    at("2026-08-17T18:00")
    lines = [{"on": "2026-08-10", "amount": "1.00", "fee_name": f"第{i}号费"} for i in range(1, 1001)]
    number = walk.file(cast.owner, *lines)
    assert statements(cast.owner, number) <= BUDGET
    first = page_of(cast.owner, number)
    assert "第50号费" in seen(first) and "第51号费" not in seen(first)
    assert len(first.content) < 150_000
    assert "1000 笔" in seen(first) and "¥1,000.00" in seen(first)
    last = seen(page_of(cast.owner, number, "?lines=20"))
    assert "第1000号费" in last and "第950号费" not in last
    assert "第1000号费" in seen(page_of(cast.owner, number, "?lines=999")), "beyond the end is the last page"


def test_kinds_of_money_are_never_added_up(cast, at):
    at("2026-08-17T18:00")
    lines = [{"on": "2026-08-10", "amount": "100.00"}, {"on": "2026-08-10", "amount": "30.00", "kind": "RESERVE"}]
    text = seen(page_of(cast.owner, walk.file(cast.owner, *lines)))
    assert "¥100.00" in text and "壹佰元整" in text and "¥30.00" in text and "¥130.00" not in text


def test_hostile_words_are_shown_and_never_run(cast, at):
    at("2026-08-17T18:00")
    line = {**walk.LINE, "fee_name": HOSTILE, "clause": HOSTILE}
    number = walk.file(cast.owner, line, provider=HOSTILE, story=HOSTILE)
    do(cast.owner, number, "add_message", text=HOSTILE, visibility="internal")
    do(cast.owner, number, "add_evidence", kind="E04", file=photo(f"{HOSTILE}.png"), source=HOSTILE)
    for path in (
        "",
        "evidence/",
        "do/send_letter/",
        "do/drop_line/",
        "do/correct_record/?event=1",
        "letters/1/",
        "do/record_refund/",
    ):
        html = client_of(cast.owner).get(f"/cases/{number}/{path}").content.decode()
        assert "<script>alert" not in html and "<img src=x" not in html, path
        assert path in {"do/drop_line/"} or "onerror=alert(2)" in html, f"{path} does not show the words at all"


def test_a_corrected_record_stays_and_leads_to_what_replaced_it(cast, at):
    number = walk.shop_awaits(at, cast)
    do(cast.owner, number, "record_contact", who="小李", channel="phone", on="2026-08-18T10:00", said="三天内回电")
    contact = walk.last_event(cast.owner, number).seq
    do(cast.owner, number, "correct_record", event=contact, fields={"said": "五天内回电"}, reason="听错了")
    html = page_of(cast.owner, number).content.decode()
    entry = re.search(rf'(?s)<li id="e{contact}" class="superseded">.*?</li>', html)
    assert entry and "三天内回电" in entry[0] and f'href="#e{contact + 1}"' in entry[0]
    assert "do/correct_record" not in entry[0], "what was corrected is corrected through its correction's original"
    assert "五天内回电" in html


def test_what_was_recorded_for_the_other_side_is_marked(cast, at):
    number = walk.shop_explained(at, cast)
    text = seen(page_of(cast.owner, number))
    assert "替服务商记录" in text and "2026-08-31 11:00" in text


def test_a_shop_reads_stages_and_staff_read_states(cast, at):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    assert "等对方说明 " not in seen(page_of(cast.finance, number)).split("时间线")[0].split("下一步")[0]
    assert "等对方说明" in seen(page_of(cast.agent, number)).split("下一步")[0]


def test_what_is_private_to_a_side_is_not_on_the_others_page(cast, at):
    number = walk.company(at, cast, "AWAIT_ACK")
    do(cast.finance, number, "add_message", text="底线是一千", visibility="internal")
    do(cast.finance, number, "add_evidence", kind="E13", file=photo("秘密.png"), visibility="internal")
    text = seen(page_of(cast.agent, number))
    assert "底线" not in text and "秘密" not in text and "诉讼时效" not in text
    assert client_of(cast.agent).get(f"/cases/{number}/evidence/2/file/").status_code == 404


def test_foreign_and_unknown_cases_look_the_same(cast, at):
    number = walk.company(at, cast, "AWAIT_ACK")
    stranger = client_of(cast.owner)
    for path in (
        "",
        "deadlines.ics",
        "answered/",
        "do/add_message/",
        "evidence/",
        "evidence/1/file/",
        "letters/1/",
        "letters/1/pdf/",
    ):
        assert stranger.get(f"/cases/{number}/{path}").status_code == 404, path
        assert stranger.get(f"/cases/DK-2026-999999/{path}").status_code == 404, path
    assert client_of(cast.store_b).get(f"/cases/{number}/").status_code == 404, "another store's case"


def test_nobody_sees_a_case_without_logging_in(client, cast, at):
    number = walk.company(at, cast, "OPEN")
    for path in (f"/cases/{number}/", f"/cases/{number}/do/open/", "/notifications/", "/approvals/"):
        response = client.get(path)
        assert response.status_code == 302 and "login" in response.url, path


def test_deadlines_go_into_a_calendar(cast, at):
    number = walk.shop_awaits(at, cast)
    response = client_of(cast.owner).get(f"/cases/{number}/deadlines.ics")
    entries = {str(one["summary"]): one for one in Calendar.from_ical(response.content).walk("VEVENT")}
    assert f"{number} 说明这笔扣款" in entries
    assert entries[f"{number} 说明这笔扣款"]["dtstart"].dt.isoformat() == "2026-09-02"
    again = Calendar.from_ical(client_of(cast.owner).get(f"/cases/{number}/deadlines.ics").content)
    assert {str(one["uid"]) for one in again.walk("VEVENT")} == {str(one["uid"]) for one in entries.values()}


def test_a_page_that_is_read_changes_nothing(cast, at):
    number = walk.shop_awaits(at, cast)
    before = walk.case_of(cast.owner, number).version
    with tenancy.acting(cast.owner):
        casepage.read(cast.owner, number)
    page_of(cast.owner, number)
    assert walk.case_of(cast.owner, number).version == before

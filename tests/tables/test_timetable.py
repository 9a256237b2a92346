"""The timetable against the rules, its reminders, and the words a deadline is told in."""

import re
from datetime import datetime, timedelta

import pytest

from cases.timetable import CLOCKS, ENDINGS, PEOPLE, TO_WHO_IS_LATE, day_label, known
from config.clock import SHANGHAI
from tests.law.book import CALENDAR, RULES, at, run

DUTY = re.compile("须|必须|应当|must|shall|have to", re.IGNORECASE)
KIND = {rule.code: rule.kind for rule in RULES}


def instants(code: str, start: str, **options) -> dict[str, datetime]:
    found = run(code, start, **options)
    return dict(CLOCKS[code].instants(found.starts_at, found.due_at, CALENDAR))


def test_every_clock_has_a_rule_and_every_rule_a_clock():
    assert set(KIND) == set(CLOCKS)


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=lambda clock: clock.code)
def test_a_row_names_people_and_endings_that_exist(clock):
    assert clock.code == next(code for code, row in CLOCKS.items() if row is clock)
    assert {clock.acts, clock.waits} <= set(PEOPLE)
    assert clock.on_expiry in ENDINGS
    assert all(re.fullmatch(r"before:\d+[dh]|after:\d+bd", step) for step in clock.reminders)


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=lambda clock: clock.code)
@pytest.mark.parametrize("reader", ["merchant", "provider", "legal"])
def test_a_deadline_says_what_kind_it_is_and_no_policy_date_sounds_like_a_duty(clock, reader):
    kind = KIND[clock.code]
    sentence = clock.sentence(kind, "2026-10-08 24:00", reader=reader)
    for text in (sentence.zh, sentence.en):
        assert "2026-10-08 24:00" in text
        assert not re.search(r"[{}]", text)
    assert {"L": "法定期限", "C": "约定期限", "P": "非法定期限"}[kind] in sentence.zh
    if kind == "P":
        words = [sentence, clock.label, clock.starts, clock.what, clock.silence]
        assert not [text for words_of in words for text in (words_of.zh, words_of.en) if DUTY.search(text)]


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=lambda clock: clock.code)
def test_english_has_no_chinese_and_nothing_shouts(clock):
    for text in (clock.label, clock.starts, clock.what, clock.silence, clock.sentence("L", "x")):
        assert text.zh and text.en
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", text.en)
        assert not re.search(r"[!！您]", text.zh + text.en)


def test_the_other_side_reads_the_same_deadline_as_its_own():
    clock = CLOCKS["CK-EXPL"]
    assert clock.sentence("P", "10-08 24:00").zh == "我们请对方在 10-08 24:00 前说明这笔扣款（非法定期限）"
    assert (
        clock.sentence("P", "10-08 24:00", reader="provider").zh == "建议你在 10-08 24:00 前说明这笔扣款（非法定期限）"
    )
    assert CLOCKS["CK-OFFER"].sentence("P", "10-08", acts="merchant").zh.startswith("建议你在")
    assert CLOCKS["CK-DEF"].sentence("L", "10-08").zh == "法律规定对方须在 10-08 前提出答辩状（法定期限）"
    assert "对方可能以时效拒绝" in CLOCKS["CK-LIM"].sentence("L", "2029-08-17").zh


def test_reminders_of_an_acknowledgement_count_workdays_from_arrival():
    assert instants("CK-ACK", "2026-09-24T10:00") == {
        "after:2bd": at("2026-09-30"),  # the end of 09-29
        "due": at("2026-09-30"),
        "after:5bd": at("2026-10-10"),  # 28, 29, 30, 8, 9: the end of 10-09
    }


def test_limitation_alarms_half_a_year_a_quarter_and_a_month_before():
    found = instants("CK-LIM", "2026-08-17")
    due = found.pop("due")
    assert [(due - when).days for when in found.values()] == [180, 90, 30]


def test_other_clocks_say_when_a_day_is_left():
    found = instants("CK-EXPL", "2026-09-24")
    assert found["due"] - found["before:1d"] == timedelta(hours=24)


def test_a_reminder_before_the_start_is_not_planned():
    assert list(instants("CK-OBL", "2026-11-02", days=2, unit="d")) == ["before:1d", "due"]
    assert list(instants("CK-OBL", "2026-11-02T09:00", days=2, unit="d")) == ["before:1d", "due"]


def test_instants_come_in_order():
    for code in CLOCKS:
        start = datetime(2026, 11, 2, 9, tzinfo=SHANGHAI)
        planned = [when for _, when in CLOCKS[code].instants(start, start + timedelta(days=400), CALENDAR)]
        assert planned == sorted(planned)


def test_days_are_named():
    assert (day_label("bd").zh, day_label("d").zh, day_label("m").zh) == ("工作日", "自然日", "自然日")


def test_a_bare_staged_code_names_its_stages():
    assert known("CK-BANK") == (None, ["CK-BANK-1", "CK-BANK-2", "CK-BANK-3"])
    assert known("CK-PO")[1] == ["CK-PO-1", "CK-PO-2", "CK-PO-3"]
    assert known("CK-NONE") == (None, [])


def test_who_must_act_reads_what_the_other_side_may_do_and_who_waits_what_he_may():
    owed = CLOCKS["CK-OBL"]
    assert "你" not in owed.then("provider", "provider").zh and "商户" in owed.then("provider", "provider").zh
    assert owed.then("merchant", "provider") == owed.silence
    assert "对方可以" in owed.then("merchant", "merchant").zh
    for code, acts, reader in TO_WHO_IS_LATE:
        assert CLOCKS[code].then(reader, acts) != CLOCKS[code].silence

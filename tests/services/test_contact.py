"""Reaching the other side: contacts, the letter sent and arrived, reminders; which clocks run, who sees the case then."""

import pytest

from cases.models import Case, Deadline, Evidence, Letter, Notice, Party
from cases.services import letters
from config import tenancy
from config.errors import Conflict, Invalid, Missing, NotFound, SecondPerson
from tests import walk
from tests.walk import LINE, behalf, case_of, deadlines, do, last_event, limitation, photo

ARRIVED = "2026-08-18T10:00"


def snapshot(actor, number: str) -> tuple:
    """Everything that an act of this room could change."""
    with tenancy.acting(actor):
        case = Case.objects.get(number=number)
        return (
            case.state, case.version, case.last_hash, Evidence.objects.filter(case=case).count(),
            Deadline.objects.filter(case=case).count(), Party.objects.filter(case=case).count(),
            list(Letter.objects.filter(case=case).values_list("position", "state", "channel", "sent_at", "arrived_at")),
        )  # fmt: skip


def refused(actor, number: str, act: str, kind, field: str = "", **data) -> Invalid:
    """Performs an act that must be refused, and checks that nothing changed."""
    before = snapshot(actor, number)
    with pytest.raises(kind) as caught:
        do(actor, number, act, **data)
    assert snapshot(actor, number) == before
    if field:
        assert [fault.pointer for fault in caught.value.faults] == [field]
    assert caught.value.text.zh and caught.value.text.en
    return caught.value


def shop_sent(at, cast, **data) -> str:
    """A shop alone that sent its letter on 2026-08-18 at 09:50 and does not know yet whether it arrived."""
    at("2026-08-17T18:00")
    number = walk.file(cast.owner, detected_on="2026-08-17")
    at("2026-08-18T09:50")
    do(cast.owner, number, "send_letter", channel="email", alone="核对过", **data)
    return number


def letter_of(actor, number: str, kind: str = "letter") -> Letter:
    with tenancy.acting(actor):
        return letters.current(Case.objects.get(number=number), kind)


# -- contacts -----------------------------------------------------------------------------------------------------


def test_a_contact_and_its_recording_are_seen_by_the_own_side_alone(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK")
    do(
        cast.finance,
        number,
        "record_contact",
        who="客服 8021",
        channel="phone",
        on="2026-08-18T09:30",
        said="明天回电",
        file=photo(),
    )
    event = last_event(cast.finance, number)
    assert event.act == "record_contact" and event.private_to == cast.yunshan.id
    assert event.data["said"] == "明天回电" and event.data["evidence"] == [2]
    with tenancy.acting(cast.agent):
        assert "record_contact" not in set(Case.objects.get(number=number).events.values_list("act", flat=True))
        assert list(Evidence.objects.values_list("position", flat=True)) == [1]
    with tenancy.acting(cast.finance):
        assert list(Evidence.objects.order_by("position").values_list("position", "kind")) == [(1, "E09"), (2, "E09")]


def test_a_contact_needs_its_time_and_cannot_lie_ahead(at, cast):
    at("2026-08-18T09:00")
    number = walk.file(cast.owner)
    said = {"who": "客服", "channel": "phone", "said": "会查"}
    refused(cast.owner, number, "record_contact", Invalid, "/on", **said)
    refused(cast.owner, number, "record_contact", Invalid, "/on", on="2026-08-18T09:01", **said)
    refused(cast.owner, number, "record_contact", Invalid, "/on", on="0001-01-01", **said)
    do(cast.owner, number, "record_contact", on="2026-08-10", **said)  # before the case was filed, by day alone
    assert case_of(cast.owner, number).state == "OPEN"


# -- the letter ---------------------------------------------------------------------------------------------------


def test_a_letter_that_arrived_starts_the_clocks_of_the_other_side_and_limitation_anew(at, cast):
    number = walk.shop_awaits(at, cast)
    assert case_of(cast.owner, number).state == "AWAIT_ACK"
    assert deadlines(cast.owner, number) == {"CK-ACK": "2026-08-20", "CK-EXPL": "2026-09-02"}
    assert limitation(cast.owner, number) == {"2029-08-20"}
    with tenancy.acting(cast.owner):
        assert Deadline.objects.get(code="CK-LIM", state="running").provisional
    event = last_event(cast.owner, number)
    with tenancy.acting(cast.owner):
        letter = letters.current(Case.objects.get(number=number))
        assert (letter.state, letter.channel, letter.proof.kind) == ("arrived", "email", "E09")
    assert (event.data["letter"], event.data["alone"], event.data["evidence"]) == (1, "核对过", [1])


def test_a_letter_sent_without_arrival_leaves_the_case_open_and_nothing_runs_for_the_other_side(at, cast):
    number = shop_sent(at, cast, proof=photo())
    assert case_of(cast.owner, number).state == "OPEN"
    assert deadlines(cast.owner, number) == {"CK-SEND": "2026-08-19"}
    assert limitation(cast.owner, number) == {"2029-08-17"}
    assert letter_of(cast.owner, number).state == "sent"
    assert last_event(cast.owner, number).data["evidence"] == [1]


def test_its_arrival_is_recorded_later_with_proof_and_counts_from_the_arrival(at, cast):
    number = shop_sent(at, cast)
    at("2026-08-21T09:00")
    do(cast.owner, number, "record_arrival", of="letter", arrived_at="2026-08-19T10:00", channel="post", proof=photo())
    assert case_of(cast.owner, number).state == "AWAIT_ACK"
    assert deadlines(cast.owner, number) == {"CK-ACK": "2026-08-21", "CK-EXPL": "2026-09-03"}
    assert limitation(cast.owner, number) == {"2029-08-20"}  # 2029-08-19 is a Sunday


def test_an_arrival_that_is_only_said_starts_the_policy_clocks_but_does_not_interrupt_limitation(at, cast):
    number = shop_sent(at, cast, arrived_at="2026-08-18T09:45")
    assert case_of(cast.owner, number).state == "AWAIT_ACK"
    assert deadlines(cast.owner, number) == {"CK-ACK": "2026-08-20", "CK-EXPL": "2026-09-02"}
    assert limitation(cast.owner, number) == {"2029-08-17"}
    do(cast.owner, number, "add_line", line=LINE)  # works limitation out anew
    assert limitation(cast.owner, number) == {"2029-08-17"}
    do(cast.owner, number, "drop_line", line=2, reason="同一笔")
    at("2026-08-20T09:00")
    do(cast.owner, number, "record_arrival", of="letter", arrived_at="2026-08-19T08:00", proof=photo())
    assert limitation(cast.owner, number) == {"2029-08-20"}
    assert deadlines(cast.owner, number) == {"CK-ACK": "2026-08-21", "CK-EXPL": "2026-09-03"}
    assert letter_of(cast.owner, number).state == "arrived"
    refused(cast.owner, number, "record_arrival", Missing, of="letter", arrived_at="2026-08-19T08:00", proof=photo())


def test_once_the_other_side_has_answered_the_proof_must_fit_the_arrival_that_was_said(at, cast):
    number = shop_sent(at, cast, arrived_at="2026-08-18T09:45")
    at("2026-08-19T09:00")
    do(cast.owner, number, "acknowledge", **behalf("2026-08-18T16:00"))
    proof = {"of": "letter", "proof": photo()}
    refused(cast.owner, number, "record_arrival", Conflict, "/arrived_at", arrived_at="2026-08-18T17:00", **proof)
    do(cast.owner, number, "record_arrival", arrived_at="2026-08-18T09:45", **proof)
    assert limitation(cast.owner, number) == {"2029-08-20"}
    assert deadlines(cast.owner, number) == {"CK-EXPL": "2026-09-02"}


@pytest.mark.parametrize(("arrived_at", "why"), [("2026-08-17T17:58", "too_early"), ("2026-08-18T10:06", "future")])
def test_an_arrival_before_the_letter_was_made_or_in_the_future_is_refused(at, cast, arrived_at, why):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    at("2026-08-18T10:05")
    sent = {"channel": "email", "arrived_at": arrived_at, "proof": photo(), "alone": "核对过"}
    assert refused(cast.owner, number, "send_letter", Invalid, "/arrived_at", **sent).faults[0].code == why


def test_an_arrival_before_it_was_sent_is_refused_but_seconds_do_not_count(at, cast):
    number = shop_sent(at, cast)
    at("2026-08-18T12:00")
    arrival = {"of": "letter", "proof": photo()}
    refused(cast.owner, number, "record_arrival", Invalid, "/arrived_at", arrived_at="2026-08-18T09:48", **arrival)
    refused(cast.owner, number, "record_arrival", Invalid, "/arrived_at", arrived_at="2026-08-18T12:01", **arrival)
    refused(cast.owner, number, "record_arrival", Invalid, "/proof", of="letter", arrived_at=ARRIVED)
    do(cast.owner, number, "record_arrival", arrived_at="2026-08-18T09:50", **arrival)
    assert case_of(cast.owner, number).state == "AWAIT_ACK"


def test_what_was_not_sent_cannot_have_arrived_and_nothing_arrives_twice(at, cast):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    arrival = {"arrived_at": "2026-08-17T18:00", "proof": photo()}
    refused(cast.owner, number, "record_arrival", Missing, "/something_sent", of="letter", **arrival)
    number = walk.shop_awaits(at, cast)
    refused(cast.owner, number, "record_arrival", Missing, "/something_sent", of="letter", **arrival)
    do(cast.owner, number, "remind", channel="wechat")
    refused(cast.owner, number, "record_arrival", Conflict, of="letter", arrived_at=ARRIVED, proof=photo())
    refused(cast.owner, number, "record_arrival", Invalid, "/of", of="parcel", arrived_at=ARRIVED, proof=photo())


def test_a_letter_can_go_out_again_by_another_channel_until_it_arrives(at, cast):
    number = shop_sent(at, cast)
    at("2026-08-20T09:00")
    do(cast.owner, number, "send_letter", channel="post", alone="邮件没有回音")
    letter = letter_of(cast.owner, number)
    assert (letter.position, letter.channel, letter.state) == (1, "post", "sent")


def test_the_respondent_must_be_known_and_the_portal_needs_its_account(at, cast):
    at("2026-08-17T18:00")
    unknown = walk.file(cast.owner, provider=None)
    refused(cast.owner, unknown, "send_letter", Missing, "/respondent_known", channel="email", alone="核对过")
    number = walk.file(cast.owner)
    refused(cast.owner, number, "send_letter", Invalid, "/channel", channel="portal", alone="核对过")
    known = walk.file(cast.owner, provider=str(cast.provider.id))
    do(cast.owner, known, "send_letter", channel="portal", alone="核对过")
    assert case_of(cast.owner, known).state == "OPEN"  # it has not been read yet


# -- the second person --------------------------------------------------------------------------------------------


def test_in_a_company_finance_asks_and_only_another_person_sends(at, cast):
    number = walk.company(at, cast, "OPEN")
    at("2026-08-18T09:50")
    do(cast.finance, number, "send_letter", channel="email", arrived_at=ARRIVED, proof=photo())
    case = case_of(cast.finance, number)
    assert (case.state, letter_of(cast.finance, number).state) == ("OPEN", "made")
    with tenancy.acting(cast.agent), pytest.raises(Case.DoesNotExist):
        Case.objects.get(number=number)
    at(ARRIVED)
    refused(cast.finance, number, "approve", SecondPerson)
    do(cast.approver, number, "approve")
    assert case_of(cast.finance, number).state == "AWAIT_ACK"
    assert deadlines(cast.finance, number) == {"CK-ACK": "2026-08-20", "CK-EXPL": "2026-09-02"}
    assert last_event(cast.finance, number).data["requested_by"] == cast.finance.display_name


def test_a_letter_changed_after_the_request_is_not_sent_unseen(at, cast):
    number = walk.company(at, cast, "OPEN")
    at("2026-08-18T09:50")
    do(cast.finance, number, "send_letter", channel="email")
    at("2026-08-18T09:55")
    do(cast.finance, number, "add_line", line={**LINE, "amount": "99.00", "store": "新街口店"})
    refused(cast.approver, number, "approve", Conflict)
    do(cast.approver, number, "return_request", reason="先看新的函件")
    do(cast.finance, number, "send_letter", channel="email")
    do(cast.approver, number, "approve")
    assert letter_of(cast.finance, number).state == "sent"


def test_a_shop_alone_confirms_with_a_reason(at, cast):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    refused(cast.owner, number, "send_letter", Missing, "/alone", channel="email")


# -- who sees the case then ---------------------------------------------------------------------------------------


def test_the_provider_and_its_agent_see_the_case_from_the_sending_on_and_not_before(at, cast):
    at("2026-08-17T18:00")
    line = {**LINE, "store": "新街口店"}
    number = walk.file(cast.finance, line, provider=str(cast.provider.id), outsourcer="某代理公司")
    with pytest.raises(NotFound):
        do(cast.agent, number, "add_message", text="我在吗")
    walk.approved(cast, number, "send_letter", cast.finance, channel="email")
    do(cast.agent, number, "add_message", text="收到")
    with tenancy.acting(cast.agent):
        mine = Party.objects.get()
        assert (mine.side, mine.role, mine.principal_id) == ("provider", "respondent", cast.provider.id)
        assert set(Notice.objects.values_list("kind", flat=True)) == {"letter_sent"}
    with tenancy.acting(cast.finance):
        agent = Case.objects.get(number=number).outsourcer_id
    with tenancy.acting(tenancy.Actor(None, agent, "outsourcer", "provider.agent")):
        mine = Party.objects.get()
        assert (mine.role, mine.principal_id) == ("outsourcer", cast.provider.id)


# -- reminders ----------------------------------------------------------------------------------------------------


def test_two_reminders_that_arrived_prove_silence_once_the_explanation_is_overdue(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-08-21T09:00")
    do(cast.owner, number, "remind", channel="wechat", arrived_at="2026-08-21T08:59")
    at("2026-09-03T00:00")
    do(cast.owner, number, "remind", channel="email")
    refused(cast.owner, number, "fail_negotiation", Missing, "/silence_or_talks", summary="没有答复")
    do(cast.owner, number, "record_arrival", of="reminder", arrived_at="2026-09-03T00:00", proof=photo())
    do(cast.owner, number, "fail_negotiation", summary="没有答复")
    assert case_of(cast.owner, number).state == "NEGO_FAILED"


def test_a_proven_arrival_of_a_reminder_interrupts_limitation_again_and_moves_no_other_clock(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-08-24T09:00")
    do(cast.owner, number, "remind", channel="email")
    assert limitation(cast.owner, number) == {"2029-08-20"}
    at("2026-08-25T09:00")
    do(cast.owner, number, "record_arrival", of="reminder", arrived_at="2026-08-24T09:10", proof=photo())
    assert limitation(cast.owner, number) == {"2029-08-24"}
    assert deadlines(cast.owner, number) == {"CK-EXPL": "2026-09-02"}  # CK-ACK ran out on 08-20
    assert case_of(cast.owner, number).state == "AWAIT_ACK"


def test_a_reminder_cannot_have_arrived_before_the_letter(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-08-21T09:00")
    refused(cast.owner, number, "remind", Invalid, "/arrived_at", channel="email", arrived_at="2026-08-18T09:58")
    do(cast.owner, number, "acknowledge", **behalf("2026-08-20T09:00"))
    do(cast.owner, number, "remind")  # by the channel of the letter
    assert letter_of(cast.owner, number, "reminder").channel == "email"


def test_a_letter_does_not_interrupt_limitation_for_a_line_added_after_it(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-08-19T09:00")
    do(cast.owner, number, "add_line", line={**LINE, "on": "2026-08-14", "amount": "50.00"})
    assert limitation(cast.owner, number) == {"2029-08-20", "2029-08-14"}
    do(cast.owner, number, "remind", channel="email", arrived_at="2026-08-19T09:00", proof=photo())
    assert limitation(cast.owner, number) == {"2029-08-20"}  # the reminder names both; 2029-08-19 is a Sunday

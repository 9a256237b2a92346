"""The link of a letter: what it opens and for how long, what its holder may do, what using it proves, whose it was."""

from datetime import timedelta

import pytest

from cases import actions, workflow
from cases.models import AnswerLink, Case, Evidence, Letter
from cases.services import contact, letters, links
from config import clock, tenancy
from config.actors import SYSTEM
from config.errors import Conflict, Missing, NotAllowed, WrongState
from config.models import AccessRecord, OutboxMessage
from tests import walk
from tests.walk import LINE, case_of, deadlines, do, events, last_event, limitation, photo


def sent(at, cast, *lines, **data) -> str:
    """A shop alone sent its letter on 2026-08-18 at 09:50; whether it arrived is not known."""
    at("2026-08-17T18:00")
    number = walk.file(cast.owner, *lines, detected_on="2026-08-17")
    at("2026-08-18T09:50")
    do(cast.owner, number, "send_letter", **{"channel": "email", "alone": "核对过", **data})
    return number


def token_of(actor, number: str, kind: str = "letter") -> str:
    with tenancy.acting(actor):
        found = links.url_in(letters.current(Case.objects.get(number=number), kind).text)
    return found.removesuffix("/").rpartition("/")[2]


def opens(token: str) -> bool:
    with links.held(token) as found:
        return found is not None


def act(token: str, name: str, data: dict, holder: str = "周经办") -> None:
    """What the page does when its form is sent."""
    with links.held(token) as found:
        found = links.named(found, holder)
        with tenancy.entered(found.actor):
            contact.prove_reading(found.actor, found.number, found.link.letter_id)
            actions.perform(found.actor, name, data, number=found.number)


# -- what opens ---------------------------------------------------------------------------------------------------


def test_a_letter_carries_a_link_that_opens_nothing_until_it_has_gone_out(at, cast):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    token = token_of(cast.owner, number)
    assert links.is_ours(token)
    assert not opens(token)
    do(cast.owner, number, "send_letter", channel="wechat", alone="核对过")
    assert opens(token)


def test_both_languages_and_the_paper_carry_the_same_link(at, cast):
    number = sent(at, cast)
    with tenancy.acting(cast.owner):
        letter = letters.current(Case.objects.get(number=number))
        assert links.url_in(letter.text) == links.url_in(letter.translation) != ""
        assert "在线答复，无需注册：" in letter.text and "no account needed" in letter.translation
        assert "<svg" in letters.page(letter)["answer_code"]
        assert AnswerLink.objects.get(letter=letter).token_sha256 == links.digest(token_of(cast.owner, number))
        assert token_of(cast.owner, number) not in str(AnswerLink.objects.values().get(letter=letter))


def test_a_letter_made_anew_drops_its_former_link(at, cast):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    former = token_of(cast.owner, number)
    do(cast.owner, number, "add_line", line={**LINE, "amount": "79.00"})
    assert token_of(cast.owner, number) != former
    do(cast.owner, number, "send_letter", channel="wechat", alone="核对过")
    assert not opens(former)
    assert opens(token_of(cast.owner, number))


def test_a_reminder_has_a_link_of_its_own_to_the_same_case(at, cast):
    number = walk.shop_awaits(at, cast)
    do(cast.owner, number, "remind")
    first, second = token_of(cast.owner, number), token_of(cast.owner, number, "reminder")
    assert first != second
    for token in (first, second):
        with links.held(token) as found:
            assert found.number == number


@pytest.mark.parametrize("wrong", ["", "a" * 34, "../../etc", "x" * 5000, "Ａ" * 34])
def test_what_this_installation_did_not_sign_is_not_looked_up(cast, django_assert_num_queries, wrong):
    with django_assert_num_queries(0), links.held(wrong) as found:
        assert found is None


def test_a_link_ends_after_its_days_and_when_it_is_revoked(at, cast):
    number = sent(at, cast)
    token = token_of(cast.owner, number)
    with tenancy.acting(cast.owner):
        link = AnswerLink.objects.get(case__number=number)
        assert link.expires_at == link.made_at + timedelta(days=180)
        AnswerLink.objects.update(revoked_at=clock.now())
    assert not opens(token)
    with tenancy.acting(cast.owner):
        AnswerLink.objects.update(revoked_at=None)
    assert opens(token)
    at("2027-02-13T17:59")
    assert opens(token)
    at("2027-02-13T18:01")
    assert not opens(token)


def test_a_token_of_a_former_secret_still_opens_while_that_is_known(at, cast, settings):
    number = sent(at, cast)
    token = token_of(cast.owner, number)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 8
    assert not opens(token)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert opens(token)


# -- who its holder is --------------------------------------------------------------------------------------------


def test_the_holder_is_an_agent_of_the_respondent_in_this_case_alone(at, cast):
    number = sent(at, cast)
    with links.held(token_of(cast.owner, number)) as found:
        actor = found.actor
        assert (actor.seat, actor.user_id, actor.method) == ("provider.agent", None, "link")
        assert actor.organisation_id == Case.objects.get(number=number).provider_id
        assert actor.case_id == Case.objects.get(number=number).pk
    with tenancy.acting(SYSTEM):
        assert not Case.objects.exists()  # nothing stays set


def test_every_act_outside_the_table_is_refused_by_the_door(at, cast):
    number = sent(at, cast)
    with links.held(token_of(cast.owner, number)) as found:
        found = links.named(found, "周经办")
        with tenancy.entered(found.actor):
            shown = {row.name for row, _ in actions.available(Case.objects.get(number=number), found.actor)}
            assert shown <= set(workflow.BY_LINK) and shown
            for name, row in workflow.ALIVE.items():
                if name in workflow.BY_LINK or name == "file":
                    continue
                with pytest.raises(NotAllowed):
                    actions.SERVICES[name](found.actor, number, {})
                assert row.name not in ("sign", "assign", "set_mandate") or name not in workflow.BY_LINK
    assert not {"sign", "assign", "set_mandate", "freeze_agreement", "record_refund"} & set(workflow.BY_LINK)


# -- what using it proves -----------------------------------------------------------------------------------------


def test_looking_proves_nothing(at, cast):
    number = sent(at, cast)
    with links.held(token_of(cast.owner, number)) as found:
        links.opened(found)
    with tenancy.acting(cast.owner):
        assert AnswerLink.objects.get(case__number=number).opened_at is not None
        letter = Letter.objects.get(case__number=number)
        assert (letter.read_at, letter.arrived_at, letter.case.state) == (None, None, "OPEN")


def test_confirming_receipt_proves_the_arrival_and_time_runs_from_then(at, cast):
    number = sent(at, cast)
    before = limitation(cast.owner, number)
    at("2026-08-19T15:30")
    act(token_of(cast.owner, number), "acknowledge", {"ticket_no": "K-7"})
    case = case_of(cast.owner, number)
    assert case.state == "AWAIT_EXPLANATION"
    assert deadlines(cast.owner, number) == {"CK-EXPL": "2026-09-03"}
    assert limitation(cast.owner, number) != before == {"2029-08-17"}
    assert limitation(cast.owner, number) == {"2029-08-20"}  # the 19th is a Sunday
    with tenancy.acting(cast.owner):
        letter = Letter.objects.get(case__number=number)
        assert letter.read_at == letter.arrived_at
        assert (letter.state, letter.proof_id) == ("arrived", None)
    arrival, said = events(cast.owner, number)[-2:]
    assert (arrival.act, arrival.seat, arrival.data["read_by"]) == ("record_arrival", "system", "周经办")
    assert (said.act, said.method, said.actor_name, said.user_id) == ("acknowledge", "link", "周经办", None)
    assert said.data["sent_to"] == "某支付公司"


def test_an_explanation_at_once_moves_the_case_through_all_it_implies(at, cast):
    number = sent(at, cast)
    at("2026-08-19T15:30")
    act(token_of(cast.owner, number), "explain", {"text": "按 7.3 条收取", "log": "none"})
    assert case_of(cast.owner, number).state == "EXPLAINED"
    assert [one.act for one in events(cast.owner, number)][-2:] == ["record_arrival", "explain"]


def test_a_time_recorded_without_proof_stands_and_is_proven_by_the_reading(at, cast):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner, detected_on="2026-08-17")
    at("2026-08-18T10:05")
    do(cast.owner, number, "send_letter", channel="wechat", arrived_at="2026-08-18T10:00", alone="核对过")
    assert limitation(cast.owner, number) == {"2029-08-17"}
    at("2026-08-19T15:30")
    act(token_of(cast.owner, number), "acknowledge", {})
    assert limitation(cast.owner, number) == {"2029-08-20"}  # from the time recorded: the 18th is a Saturday
    assert deadlines(cast.owner, number) == {"CK-EXPL": "2026-09-02"}


def test_an_arrival_that_is_proven_already_is_left_alone(at, cast):
    number = walk.shop_awaits(at, cast)
    act(token_of(cast.owner, number), "acknowledge", {})
    assert [one.act for one in events(cast.owner, number)][-2:] == ["send_letter", "acknowledge"]


def test_what_is_refused_leaves_no_arrival_either(at, cast):
    number = sent(at, cast)
    before = events(cast.owner, number)
    with pytest.raises(Missing), tenancy.acting(cast.owner):
        act(token_of(cast.owner, number), "acknowledge", {}, holder="  ")
    with pytest.raises(Exception, match="修改"), tenancy.acting(cast.owner):  # one transaction, as a page is
        act(token_of(cast.owner, number), "explain", {"text": ""})
    assert events(cast.owner, number) == before
    assert case_of(cast.owner, number).state == "OPEN"


def test_the_same_form_sent_twice_acts_once(at, cast):
    number = sent(at, cast)
    token = token_of(cast.owner, number)
    done = []
    for _ in range(2):
        with links.held(token) as found:
            links.once(found, "nonce-1", "acknowledge", lambda: done.append(1) or "done")
    assert done == [1]


def test_evidence_by_link_is_the_providers_and_seen_by_both(at, cast):
    number = sent(at, cast)
    act(token_of(cast.owner, number), "add_evidence", {"kind": "E10", "file": photo("系统日志.png")})
    with tenancy.acting(cast.owner):
        item = Evidence.objects.get(case__number=number, kind="E10")
        assert (item.added_by_side, item.added_by_name, item.private_to) == ("provider", "周经办", None)


# -- passing it on ------------------------------------------------------------------------------------------------


def pass_on(token: str, name: str = "赵六", address: str = "zhao@pay.example") -> str:
    """Names a colleague and answers the token that he is mailed."""
    with links.held(token) as found:
        found = links.named(found, "周经办")
        with tenancy.entered(found.actor):
            link = links.name_colleague(found, name, address)
            message = OutboxMessage.objects.get(dedup_key=f"link:{link.id}")
            assert (message.to, message.template) == (address, "answer_link")
            return message.params["link"].removesuffix("/").rpartition("/")[2]


def test_a_colleague_gets_a_link_of_his_own_that_says_whose_it_was(at, cast):
    number = sent(at, cast)
    theirs = pass_on(token_of(cast.owner, number))
    assert theirs != token_of(cast.owner, number)
    noted = last_event(cast.owner, number)
    assert (noted.act, noted.data["who"], noted.data["passed_to"]) == ("name_colleague", "赵六", "zhao@pay.example")
    assert theirs not in str(noted.data)
    act(theirs, "acknowledge", {}, holder="赵六")
    said = last_event(cast.owner, number)
    assert (said.actor_name, said.data["named_by"], said.data["sent_to"]) == ("赵六", "周经办", "zhao@pay.example")


def test_naming_the_same_address_again_ends_the_former_link(at, cast):
    number = sent(at, cast)
    token = token_of(cast.owner, number)
    first, second = pass_on(token), pass_on(token)
    assert not opens(first)
    assert opens(second)


def test_a_case_goes_through_ten_hands_at_most(at, cast):
    number = sent(at, cast)
    token = token_of(cast.owner, number)
    for i in range(10):
        pass_on(token, address=f"a{i}@pay.example")
    with pytest.raises(Conflict):
        pass_on(token, address="b@pay.example")


def test_a_refusal_is_recorded_and_the_token_never(at, cast):
    number = sent(at, cast)
    token = token_of(cast.owner, number)
    with links.held(token) as found:
        links.record_refused(found, "late", {"act": "accept_offer"})
        row = AccessRecord.objects.order_by("-at").first()
        assert row.facts["number"] == number and row.facts["why"] == "late"
        assert token not in str(vars(row))


def test_a_closed_case_is_shown_and_takes_nothing(at, cast):
    number = sent(at, cast)
    do(cast.owner, number, "withdraw", reason="不追了", alone="核对过")
    token = token_of(cast.owner, number)
    assert opens(token)
    with pytest.raises(WrongState), tenancy.acting(cast.owner):
        act(token, "acknowledge", {})
    assert last_event(cast.owner, number).act == "withdraw"

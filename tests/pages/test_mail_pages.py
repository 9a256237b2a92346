"""The merchant's pages of letters by mail: sent by one tick, an answer recorded in one step, what opening a link means."""

from django.test import Client

from cases.models import Case, Evidence, InboundMail, Notice
from cases.services import inbound, links
from config import tenancy
from config.models import OutboxMessage
from tests import walk
from tests.pages.person import client_of, hidden, seen
from tests.services.test_inbound import answer
from tests.services.test_links import sent, token_of
from tests.walk import case_of


def mail_in(actor, number: str, text: str = "我们核实后会退款。") -> str:
    with tenancy.acting(actor):
        address = links.reply_address(Case.objects.get(number=number).links.first())
    assert inbound.receive(answer(address, text))
    with tenancy.acting(actor):
        return str(InboundMail.objects.get(case__number=number).id)


def test_a_mail_that_came_is_recorded_in_one_step_with_itself_as_proof(at, cast, settings):
    settings.INBOUND_ADDRESS = "reply@shop.example"
    number = sent(at, cast)
    at("2026-08-19T10:00")
    mail_in(cast.owner, number)
    own = client_of(cast.owner)
    with tenancy.acting(cast.owner):
        notice = Notice.objects.get(case__number=number, kind="mail_received")
    where = own.get(f"/notifications/{notice.id}/")["Location"]
    assert where in own.get(f"/cases/{number}/").content.decode()  # the timeline leads there as well
    page = own.get(where)
    assert "我们核实后会退款。" in page.content.decode()
    fields = {name: hidden(page, name) for name in ("version", "nonce", "mail")}
    done = own.post(where, {**fields, "answer": "reason", "text": "我们核实后会退款。", "channel": "email",
                            "received_at": "2026-08-19T10:00", "arrived": "on"})  # fmt: skip
    assert done.status_code == 302, seen(done)[-600:]
    assert case_of(cast.owner, number).state == "EXPLAINED"
    with tenancy.acting(cast.owner):
        shared = Evidence.objects.filter(case__number=number, kind="E09", private_to=None)
        assert shared.first().content_type == "message/rfc822"


def test_a_mail_of_another_case_is_not_laid_into_the_form(at, cast, settings):
    settings.INBOUND_ADDRESS = "reply@shop.example"
    number, other = sent(at, cast), sent(at, cast)
    mail = mail_in(cast.owner, other, "另一个案件")
    assert "另一个案件" not in seen(client_of(cast.owner).get(f"/cases/{number}/answered/?mail={mail}"))


def test_the_letter_is_mailed_by_one_tick_where_the_address_is_known(at, cast):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    with tenancy.acting(cast.owner):
        provider = Case.objects.get(number=number).provider
        provider.email = "kefu@pay.example"
        provider.save(update_fields=["email"])
    own = client_of(cast.owner)
    url = f"/cases/{number}/do/send_letter/"
    page = own.get(url)
    assert "由追款发邮件到 kefu@pay.example" in seen(page)
    fields = {name: hidden(page, name) for name in ("version", "nonce")}
    assert own.post(url, {**fields, "mail_it": "on", "alone": "on"}).status_code == 302
    with tenancy.acting(cast.owner):
        assert OutboxMessage.objects.get(template="letter").to == "kefu@pay.example"
    assert "邮件正在发往 kefu@pay.example" in seen(own.get(f"/cases/{number}/letters/1/"))


def test_the_letters_page_says_that_opening_the_link_is_no_arrival(at, cast):
    number = sent(at, cast)
    Client().get(f"/r/{token_of(cast.owner, number)}/")
    assert "不算收到" in seen(client_of(cast.owner).get(f"/cases/{number}/letters/1/"))

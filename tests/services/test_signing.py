"""How each side is bound: by a fresh code in the product, on paper, by messages for a small sum; and what is refused."""

from dataclasses import replace

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache

from cases.models import Notice, Signature
from cases.services import agreement_text, expiry, signing
from config import outbox, tenancy
from config.clock import SHANGHAI
from config.errors import Conflict, Invalid, Late, Missing, NotAllowed, SecondPerson, WrongState
from config.models import AccessRecord
from merchants import access
from merchants.models import User
from merchants.services import codes, organisations
from tests import walk
from tests.signing import (
    REFUND,
    agreement_of,
    code_for,
    company_frozen,
    quick_pdf,
    sign,
    unchanged,
)
from tests.walk import do


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(agreement_text, "pdf", quick_pdf)


def state(actor, number) -> str:
    return walk.case_of(actor, number).state


def signatures(actor, number) -> list[Signature]:
    with tenancy.acting(actor):
        return list(Signature.objects.filter(case__number=number).order_by("signed_at"))


# -- in the product -----------------------------------------------------------------------------------------------


def test_both_sides_sign_with_fresh_codes_and_the_agreement_takes_effect_with_the_last(at, cast):
    number = company_frozen(at, cast)
    at("2026-08-20T09:00")
    sign(cast.boss, number, authority="法定代表人")
    assert state(cast.boss, number) == "SIGNING" and agreement_of(cast.boss, number).binding == "product"
    at("2026-08-20T15:30")
    sign(cast.agent_chief, number)
    agreement = agreement_of(cast.boss, number)
    assert (state(cast.boss, number), agreement.state) == ("EFFECTIVE", "effective")
    assert agreement.effective_at.astimezone(SHANGHAI).isoformat() == "2026-08-20T15:30:00+08:00"
    first, last = signatures(cast.boss, number)
    assert (first.side, first.seat, first.factor, first.sent_to, first.authority) == (
        "merchant", "merchant.owner", "sms", "138****0002", "法定代表人",
    )  # fmt: skip
    assert last.side == "provider" and last.sha256 == first.sha256 == agreement.sha256
    assert first.consent == signing.CONSENT.zh
    assert walk.deadlines(cast.boss, number)["CK-NOTIFY"] == "2026-08-24"
    assert "CK-SIGN" not in walk.deadlines(cast.boss, number)


def test_what_is_due_is_counted_from_the_day_of_the_last_signature(at, cast):
    number = company_frozen(at, cast)
    at("2026-08-20T15:30")
    sign(cast.agent_chief, number)
    sign(cast.boss, number)
    assert walk.deadlines(cast.boss, number)["CK-OBL"] == "2026-09-03"


def test_a_text_other_than_the_one_that_was_read_is_not_signed(at, cast):
    number = company_frozen(at, cast)
    read = agreement_of(cast.boss, number).sha256
    do(cast.boss, number, "decline_to_sign", reason="金额要改")
    do(cast.finance, number, "make_offer", terms=[{**REFUND, "amount": "1500.00"}])
    do(cast.agent_chief, number, "accept_offer", offer=2)
    do(cast.boss, number, "freeze_agreement")
    code = code_for(cast.boss, number)
    said = unchanged(
        cast.boss, number, Conflict, lambda: sign(cast.boss, number, frozen_sha256=read, second_factor=code)
    )
    assert "已经不是现在的定稿" in said and not signatures(cast.boss, number)
    sign(cast.boss, number, second_factor=code)  # the refusal did not cost the code
    assert len(signatures(cast.boss, number)) == 1


def test_without_consent_nothing_is_signed(at, cast):
    number = company_frozen(at, cast)
    code = code_for(cast.boss, number)
    unchanged(cast.boss, number, Missing, lambda: sign(cast.boss, number, second_factor=code, consent=False))
    with pytest.raises(Invalid):
        do(cast.boss, number, "sign", frozen_sha256=agreement_of(cast.boss, number).sha256, second_factor=code)


def test_a_code_is_good_for_five_minutes_and_once(at, cast):
    number = company_frozen(at, cast)
    at("2026-08-20T09:00")
    code = code_for(cast.boss, number)
    at("2026-08-20T09:05")
    said = unchanged(cast.boss, number, Invalid, lambda: sign(cast.boss, number, second_factor=code))
    assert "已过期" in said
    code = code_for(cast.boss, number)
    at("2026-08-20T09:09")
    sign(cast.boss, number, second_factor=code)
    with pytest.raises(Missing, match="你方已经签署"):
        sign(cast.boss, number, second_factor=code)
    about = signing.purpose(agreement_of(cast.boss, number))
    with tenancy.acting(cast.boss), pytest.raises(Invalid, match="已经用过"):
        codes.prove(cast.boss, about, code)


def test_a_code_that_was_used_is_not_good_for_the_next_version(at, cast):
    number = company_frozen(at, cast)
    at("2026-08-20T09:00")
    code = code_for(cast.boss, number)
    sign(cast.boss, number, second_factor=code)
    do(cast.agent_chief, number, "decline_to_sign", reason="要分期")
    do(cast.finance, number, "make_offer", terms=[{**REFUND, "amount": "1900.00"}])
    do(cast.agent_chief, number, "accept_offer", offer=2)
    do(cast.boss, number, "freeze_agreement")
    unchanged(cast.boss, number, Invalid, lambda: sign(cast.boss, number, second_factor=code))


def test_a_new_code_ends_the_one_before_and_comes_once_a_minute(at, cast):
    number = company_frozen(at, cast)
    at("2026-08-20T09:00")
    first = code_for(cast.boss, number)
    at("2026-08-20T09:00:30")
    with pytest.raises(Conflict, match="30 秒后"):
        code_for(cast.boss, number)
    at("2026-08-20T09:01")
    second = code_for(cast.boss, number)
    if first != second:
        unchanged(cast.boss, number, Invalid, lambda: sign(cast.boss, number, second_factor=first))
    sign(cast.boss, number, second_factor=second)


def test_five_wrong_codes_lock_for_a_quarter_of_an_hour(at, cast):
    number = company_frozen(at, cast)
    at("2026-08-20T09:00")
    code = code_for(cast.boss, number)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    sentences = [
        unchanged(cast.boss, number, Invalid, lambda: sign(cast.boss, number, second_factor=wrong)) for _ in range(5)
    ]
    assert sentences[0] == "验证码不正确，还可以试 4 次。" and "15 分钟" in sentences[4]
    assert "已锁定" in unchanged(cast.boss, number, Conflict, lambda: sign(cast.boss, number, second_factor=code))
    at("2026-08-20T09:16")
    with tenancy.acting(cast.boss):
        assert AccessRecord.objects.filter(user_id=cast.boss.user_id, what="wrong_code").count() == 5
    sign(cast.boss, number)


def test_an_authenticator_signs_too_and_each_of_its_codes_once(at, cast):
    number = company_frozen(at, cast)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(User.objects.get(pk=cast.agent_chief.user_id), secret)
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    sign(cast.agent_chief, number, second_factor=code)
    (signature,) = signatures(cast.agent_chief, number)
    assert (signature.factor, signature.sent_to) == ("totp", "")
    with tenancy.acting(cast.agent_chief), pytest.raises(Invalid):
        codes.prove(cast.agent_chief, "anything", code)


def test_who_has_no_verified_phone_or_mailbox_is_told_so(at, cast):
    number = company_frozen(at, cast)
    User.objects.filter(pk=cast.boss.user_id).update(phone_verified=False)
    with pytest.raises(Missing, match="验证一个"):
        code_for(cast.boss, number)


def test_only_a_signatory_signs_and_never_for_the_other_side(at, cast):
    number = company_frozen(at, cast)
    read = agreement_of(cast.boss, number).sha256
    for other in (cast.finance, cast.approver, cast.agent):
        unchanged(cast.boss, number, NotAllowed, lambda other=other: do(
            other, number, "sign", frozen_sha256=read, second_factor="123456", consent=True))  # fmt: skip
        with pytest.raises(NotAllowed):
            code_for(other, number)
    with pytest.raises(Invalid, match="需要修改"):
        do(cast.boss, number, "sign", frozen_sha256=read, second_factor="123456", consent=True, on_behalf=True)


def test_one_person_with_seats_on_both_sides_signs_for_one_of_them_only(at, cast):
    number = company_frozen(at, cast)
    user = User.objects.get(pk=cast.boss.user_id)
    both = access.actor_of(organisations.seat(cast.agent, user, "provider.approver", None))
    sign(cast.boss, number)
    at("2026-08-19T09:02")
    said = unchanged(cast.boss, number, SecondPerson, lambda: sign(both, number))
    assert "不能替双方签署" in said
    assert state(cast.boss, number) == "SIGNING"


def test_a_link_cannot_sign(at, cast):
    number = company_frozen(at, cast)
    read = agreement_of(cast.boss, number).sha256
    held = replace(cast.agent_chief, method="link")
    unchanged(cast.boss, number, NotAllowed, lambda: do(
        held, number, "sign", frozen_sha256=read, second_factor=code_for(cast.agent_chief, number), consent=True))  # fmt: skip


def test_the_code_is_forgotten_where_it_was_sent_from_and_kept_as_a_hash(at, cast):
    number = company_frozen(at, cast)
    code = code_for(cast.boss, number)
    kept = cache.get(codes._key(cast.boss, signing.purpose(agreement_of(cast.boss, number))))
    assert kept and code not in str(kept)
    assert "sign_code" in outbox.FORGOTTEN


# -- declined, too late -------------------------------------------------------------------------------------------


def test_who_declines_says_why_and_the_talks_open_again(at, cast):
    number = company_frozen(at, cast)
    do(cast.agent_chief, number, "decline_to_sign", reason="账户写错了")
    agreement = agreement_of(cast.boss, number)
    assert (state(cast.boss, number), agreement.state, agreement.void_reason) == ("NEGOTIATING", "void", "账户写错了")
    with tenancy.acting(cast.boss):
        assert Notice.objects.filter(
            case__number=number, kind="sign_declined", organisation_id=cast.yunshan.id
        ).exists()
    with pytest.raises(WrongState):
        code_for(cast.boss, number)


def test_a_side_that_has_signed_cannot_decline(at, cast):
    number = company_frozen(at, cast)
    sign(cast.boss, number)
    unchanged(cast.boss, number, Conflict, lambda: do(cast.boss, number, "decline_to_sign", reason="后悔了"))


def test_after_the_last_day_signing_is_late(at, cast):
    number = company_frozen(at, cast)
    read = agreement_of(cast.boss, number).sha256
    at("2026-08-26T23:58")
    code = code_for(cast.boss, number)
    at("2026-08-27T00:00")
    with pytest.raises(Late, match="已作废"):
        do(cast.boss, number, "sign", frozen_sha256=read, second_factor=code, consent=True)
    while expiry.sweep():
        pass
    assert state(cast.boss, number) == "NEGOTIATING" and not signatures(cast.boss, number)

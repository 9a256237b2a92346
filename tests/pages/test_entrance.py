"""Log-in and sign-up by phone and e-mail, the second factor, and proving once more who one is; without a browser."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from config import outbox
from config.models import OutboxMessage
from merchants import access, accounts
from merchants.models import User
from tests.pages.codes import NEW, code_of, sent, signed_up, wait_a_minute
from tests.pages.person import client_of, seen


@pytest.fixture(autouse=True)
def _nobody_is_locked(db):
    cache.clear()


def test_an_eleven_digit_phone_and_its_code_make_an_account_and_the_first_page_makes_the_shop(db):
    client = signed_up()
    code = sent("+86" + NEW, "login_code")[-1]
    assert re.fullmatch(r"\d{6}", code.params["code"]) and code.channel == "sms"
    assert client.get("/home/").url == "/welcome/"
    assert "个体工商户" in seen(client.get("/welcome/"))
    assert client.post("/welcome/", {"name": "巷口面馆", "kind": "sole_trader"}).url == "/home/"
    home = client.get("/home/")
    assert home.status_code == 200 and "巷口面馆" in seen(home)
    assert User.objects.get(phone="+86" + NEW).phone_verified


def test_a_code_logs_in_by_phone_and_by_mail_box(cast):
    boss = User.objects.get(pk=cast.boss.user_id)
    EmailAddress.objects.create(user=boss, email="boss@example.com", verified=True, primary=True)
    for field, typed, to in (("phone", "138 0000 0002", boss.phone), ("email", "Boss@example.com", "boss@example.com")):
        client = Client()
        assert client.post("/login/code/", {field: typed, "remember": "on"}).url == "/login/code/confirm/"
        page = client.get("/login/code/confirm/")
        assert page.status_code == 200 and 'autocomplete="one-time-code"' in page.content.decode()
        assert client.post("/login/code/confirm/", {"code": code_of(to)}).url == "/home/"
        assert "南京云杉餐饮" in seen(client.get("/home/"))
        assert client.session.get_expiry_age() > 29 * 24 * 3600


def test_a_device_that_is_not_remembered_forgets_with_the_browser(cast):
    client = Client()
    client.post("/login/code/", {"phone": "13800000002"})
    client.post("/login/code/confirm/", {"code": code_of("+8613800000002")})
    assert client.session.get_expire_at_browser_close()


def test_a_password_logs_in_by_phone_and_mail_box(cast):
    boss = User.objects.get(pk=cast.boss.user_id)
    boss.set_password("一串不短的密码-42")
    boss.save()
    EmailAddress.objects.create(user=boss, email="boss@example.com", verified=True, primary=True)
    for typed in ("13800000002", "+86 138-0000-0002", "boss@example.com"):
        answer = Client().post("/login/", {"login": typed, "password": "一串不短的密码-42"})
        assert (answer.status_code, getattr(answer, "url", seen(answer))) == (302, "/home/")


@pytest.mark.parametrize("typed", ["1380000000", "abc", "12345678901", "+8613800000", "5"])
def test_what_is_no_phone_is_refused_with_what_to_do(db, typed):
    page = Client().post("/login/code/", {"phone": typed})
    assert "手机号不对。请填 11 位手机号" in seen(page)
    page = Client().post("/login/", {"login": typed, "password": "x"})
    assert page.status_code == 200 and "请填手机号或邮箱。" in seen(page)


def same(one, other, *differ: str) -> None:
    """The two answers are the same bytes where the two names and the tokens are masked."""
    texts = []
    for answer, name in ((one, differ[0]), (other, differ[1])):
        text = answer.content.decode().replace(name, "NAME").replace(name.replace("+86", ""), "NAME")
        texts.append(re.sub(r'(csrfmiddlewaretoken" value=")[^"]+|\b[0-9A-F]{12}\b', "", text))
    assert (one.status_code, texts[0]) == (other.status_code, texts[1])


def test_nobody_learns_whether_a_phone_has_an_account(cast):
    known, unknown = "+8613800000002", "+86" + NEW
    roads = (
        ("/login/code/", "/login/code/confirm/", "/login/code/again/"),
        ("/signup/", "/phone/verify/", "/phone/verify/"),
    )
    for first, second, again in roads:
        answers = []
        for phone in (known, unknown):
            wait_a_minute()
            client = Client()
            steps = [client.post(first, {"phone": phone}), client.get(second)]
            steps += [client.post(second, {"code": "000000"}), client.post(again, {"action": "resend"}, follow=True)]
            wait_a_minute()
            steps += [
                client.post(again, {"action": "resend"}, follow=True),
                Client().post("/login/code/", {"phone": phone}),
            ]
            answers.append(steps)
        for one, other in zip(*answers, strict=True):
            same(one, other, known, unknown)
    assert sent(known, "account_exists") and sent(unknown, "account_unknown")


def test_wrong_passwords_lock_for_a_quarter_of_an_hour_known_or_not(cast):
    boss = User.objects.get(pk=cast.boss.user_id)
    boss.set_password("一串不短的密码-42")
    boss.save()
    pages = {}
    for phone in ("+8613800000002", "+86" + NEW):
        for _ in range(5):
            page = Client().post("/login/", {"login": phone, "password": "wrong"})
            assert "账号或密码不对" in seen(page), seen(page)
        pages[phone] = Client().post("/login/", {"login": phone, "password": "一串不短的密码-42"})
        assert "请 15 分钟后再试" in seen(pages[phone])
    same(*pages.values(), *pages)
    assert "请 15 分钟后再试" not in seen(Client().post("/login/", {"login": "13800000001", "password": "x"}))


def test_five_wrong_codes_lock_for_a_quarter_of_an_hour_in_every_session(cast):
    phone = "+8613800000002"
    client = Client()
    client.post("/login/code/", {"phone": phone})
    for left in range(4, -1, -1):
        page = client.post("/login/code/confirm/", {"code": "0000000"}, follow=True)
        assert ("验证码不对或已过期" if left else "请 15 分钟后再试") in seen(page)
    assert client.post("/login/code/confirm/", {"code": code_of(phone)}).url.startswith("/login/")
    other = Client()
    assert "请 15 分钟后再试" in seen(other.post("/login/code/", {"phone": phone}))


def test_a_code_is_sent_again_after_a_minute_only(cast):
    client = Client()
    client.post("/login/code/", {"phone": "13800000002"})
    for again in (
        Client().post("/login/code/", {"phone": "13800000002"}),
        client.post("/login/code/again/", follow=True),
    ):
        assert "请等 60 秒再试" in seen(again) and len(sent("+8613800000002", "login_code")) == 1
    wait_a_minute()
    client.post("/login/code/again/")
    first, second = sent("+8613800000002", "login_code")
    assert first.params != second.params
    assert client.post("/login/code/confirm/", {"code": second.params["code"]}).url == "/home/"
    client = Client()
    client.post("/signup/", {"phone": NEW})
    assert "请等 60 秒再试" in seen(client.post("/phone/verify/", {"action": "resend"}, follow=True))
    wait_a_minute()
    client.post("/phone/verify/", {"action": "resend"})
    assert len(sent("+86" + NEW, "login_code")) == 2


def test_an_unfinished_sign_up_keeps_nobody_from_the_phone(db):
    stranger = Client()
    stranger.post("/signup/", {"phone": NEW})
    wait_a_minute()
    signed_up()
    assert User.objects.filter(phone="+86" + NEW).count() == 1
    assert stranger.get("/home/").url.startswith("/login/")


def test_no_page_of_log_in_says_nin(cast):
    addresses = ("/login/", "/signup/", "/login/code/", "/password/reset/", "/email/", "/password/set/", "/phone/change/",
                 "/2fa/", "/logout/", "/settings/", "/reauthenticate/code/")  # fmt: skip
    for client in (Client(), client_of(cast.boss)):
        for address in addresses:
            page = client.get(address, follow=True)
            assert page.status_code == 200 and "您" not in page.content.decode(), address


def test_letters_about_accounts_say_where_to_go_on(cast):
    boss = client_of(cast.boss)
    assert boss.post("/email/", {"action_add": "", "email": "new@example.com"}).status_code == 302
    letter = sent("new@example.com", "account_mail")[-1]
    url = re.search(r"http://testserver(/confirm-email/\S+/)", letter.params["body"])
    assert url and "您" not in str(letter.params) and letter.params["subject"] == "请确认你的邮箱"
    assert "确认" in seen(boss.get(url[1]))
    boss.post(url[1])
    assert EmailAddress.objects.get(email="new@example.com").verified
    Client().post("/password/reset/", {"email": "new@example.com"})
    url = re.search(
        r"http://testserver(/password/reset/key/\S+/)", sent("new@example.com", "account_mail")[-1].params["body"]
    )
    assert url and Client().get(url[1], follow=True).status_code == 200


# -- staff seats --------------------------------------------------------------------------------------------------


def test_a_staff_seat_is_led_to_a_second_factor_before_anything_else(cast):
    agent = client_of(cast.agent)
    Authenticator.objects.all().delete()
    for address in ("/home/", "/settings/", "/notifications/"):
        assert agent.get(address).url == "/2fa/totp/activate/", address
    assert agent.get("/api/v1/me").status_code == 403
    assert "启用验证器应用" in seen(agent.get("/2fa/totp/activate/"))
    assert client_of(cast.agent).get("/home/").status_code == 200
    assert client_of(cast.owner).get("/home/").status_code == 200


def test_log_in_asks_a_staff_seat_for_its_second_factor(cast):
    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time

    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(User.objects.get(pk=cast.agent.user_id), secret)
    client = Client()
    client.post("/login/code/", {"phone": "13800000003"})
    assert client.post("/login/code/confirm/", {"code": code_of("+8613800000003")}).url == "/2fa/authenticate/"
    assert client.get("/home/").url.startswith("/login/")
    now = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/2fa/authenticate/", {"code": now}).url == "/home/"
    prove = client.post("/2fa/totp/deactivate/").url
    assert prove.startswith("/2fa/reauthenticate/") and client.get(prove).status_code == 200
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session.save()
    assert "不能停用" in seen(client.post("/2fa/totp/deactivate/", follow=True))


# -- fresh authentication -------------------------------------------------------------------------------------------


def stale(client: Client) -> Client:
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - access.FRESH_SECONDS - 1}]
    session.save()
    return client


def test_somebody_without_a_password_proves_by_code_who_they_are_and_goes_on(cast):
    client = stale(client_of(cast.owner))
    answer = client.get("/settings/keys/new/", follow=True)
    assert answer.redirect_chain[-1][0] == "/reauthenticate/code/?next=%2Fsettings%2Fkeys%2Fnew%2F", (
        answer.redirect_chain
    )
    here = answer.redirect_chain[-1][0]
    assert "验证码已发出" in seen(client.post(here, {"send": "1"}, follow=True))
    assert "请等 60 秒再试" in seen(client.post(here, {"send": "1"}, follow=True))
    assert "验证码不对" in seen(client.post(here, {"code": "0000000"}))
    assert client.post(here, {"code": code_of("+8613800000001")}).url == "/settings/keys/new/"
    assert client.get("/settings/keys/new/").status_code == 200


def test_five_wrong_codes_lock_the_proof_too(cast):
    client = stale(client_of(cast.owner))
    client.post("/reauthenticate/code/", {"send": "1"})
    for _ in range(5):
        client.post("/reauthenticate/code/", {"code": "0000000"})
    page = client.post("/reauthenticate/code/", {"code": code_of("+8613800000001")})
    assert page.status_code == 422 and "请 15 分钟后再试" in seen(page)


# -- the words of messages ------------------------------------------------------------------------------------------

MESSAGES = {
    "login_code.sms": {"code": "135790"}, "login_code.email": {"code": "135790"}, "account_exists.sms": {},
    "account_unknown.sms": {}, "account_mail.email": {"subject": "s", "body": "b"},
    "invitation.sms": {"organisation": "Yunshan <&>", "days": 14}, "invitation.email": {"organisation": "Yunshan <&>", "days": 14},
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_about_an_account_is_in_the_readers_language_and_short_enough(db, name, language, settings):
    settings.BASE_URL = "https://zhuikuan.example"
    template, channel = name.split(".")
    message = OutboxMessage(template=template, channel=channel, language=language, params=MESSAGES[name])
    subject, text = outbox.words(message)
    assert text and bool(subject) == (channel == "email") and "您" not in subject + text and "&lt;" not in text
    assert (language == "en") == (not re.search(r"[\u4e00-\u9fff]", subject + text)) or template == "account_mail"
    if template == "login_code" and channel == "sms":
        assert len(text) <= (160 if language == "en" else 70)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_letters_of_the_library_all_have_our_words(language):
    from pathlib import Path

    import allauth

    names = {path.name.removesuffix("_subject.txt") for path in
             (Path(allauth.__file__).parent / "templates/account/email").glob("*_subject.txt")}  # fmt: skip
    quiet = {  # notices that this site does not send, or sends by code
        "email_changed", "email_confirm", "email_deleted", "login_code", "password_changed", "password_reset",
        "password_reset_code", "password_set",
    }  # fmt: skip
    assert {f"account/email/{name}" for name in names - quiet} == {*accounts.LETTERS, *accounts.SAME_LETTER}
    with translation.override(language):
        for subject, text in accounts.LETTERS.values():
            assert "{url}" in text.zh and "{url}" in text.en and str(subject)

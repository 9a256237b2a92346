"""Settings as pages without a browser: the organisation, its members and stores, invitations, keys, several seats."""

import re
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory

from config import clock, tenancy
from config.models import OutboxMessage
from merchants import access
from merchants.models import ApiKey, Invitation, Membership, Organisation, User
from merchants.services import keys, organisations
from tests.pages.codes import NEW, signed_up
from tests.pages.person import client_of, seen

PAGES = ("/settings/", "/settings/profile/", "/settings/organisation/", "/settings/stores/", "/settings/stores/new/",
         "/settings/people/", "/settings/people/invite/", "/settings/keys/", "/settings/keys/new/", "/switch/",
         "/welcome/")  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_settings_opens_in_both_languages(cast, language):
    boss = client_of(cast.boss, language)
    for address in PAGES:
        page = boss.get(address)
        assert page.status_code == 200, address
        if language == "en":
            shown = seen(page)
            for name in ("简体中文", "中文", "南京云杉餐饮", "李云", "云杉", "新街口店", "鼓楼店"):
                shown = shown.replace(name, "")
            assert not re.search(r"[\u4e00-\u9fff]", shown), (address, re.findall(r"[\u4e00-\u9fff]+", shown))


def test_the_letters_sender_is_what_settings_say(cast):
    boss = client_of(cast.boss)
    given = {"name": "南京云杉餐饮有限公司", "credit_code": "91320102MA1XXXXX0X", "hotline": "025-88880000",
             "email": "a@b.cn", "address": "珠江路 1 号"}  # fmt: skip
    assert boss.post("/settings/organisation/", given).url == "/settings/"
    with tenancy.acting(cast.boss):
        row = Organisation.objects.get(pk=cast.boss.organisation_id)
        assert {name: getattr(row, name) for name in given} == given
    wrong = boss.post("/settings/organisation/", {**given, "credit_code": "123"})
    assert wrong.status_code == 422 and "18 位" in seen(wrong)
    assert client_of(cast.finance).get("/settings/organisation/").status_code == 403


def test_somebody_invited_by_phone_comes_to_the_organisation_when_signing_up(cast):
    boss = client_of(cast.boss)
    with tenancy.acting(cast.boss):
        store = str(cast.store_a.stores[0])
    answer = boss.post("/settings/people/invite/", {"phone": NEW, "seat": "merchant.store", "stores": [store]})
    assert answer.status_code == 302, seen(answer)
    assert "邀请" in seen(boss.get("/settings/people/"))
    with tenancy.acting(cast.boss):
        assert OutboxMessage.objects.get(template="invitation").to == "+86" + NEW
    client = signed_up()
    home = client.get("/home/")
    assert home.status_code == 200 and "南京云杉餐饮" in seen(home)
    with tenancy.acting(cast.boss):
        member = Membership.objects.get(user__phone="+86" + NEW)
        assert (member.seat, [str(each) for each in member.stores]) == ("merchant.store", [store])
        assert Invitation.objects.get().accepted_at


def test_a_store_seat_needs_a_store_of_the_own_organisation(cast):
    boss = client_of(cast.boss)
    page = boss.post("/settings/people/invite/", {"phone": NEW, "seat": "merchant.store"})
    assert page.status_code == 422 and "至少一家门店" in seen(page)
    with pytest.raises(Exception, match="没有找到选中的门店"):
        organisations.check_seat(cast.boss, "merchant.store", [cast.owner.organisation_id])


def test_who_is_removed_sees_nothing_from_the_next_request_on(cast):
    finance, boss = client_of(cast.finance), client_of(cast.boss)
    assert finance.get("/cases/").status_code == 200
    _, secret = keys.create(cast.finance, "记账", ["cases:read"], clock.now() + timedelta(days=9))
    program = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    assert Client().get("/api/v1/cases", **program).status_code == 200
    assert boss.post(f"/settings/people/{cast.finance.membership_id}/remove/").url == "/settings/people/"
    assert finance.get("/cases/").url == "/welcome/"
    assert Client().get("/api/v1/cases", **program).status_code == 401


def test_another_seat_holds_at_once(cast):
    boss, finance = client_of(cast.boss), client_of(cast.finance)
    store = str(cast.store_b.stores[0])
    boss.post(f"/settings/people/{cast.finance.membership_id}/", {"seat": "merchant.store", "stores": [store]})
    shown = seen(finance.get("/settings/stores/"))
    assert "鼓楼店" in shown and "新街口店" not in shown


def test_the_last_owner_stays(cast):
    boss = client_of(cast.boss)
    page = boss.post(f"/settings/people/{cast.boss.membership_id}/remove/", follow=True)
    assert "至少要留一位负责人" in seen(page)
    page = boss.post(f"/settings/people/{cast.boss.membership_id}/", {"seat": "merchant.finance"})
    assert page.status_code == 422 and "至少要留一位负责人" in seen(page)
    assert boss.get("/settings/organisation/").status_code == 200


def test_what_cannot_be_done_to_the_last_owner_is_not_offered(cast):
    own = f"/settings/people/{cast.boss.membership_id}/"
    page = client_of(cast.boss).get("/settings/people/").content.decode()
    assert own not in page and f"/settings/people/{cast.finance.membership_id}/remove/" in page
    organisations.reseat(cast.boss, cast.approver.membership_id, "merchant.owner", None)
    page = client_of(cast.boss).get("/settings/people/").content.decode()
    assert f'href="{own}"' in page and f'href="{own}remove/"' in page


@pytest.mark.parametrize(
    ("address", "heading"),
    [("/notifications/", "Messages"), ("/settings/stores/", "Stores"), ("/settings/people/", "Members")],
)
def test_a_page_of_several_things_has_their_plural_in_english(cast, address, heading):
    assert f"<h1>{heading}</h1>" in client_of(cast.boss, "en").get(address).content.decode()


def test_the_end_of_a_key_offers_no_days_gone_by(cast):
    page = seen(client_of(cast.boss).get("/settings/keys/new/"))
    assert "有效期到" in page and "昨天" not in page


def test_a_key_is_shown_once_and_ends_when_it_is_revoked(cast):
    boss = client_of(cast.boss)
    until = (clock.today() + timedelta(days=30)).isoformat()
    made = boss.post("/settings/keys/new/", {"name": "收银系统", "scopes": ["cases:read"], "expires_on": until})
    secret = re.search(r"dk_live_[\w-]+", made.content.decode())[0]
    assert made.status_code == 200 and made["Cache-Control"] == "no-store"
    with tenancy.acting(cast.boss):
        key = ApiKey.objects.get()
        assert secret not in str(vars(key)) and key.last_used_on is None
    assert Client().get("/api/v1/cases", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 200
    listed = boss.get("/settings/keys/").content.decode()
    assert secret not in listed and "上次使用" in listed
    boss.post(f"/settings/keys/{key.id}/revoke/")
    assert Client().get("/api/v1/cases", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 401


def test_a_key_lasts_a_year_at_most_and_needs_a_scope(cast):
    boss = client_of(cast.boss)
    late = (clock.today() + timedelta(days=400)).isoformat()
    page = boss.post("/settings/keys/new/", {"name": "x", "scopes": ["cases:read"], "expires_on": late})
    assert page.status_code == 422 and "最长一年" in seen(page)
    page = boss.post("/settings/keys/new/", {"name": "x", "expires_on": late})
    assert page.status_code == 422


def test_somebody_with_several_seats_chooses_where_they_are(cast):
    owner = client_of(cast.owner)
    owner.post("/welcome/", {"name": "第二家店", "kind": "micro"})
    assert "第二家店" in seen(owner.get("/home/"))
    assert "吴江好又邻便利店" in seen(owner.get("/switch/"))
    owner.post("/switch/", {"membership": str(cast.owner.membership_id)})
    assert "吴江好又邻便利店" in seen(owner.get("/home/"))
    assert owner.post("/switch/", {"membership": str(cast.boss.membership_id)}).status_code == 404


def test_entering_costs_three_statements_at_most(cast, django_assert_max_num_queries):
    agent = client_of(cast.agent)
    request = RequestFactory().get("/home/")
    request.user, request.session = User.objects.get(pk=cast.agent.user_id), agent.session
    request.resolver_match = None
    with django_assert_max_num_queries(3), access.entered(request):
        assert request.actor.seat == "provider.agent"

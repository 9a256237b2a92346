"""Organisations through the services: seats given and taken, invitations, stores, terminals of other stores, keys."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from config import clock, tenancy
from config.errors import Invalid, NotAllowed, NotFound
from merchants import access
from merchants.models import ApiKey, Invitation, Membership, Store, User
from merchants.services import invitations, keys, organisations, terminals
from tests import cast as cast_module

NEW = "+8613912345678"


def seats(actor) -> set[str]:
    with tenancy.acting(actor):
        rows = Membership.objects.visible_to(actor).filter(is_active=True, organisation_id=actor.organisation_id)
        return {f"{row.user.name} {row.seat}" for row in rows}


def test_only_who_leads_gives_and_takes_seats(cast):
    for actor in (cast.finance, cast.approver, cast.store_a):
        for attempt in (
            lambda actor=actor: organisations.seat(actor, {"name": "x", "phone": NEW}, "merchant.finance", None),
            lambda actor=actor: invitations.invite(actor, phone=NEW, seat="merchant.finance", stores=None),
            lambda actor=actor: organisations.remove(actor, cast.boss.membership_id),
            lambda actor=actor: organisations.update(actor, name="别名"),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_a_member_of_another_organisation_is_not_found(cast):
    for attempt in (organisations.remove, lambda a, m: organisations.reseat(a, m, "merchant.finance", None)):
        with pytest.raises(NotFound):
            attempt(cast.boss, cast.owner.membership_id)
        with pytest.raises(NotFound):
            attempt(cast.owner, cast.finance.membership_id)


def test_no_merchant_gives_a_providers_seat(cast):
    with pytest.raises(Invalid):
        organisations.seat(cast.boss, {"name": "x", "phone": NEW}, "provider.agent", None)


def test_who_was_removed_and_comes_back_has_the_seat_again(cast):
    organisations.remove(cast.boss, cast.finance.membership_id)
    assert "云杉finance merchant.finance" not in seats(cast.boss)
    invitations.invite(cast.boss, phone="+8613800000100", seat="merchant.finance", stores=None)
    user = User.objects.get(pk=cast.finance.user_id)
    (back,) = invitations.accept(user)
    assert back.id == cast.finance.membership_id and "云杉finance merchant.finance" in seats(cast.boss)
    assert invitations.accept(user) == []


def test_an_invitation_by_mail_waits_for_the_verified_address(cast):
    invitations.invite(cast.boss, email="New@Example.com", seat="merchant.approver", stores=None)
    user = User.objects.create_user(name="新人", phone=NEW, phone_verified=True)
    address = EmailAddress.objects.create(user=user, email="new@example.com", verified=False)
    assert invitations.accept(user) == []
    address.verified = True
    address.save()
    assert [membership.seat for membership in invitations.accept(user)] == ["merchant.approver"]


def test_an_invitation_ends_after_two_weeks_or_when_it_is_withdrawn(cast, at):
    offer = invitations.invite(cast.boss, phone=NEW, seat="merchant.finance", stores=None)
    user = User.objects.create_user(name="新人", phone=NEW, phone_verified=True)
    with pytest.raises(NotFound):
        invitations.withdraw(cast.owner, offer.id)
    invitations.withdraw(cast.boss, offer.id)
    assert invitations.accept(user) == []
    late = invitations.invite(cast.boss, phone=NEW, seat="merchant.finance", stores=None)
    at((late.expires_at + timedelta(minutes=1)).astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M"))
    assert invitations.accept(user) == []


def test_a_phone_that_is_not_verified_takes_no_invitation(cast):
    invitations.invite(cast.boss, phone=NEW, seat="merchant.finance", stores=None)
    user = User.objects.create_user(name="冒名", phone=NEW, phone_verified=False)
    assert invitations.accept(user) == []


def test_two_owners_who_remove_each_other_at_once_leave_one(committed):
    cast = cast_module.make()
    other = organisations.seat(cast.boss, {"name": "二老板", "phone": NEW}, "merchant.owner", None)
    second = access.actor_of(other)
    start, refusals = threading.Barrier(2), []

    def leave(actor, membership_id) -> None:
        start.wait()
        try:
            organisations.remove(actor, membership_id)
        except (Invalid, NotFound) as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    pairs = ((cast.boss, second.membership_id), (second, cast.boss.membership_id))
    threads = [threading.Thread(target=leave, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(refusals) == 1
    assert len([seat for seat in seats(cast.boss) if seat.endswith("merchant.owner")]) == 1


def test_a_store_is_renamed_but_not_to_a_name_that_is_taken(cast):
    with tenancy.acting(cast.boss):
        store = cast.store_a.stores[0]
    assert organisations.rename_store(cast.boss, store, "新街口旗舰店", "中山路 1 号").name == "新街口旗舰店"
    with pytest.raises(Invalid, match="已经有一家"):
        organisations.rename_store(cast.boss, store, "鼓楼店", "")
    with pytest.raises(NotFound):
        organisations.rename_store(cast.owner, store, "我的", "")


def test_a_terminal_that_another_store_has_is_neither_shown_nor_taken(cast):
    with tenancy.acting(cast.boss):
        store_a, store_b = (Store.objects.get(pk=actor.stores[0]) for actor in (cast.store_a, cast.store_b))
    mid, tid = "898301058120356", "10483217"
    first = terminals.know(cast.boss, mid, tid, store=store_a)
    assert terminals.know(cast.store_a, mid, tid) == first
    for store in (store_b, None, store_a):
        assert terminals.know(cast.store_b, mid, tid, store=store) is None
    assert terminals.know(cast.store_b, mid, "10483218") is None
    assert terminals.know(cast.store_b, mid, "10483218", store=store_b)


def test_a_key_acts_for_its_seat_alone(cast):
    until = clock.now() + timedelta(days=30)
    key, secret = keys.create(cast.finance, "记账", ["cases:read", "cases:read"], until)
    assert secret.startswith("dk_live_") and len(secret) > 40 and key.scopes == ["cases:read"]
    for actor, sees in ((cast.finance, True), (cast.boss, True), (cast.approver, False), (cast.owner, False)):
        with tenancy.acting(actor):
            assert (key in keys.listed(actor)) == sees
    for stranger in (cast.owner, cast.approver):
        with pytest.raises(NotFound):
            keys.revoke(stranger, key.id)
    keys.revoke(cast.boss, key.id)
    with pytest.raises(NotFound):
        keys.revoke(cast.boss, key.id)
    with tenancy.acting(cast.boss):
        assert ApiKey.objects.get().revoked_at


@pytest.mark.parametrize(
    ("name", "scopes", "days"), [("", ["cases:read"], 9), ("x", [], 9), ("x", ["all"], 9), ("x", ["cases:read"], 0), ("x", ["cases:read"], 400)]
)  # fmt: skip
def test_a_key_without_name_scope_or_end_is_refused(cast, name, scopes, days):
    with pytest.raises(Invalid):
        keys.create(cast.boss, name, scopes, clock.now() + timedelta(days=days))


def test_an_invitation_is_for_one_phone_or_one_address(cast):
    for phone, email in (("", ""), (NEW, "a@b.cn")):
        with pytest.raises(Invalid):
            invitations.invite(cast.boss, phone=phone, email=email, seat="merchant.finance", stores=None)
    assert not Invitation.objects.exists()

"""Row-level security alone: every table, read and written by hand as the product's role, with no help of ours."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from psycopg.types.json import Jsonb

from cases.models import Case
from config import clock, database, tenancy
from config.actors import SYSTEM
from merchants.models import ApiKey
from tests import cast as cast_module
from tests.conftest import TEMPLATE, point_to
from tests.tenancy import catalogue, world

# What is written by those who may not read it: messages and records of denied access are only ever put in.
PUT_IN = {"config_outboxmessage", "config_accessrecord"}
# Rows of one merchant that all of its stores share.
OF_ALL_STORES = {
    "merchants_organisation", "merchants_membership", "merchants_invitation", "merchants_apikey", "config_storedfile",
    "config_outboxmessage", "config_job", "config_accessrecord",
    "merchants_contract", "merchants_contractfee", "merchants_contractclause", "merchants_servednotice",
    "cases_replytemplate",
    "cases_party",  # ids alone: a policy of cases reads it, so that it cannot ask after the case's store
}  # fmt: skip
# Of one's own case one brings the other side in and tells it, and does not see what stands there for it.
TOLD_TO_THE_OTHER_SIDE = {"cases_party", "cases_notice"}
UNIQUE_MAKERS = {"uuid": "gen_random_uuid()", "int8": "(random() * 1e12)::bigint", "int4": "(random() * 1e9)::int"}


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """Two merchants with something of everything, really committed, once for all tests here; and their database."""
    name, former = f"recourse_{uuid4().hex[:12]}", connection.settings_dict["NAME"]
    url = database.clone(settings.DATABASE_URL, TEMPLATE, name)

    def at(moment: str) -> None:
        with database.administrator(url) as admin:
            admin.execute("INSERT INTO config_clock VALUES (%s::timestamp AT TIME ZONE 'Asia/Shanghai')", [moment])

    with django_db_blocker.unblock():
        point_to(name)
        found = world.make(at, cast_module.make())
        point_to(former)
    yield found, url
    database.drop(settings.DATABASE_URL, name)


@pytest.fixture
def two(made, django_db_blocker):
    former = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        point_to(made[1].rsplit("/", 1)[1].split("?")[0])
        yield made[0]
        point_to(former)


@pytest.fixture
def admin(made):
    with database.administrator(made[1]) as link:
        yield link


def tables() -> list[str]:
    with connection.cursor() as cursor:
        return catalogue.tenant_tables(cursor)


def rows_of(actor, table: str) -> set[str]:
    """What the actor reads of a table: whole rows by their place in it."""
    with transaction.atomic(), connection.cursor() as cursor:
        _become(actor)
        cursor.execute(f"SELECT ctid::text FROM {table}")
        return {place for (place,) in cursor.fetchall()}


def _become(actor) -> None:
    if actor:
        stores = "*" if actor.stores is None else "{" + ",".join(map(str, actor.stores)) + "}"
        tenancy.set_tenant(str(actor.user_id), str(actor.organisation_id), stores)


def leaks(two) -> list[str]:
    """Every table in which one merchant, or one store, reads rows of another."""
    found = []
    for table in tables():
        shop, chain = rows_of(two.cast.owner, table), rows_of(two.cast.boss, table)
        if table == "merchants_organisation":  # providers listed for all
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SELECT ctid::text FROM {table} WHERE is_listed")
                listed = {place for (place,) in cursor.fetchall()}
            shop, chain = shop - listed, chain - listed
        if shop & chain:
            found.append(f"{table}: the merchants share {len(shop & chain)} rows")
        if not (shop and chain):
            found.append(f"{table}: nothing of both merchants to compare")
        if table not in OF_ALL_STORES and rows_of(two.cast.store_a, table) & rows_of(two.cast.store_b, table):
            found.append(f"{table}: the stores share rows")
    return found


EMPTY_FOR_NOW = {"cases_actrequest: nothing of both merchants to compare"}  # a shop alone asks nobody


def test_neither_two_merchants_nor_two_stores_read_a_row_of_each_other(two):
    assert set(leaks(two)) - EMPTY_FOR_NOW == set()


@pytest.mark.parametrize("table", ["cases_line", "merchants_apikey", "cases_draft", "merchants_terminal"])
def test_a_policy_that_shows_all_is_found(two, admin, table):
    (wall,) = admin.execute(
        "SELECT qual FROM pg_policies WHERE tablename = %s AND policyname = 'see'", [table]
    ).fetchone()
    admin.execute(f"ALTER POLICY see ON {table} USING (true)")
    try:
        assert any(leak.startswith(table) for leak in leaks(two))
    finally:
        admin.execute(f"ALTER POLICY see ON {table} USING ({wall})")


def test_with_nothing_set_every_table_is_empty(two):
    with transaction.atomic():
        assert not Case.objects.exists()
    for table in tables():
        with transaction.atomic(), connection.cursor() as cursor:
            but = {"merchants_organisation": "NOT is_listed", "config_outboxmessage": "organisation_id IS NOT NULL"}
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {but.get(table, 'true')}")
            assert cursor.fetchone()[0] == 0, table


def attempt(actor, statement: str, *values) -> int | str:
    """How many rows a statement touches as this actor, or with which error it ends; nothing stays of it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _become(actor)
            cursor.execute(statement, values)
            transaction.set_rollback(True)
            return cursor.rowcount
    except DatabaseError as error:
        return str(error).splitlines()[0]


def foreign_rows(admin, table: str, own: set[str]) -> list[tuple[str, dict]]:
    found = admin.execute(f"SELECT ctid::text, to_jsonb(t) FROM {table} t").fetchall()
    return [(place, content) for place, content in found if place not in own]


def cases_of(actor) -> set[str]:
    """The cases to which the actor's organisation is a party."""
    with transaction.atomic(), connection.cursor() as cursor:
        _become(actor)
        cursor.execute("SELECT case_id::text FROM cases_party")
        return {case for (case,) in cursor.fetchall()}


def primary(admin, table: str) -> tuple[str, str]:
    return admin.execute(
        "SELECT a.attname, t.typname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
        " JOIN pg_type t ON t.oid = a.atttypid WHERE i.indrelid = %s::regclass AND i.indisprimary", [table],
    ).fetchone()  # fmt: skip


def test_nobody_changes_removes_or_adds_a_row_of_another(two, admin):
    tried = 0
    for actor in (two.cast.owner, two.cast.boss, two.cast.store_a, two.cast.store_b):
        for table in tables():
            key, kind = primary(admin, table)
            theirs = foreign_rows(admin, table, rows_of(actor, table))
            if table in TOLD_TO_THE_OTHER_SIDE:
                own = cases_of(actor)
                theirs = [(place, content) for place, content in theirs if content["case_id"] not in own]
            for place, content in theirs[:6]:
                where = f"{actor.seat} {table} {content}"
                for words in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):
                    answer = attempt(actor, f"{words} WHERE ctid = %s::tid", place)
                    assert answer == 0 or "permission denied" in str(answer), (where, words, answer)
                if table not in PUT_IN:
                    answer = attempt(
                        actor, f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, %s ||"
                        f" jsonb_build_object('{key}', {UNIQUE_MAKERS[kind]}))).*", Jsonb(content),
                    )  # fmt: skip
                    assert "row-level security" in str(answer), (where, answer)
                tried += 1
    assert tried > 250


def test_a_row_is_never_handed_to_another_merchant(two):
    """What one may change stays one's own: the new row is checked as the old one is."""
    given = 0
    for table in tables():
        with connection.cursor() as cursor:
            cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'organisation_id'",
                           [table])  # fmt: skip
            if not cursor.fetchone():
                continue
        foreign = two.cast.haoyoulin.id
        answer = attempt(two.cast.boss, f"UPDATE {table} SET organisation_id = %s", foreign)
        assert "row-level security" in str(answer) or "permission denied" in str(answer), (table, answer)
        given += 1
    assert given > 8


def test_nobody_becomes_a_party_of_a_case_that_stands(two, admin):
    """Who is in a case decides who reads it: a merchant cannot write itself into one of another's."""
    (theirs,) = admin.execute("SELECT id FROM cases_case WHERE number = %s", [two.chain.ids["number"]]).fetchone()
    columns = admin.execute("SELECT to_jsonb(p) FROM cases_party p WHERE case_id = %s", [theirs]).fetchone()[0]
    mine = {**columns, "organisation_id": str(two.cast.owner.organisation_id)}
    key, kind = primary(admin, "cases_party")
    answer = attempt(
        two.cast.owner, "INSERT INTO cases_party SELECT (jsonb_populate_record(NULL::cases_party, %s ||"
        f" jsonb_build_object('{key}', {UNIQUE_MAKERS[kind]}))).*", Jsonb(mine),
    )  # fmt: skip
    assert "row-level security" in str(answer), answer


def test_a_key_of_ones_own_opens_no_seat_of_another(two):
    """A key written by hand for another merchant's seat opens nothing."""
    key = ApiKey(
        organisation_id=two.cast.owner.organisation_id, membership_id=two.cast.boss.membership_id, name="x", prefix="x",
        key_sha256="0" * 64, scopes=["cases:read"], created_at=clock.now(), expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    with tenancy.acting(two.cast.owner), connection.cursor() as cursor:
        key.save(force_insert=True)
        cursor.execute("SELECT * FROM app_enter_key(%s)", [key.key_sha256])
        assert cursor.fetchall() == []
        transaction.set_rollback(True)


def test_nothing_stays_set_after_the_end_good_or_bad(two):
    with tenancy.acting(two.cast.boss):
        assert Case.objects.exists()
    with transaction.atomic():
        assert not Case.objects.exists()
    with pytest.raises(ZeroDivisionError), tenancy.acting(two.cast.boss):
        raise ZeroDivisionError
    with transaction.atomic():
        assert not Case.objects.exists()
    with tenancy.acting(two.cast.owner):
        mine = set(Case.objects.values_list("number", flat=True))
        with pytest.raises(ZeroDivisionError), tenancy.acting(two.cast.boss):
            raise ZeroDivisionError
        with tenancy.acting(SYSTEM, organisation_id=two.cast.boss.organisation_id):
            assert Case.objects.exclude(number__in=mine).exists()
        assert set(Case.objects.values_list("number", flat=True)) == mine
    assert settings.DATABASES["default"]["CONN_MAX_AGE"], "connections are used again: the test above counts"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.org', true), current_setting('app.purpose', true)")
        assert not any(cursor.fetchone())

"""Who a transaction works for: the settings that row-level security reads, and the policies for migrations.

`acting(actor)` opens a transaction and tells PostgreSQL the person, the organisation and the stores. Without it
every tenant table is empty: the policies fail closed. Which rows an actor may see is decided once more in each
QuerySet's `visible_to`; either wall stands alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, migrations, transaction

from config.actors import Actor
from config.database import APP, AUDIT, OWNER

# Every function that runs with the owner's eyes. They answer ids and what a log-in needs, nothing else;
# a test compares this list with the catalogue.
DEFINERS = (
    "app_enter", "app_enter_key", "app_due_timers", "app_due_notices", "app_due_outbox", "app_due_jobs",
    "app_digest_people", "app_backlog", "app_invitations", "app_merchant_of_mid",
    "app_case_stands", "app_enter_link", "app_case_of_link", "app_owns_file",
)  # fmt: skip

current: ContextVar[Actor | None] = ContextVar("current_actor", default=None)
instant: ContextVar[object] = ContextVar("transaction_instant", default=None)


@contextmanager
def acting(actor: Actor, *, organisation_id=None) -> Iterator[Actor]:
    """One transaction on behalf of `actor`; SYSTEM names the organisation for which it works."""
    with transaction.atomic(), entered(actor, organisation_id=organisation_id):
        yield actor


@contextmanager
def entered(actor: Actor, *, organisation_id=None) -> Iterator[Actor]:
    """Sets the tenant inside a transaction that is already open, and puts the former one back afterwards."""
    org = organisation_id or actor.organisation_id
    stores = "*" if actor.stores is None else "{" + ",".join(map(str, actor.stores)) + "}"
    *former, at = set_tenant(str(actor.user_id or ""), str(org or ""), stores, str(actor.case_id or ""))
    with remembered(actor, at):
        yield actor
    if not connection.needs_rollback:  # a rollback puts them back by itself
        set_tenant(*(value or "" for value in former))


def set_tenant(user: str, organisation: str, stores: str, case: str = "") -> tuple:
    """Sets user, organisation, stores and the one case of a link; answers the former four and the instant."""
    with connection.cursor() as cursor:
        # The former values are read before the new ones are set: MATERIALIZED keeps that order.
        cursor.execute(
            "WITH former AS MATERIALIZED (SELECT current_setting('app.user', true) AS u,"
            " current_setting('app.org', true) AS o, current_setting('app.stores', true) AS s,"
            " current_setting('app.case', true) AS c, app_now() AS at)"
            " SELECT u, o, s, c, at, set_config('app.user', %s, true), set_config('app.org', %s, true),"
            " set_config('app.stores', %s, true), set_config('app.case', %s, true) FROM former",
            [user, organisation, stores, case],
        )
        return cursor.fetchone()[:5]


@contextmanager
def remembered(actor: Actor | None, at) -> Iterator[None]:
    """Remembers whose transaction this is and its one instant, which all acts inside it share."""
    actor_token, instant_token = current.set(actor), instant.set(at)
    try:
        yield
    finally:
        current.reset(actor_token)
        instant.reset(instant_token)


# -- for migrations ---------------------------------------------------------------------------------------------


def protect(
    table: str, using: str, *, insert: str | None = None, change: str | None = None, append_only: bool = False
) -> migrations.RunSQL:
    """Forces row-level security on `table`.

    `using` says which rows the runtime role sees; `insert` and `change` (default: the same) which it may add, change.
    The owner sees rows only inside the definer functions, which name a purpose; the auditor may read all.
    An append-only table can be neither changed nor emptied, by any role.
    """
    check, change = insert or using, change or using
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY see ON {table} FOR SELECT TO {APP} USING ({using})",
        f"CREATE POLICY add ON {table} FOR INSERT TO {APP} WITH CHECK ({check})",
        f"CREATE POLICY purpose ON {table} TO {OWNER} USING (app_purpose() <> '') WITH CHECK (app_purpose() <> '')",
        f"CREATE POLICY audit ON {table} FOR SELECT TO {AUDIT} USING (true)",
    ]
    if append_only:
        statements += [
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP}",
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        ]
    else:
        statements += [
            f"CREATE POLICY change ON {table} FOR UPDATE TO {APP} USING ({change}) WITH CHECK ({change})",
            f"CREATE POLICY remove ON {table} FOR DELETE TO {APP} USING ({change})",
        ]
    return migrations.RunSQL(";\n".join(statements), migrations.RunSQL.noop)


def definer(signature: str, returns: str, body: str, purpose: str) -> migrations.RunSQL:
    """A function of DEFINERS: it runs as the owner, for one purpose, with a fixed search path."""
    return migrations.RunSQL(
        f"CREATE OR REPLACE FUNCTION {signature} RETURNS {returns} LANGUAGE sql VOLATILE SECURITY DEFINER"
        f" SET search_path = public, pg_temp"
        f" AS $body$SELECT set_config('app.purpose', '{purpose}', true); {body}$body$;"
        f" REVOKE ALL ON FUNCTION {signature.split('(')[0]} FROM PUBLIC;"
        f" GRANT EXECUTE ON FUNCTION {signature.split('(')[0]} TO {APP}",
        migrations.RunSQL.noop,
    )


FOUNDATION = """
CREATE FUNCTION app_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT NULLIF(current_setting('app.user', true), '')::bigint $$;
CREATE FUNCTION app_org() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT NULLIF(current_setting('app.org', true), '')::uuid $$;
CREATE FUNCTION app_purpose() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT COALESCE(current_setting('app.purpose', true), '') $$;
-- '*' is every store of the organisation; unset sees none.
CREATE FUNCTION app_sees_store(store uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT CASE COALESCE(current_setting('app.stores', true), '') WHEN '*' THEN true WHEN '' THEN false
            ELSE COALESCE(store = ANY (current_setting('app.stores', true)::uuid[]), false) END $$;
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME; END $$;
-- Production time is the server's clock. A replay's own database holds the replay's instant in config_clock.
CREATE TABLE config_clock (at timestamptz NOT NULL);
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON config_clock FROM recourse_app;
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE AS
  $$ SELECT COALESCE((SELECT max(at) FROM config_clock), clock_timestamp()) $$;
"""

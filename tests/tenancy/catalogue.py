"""What PostgreSQL itself says of tables, views, functions and roles, and all that is wrong with it."""

from config.database import APP, AUDIT, OWNER
from config.tenancy import DEFINERS

# Tables that belong to no tenant, with why. Every other table is under forced row-level security.
OF_NO_TENANT = {
    "django_migrations": "which migrations have run",
    "django_content_type": "Django's list of models",
    "django_session": "log-ins, found by an unguessable key alone",
    "django_admin_log": "who changed reference data in the administration",
    "auth_group": "groups of administrators", "auth_permission": "Django's list of permissions",
    "auth_group_permissions": "rights of administrators",
    "merchants_user": "people; log-in needs them before any tenant is known",
    "merchants_user_groups": "rights of administrators", "merchants_user_user_permissions": "rights of administrators",
    "account_emailaddress": "mail boxes of people", "account_emailconfirmation": "mail boxes of people",
    "mfa_authenticator": "second factors of people",
    "axes_accessattempt": "wrong log-ins", "axes_accessattemptexpiration": "wrong log-ins",
    "axes_accessfailurelog": "wrong log-ins", "axes_accesslog": "log-ins",
    "config_cache": "counters of log-in limits", "config_heartbeat": "signs of life of processes",
    "config_clock": "the instant of a replay",
    "cases_lawrule": "law", "cases_holiday": "law",
}  # fmt: skip
OWN_SCHEMA = (
    "n.nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = {0}.oid AND d.deptype = 'e')"
)


def faults(cursor) -> list[str]:
    """Everything by which a tenant's row could reach another, as sentences; none when the wall stands."""
    return [*_tables(cursor), *_views(cursor), *_functions(cursor), *_roles(cursor), *_rights(cursor)]


def tenant_tables(cursor) -> list[str]:
    cursor.execute(f"SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                   f" WHERE c.relkind IN ('r', 'p') AND {OWN_SCHEMA.format('c')} ORDER BY 1")  # fmt: skip
    return [name for (name,) in cursor.fetchall() if name not in OF_NO_TENANT]


def _tables(cursor):
    cursor.execute(
        f"SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) FROM pg_class c"
        f" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND {OWN_SCHEMA.format('c')}"
    )
    tables = {name: rest for name, *rest in cursor.fetchall()}
    cursor.execute(
        "SELECT tablename, cmd, roles, permissive, qual, with_check FROM pg_policies WHERE schemaname = 'public'"
    )
    policies = cursor.fetchall()
    yield from (f"{name} is listed as of no tenant and is not there" for name in OF_NO_TENANT.keys() - tables.keys())
    for name, (is_on, is_forced, owner) in tables.items():
        if owner != OWNER:
            yield f"{name} belongs to {owner}"
        if name in OF_NO_TENANT:
            continue
        if not (is_on and is_forced):
            yield f"{name} has no forced row-level security"
        own = {cmd for table, cmd, roles, *_ in policies if table == name and APP in roles}
        yield from (f"{name} has no policy for {cmd}" for cmd in ("SELECT", "INSERT") if cmd not in own)
    for table, cmd, roles, _, qual, check in policies:
        if APP in roles and qual in ("true", "(true)"):
            yield f"{table}: {cmd} shows every row to {APP}"
        if set(roles) - {APP, AUDIT, OWNER}:
            yield f"{table}: a policy for {roles}"
        if AUDIT in roles and cmd != "SELECT":
            yield f"{table}: the auditor may {cmd}"
        if APP in roles and cmd in ("UPDATE", "ALL") and check in ("true", "(true)"):
            yield f"{table}: {cmd} may hand a row to anybody"


def _views(cursor):
    cursor.execute(
        f"SELECT c.relname, c.relkind, COALESCE('security_invoker=true' = ANY (c.reloptions)"
        f" OR 'security_invoker=on' = ANY (c.reloptions), false) FROM pg_class c"
        f" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND {OWN_SCHEMA.format('c')}"
    )
    yield from (
        f"the view {name} sees with its owner's eyes"
        for name, kind, asks in cursor.fetchall()
        if kind == "m" or not asks
    )


def _functions(cursor):
    cursor.execute(
        f"SELECT p.proname, pg_get_userbyid(p.proowner), p.proconfig, has_function_privilege('public', p.oid, 'EXECUTE')"
        f" FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND {OWN_SCHEMA.format('p')}"
    )
    found = {name: rest for name, *rest in cursor.fetchall()}
    yield from (f"{name} runs as its owner and is on no list" for name in found.keys() - set(DEFINERS))
    yield from (f"{name} is on the list and is not there" for name in set(DEFINERS) - found.keys())
    for name, (owner, config, for_all) in found.items():
        if owner != OWNER or not any(each.startswith("search_path=") for each in config or ()):
            yield f"{name} has no fixed search path or another owner"
        if for_all:
            yield f"everybody may call {name}"


def _roles(cursor):
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)", [[OWNER, APP, AUDIT]],
    )  # fmt: skip
    yield from (f"{name} is above the policies" for (name,) in cursor.fetchall())
    cursor.execute(
        "SELECT a.rolname, b.rolname FROM pg_auth_members m JOIN pg_roles a ON a.oid = m.member"
        " JOIN pg_roles b ON b.oid = m.roleid WHERE a.rolname = ANY (%s)", [[APP, AUDIT]],
    )  # fmt: skip
    yield from (f"{name} may become {other}" for name, other in cursor.fetchall())


def _rights(cursor):
    for role in (APP, AUDIT):
        cursor.execute(
            "SELECT has_schema_privilege(%s, 'public', 'CREATE'), has_database_privilege(%s, current_database(), 'CREATE')",
            [role, role],
        )
        if any(cursor.fetchone()):
            yield f"{role} may create"
    cursor.execute(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE table_schema = 'public'"
        " AND ((grantee = %s AND privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES'))"
        " OR (grantee = %s AND privilege_type <> 'SELECT') OR grantee = 'PUBLIC')", [APP, AUDIT],
    )  # fmt: skip
    yield from (f"{table}: a right too many ({right})" for table, right in cursor.fetchall())

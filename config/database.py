"""Connections and roles: which PostgreSQL role a process uses, and databases made from a migrated template.

No models and no queries of the product here; the policies themselves are written in config/tenancy.py.
"""

import hashlib
import hmac
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

OWNER, APP, AUDIT = "recourse_owner", "recourse_app", "recourse_audit"
# Which role a command needs; everything else runs as the role of the product itself.
ROLE_OF_COMMAND = {
    "migrate": OWNER, "sqlmigrate": OWNER, "load_rules": OWNER, "makemigrations": OWNER, "showmigrations": OWNER,
    "verify_audit": AUDIT, "invariants": AUDIT, "backup": AUDIT, "restore": AUDIT,
}  # fmt: skip


def services_file(data_dir: Path) -> dict:
    """What the embedded services wrote about themselves; empty when they have not been started."""
    try:
        return json.loads((data_dir / "services.json").read_text())
    except (OSError, ValueError):
        return {}


def secret_from(data_dir: Path) -> str:
    """The installation's secret; made on first use and readable by its owner alone."""
    path = data_dir / "secrets.json"
    try:
        return json.loads(path.read_text())["secret_key"]
    except (OSError, ValueError, KeyError):
        # Commands that need no database (workflow, import_statement --dry-run) must run before any set-up.
        return "unset-" + hashlib.sha256(str(data_dir).encode()).hexdigest()


def url_from(data_dir: Path) -> str:
    return services_file(data_dir).get("DATABASE_URL", "postgresql://postgres@127.0.0.1:1/recourse")


def broker_from(data_dir: Path) -> str:
    return services_file(data_dir).get("REDIS_URL", "redis://127.0.0.1:1/0")


def role_of(argv: list[str]) -> str:
    if forced := os.environ.get("RECOURSE_DB_ROLE"):
        return {"owner": OWNER, "app": APP, "audit": AUDIT}[forced]
    return ROLE_OF_COMMAND.get(argv[1] if len(argv) > 1 else "", APP)


def role_password(secret_key: str, role: str) -> str:
    """A role's password follows from the installation's secret, so that it is stored nowhere."""
    return hmac.new(secret_key.encode(), f"database role {role}".encode(), hashlib.sha256).hexdigest()


def connection(url: str, secret_key: str, role: str) -> dict:
    """Django's settings of a connection to `url`'s database under one of our roles.

    `DATABASE_OWNER_URL`, `DATABASE_APP_URL` and `DATABASE_AUDIT_URL` replace the derived log-ins
    where an operator makes the roles himself.
    """
    given = os.environ.get(f"DATABASE_{role.removeprefix('recourse_').upper()}_URL")
    parts = urlsplit(given or url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or "") if given else role,
        "PASSWORD": unquote(parts.password or "") if given else role_password(secret_key, role),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 3, **dict(parse_qsl(parts.query))},
    }


def with_name(url: str, name: str) -> str:
    """The same server and log-in, another database."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path="/" + name))


def administrator(url: str, name: str | None = None):
    """A psycopg connection in autocommit under the administrator's log-in."""
    import psycopg

    return psycopg.connect(with_name(url, name) if name else url, autocommit=True, connect_timeout=3)


def prepare(url: str, secret_key: str) -> None:
    """Makes the three roles and the database of `url`; safe to repeat. Raises psycopg.Error when not permitted."""
    from psycopg import sql

    name = unquote(urlsplit(url).path.lstrip("/"))
    with administrator(url, "postgres") as admin:
        for role in (OWNER, APP, AUDIT):
            exists = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            admin.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                    sql.SQL("ALTER" if exists else "CREATE"), sql.Identifier(role), role_password(secret_key, role)
                )
            )
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
    with administrator(url) as admin:
        for extension in ("pg_trgm", "btree_gist", "pgcrypto"):
            admin.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        admin.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)))
        admin.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {app}, {audit}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT ON TABLES TO {audit}",
        ):
            admin.execute(
                sql.SQL(statement).format(
                    owner=sql.Identifier(OWNER), app=sql.Identifier(APP), audit=sql.Identifier(AUDIT)
                )
            )


def template(url: str, secret_key: str) -> str:
    """The name of a migrated database to clone from, made when migrations or rules have changed since the last one."""
    root = Path(__file__).resolve().parent.parent
    parts = sorted([*root.glob("*/migrations/*.py"), *root.glob("cases/law/rules/*.toml")])
    name = "recourse_template_" + hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:12]
    with administrator(url, "postgres") as admin:
        # One process makes it; the others wait here and find it made. Named last, so that a half-made one is not used.
        admin.execute("SELECT pg_advisory_lock(hashtext('recourse_template'))")
        known = [
            row[0] for row in admin.execute(r"SELECT datname FROM pg_database WHERE datname ~ '^recourse_template_'")
        ]
        if name in known:
            return name
        drop(url, "recourse_template_new")
        new = with_name(url, "recourse_template_new")
        prepare(new, secret_key)
        for words in (["migrate", "--verbosity=0"], ["load_rules"]):
            subprocess.run(
                [sys.executable, root / "manage.py", *words], env={**os.environ, "DATABASE_URL": new}, check=True,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
        for old in known:
            drop(url, old)
        admin.execute(f'ALTER DATABASE recourse_template_new RENAME TO "{name}"')
    return name


def clone(url: str, template: str, name: str) -> str:
    """A new database made from a migrated template; answers its URL. The template must have no connections."""
    from psycopg import sql

    with administrator(url, "postgres") as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER)
            )
        )
    return with_name(url, name)


def drop(url: str, name: str) -> None:
    from psycopg import sql

    with administrator(url, "postgres") as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

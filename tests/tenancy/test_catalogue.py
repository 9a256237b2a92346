"""The second wall as PostgreSQL has it, and that each hole in it is found."""

import pytest
from django.conf import settings
from django.db import connection

from config import database
from config.database import APP
from tests.tenancy import catalogue

# Each is one careless line of a migration; the catalogue must name it.
HOLES = {
    "a table without security": "ALTER TABLE cases_line DISABLE ROW LEVEL SECURITY",
    "not forced on the owner": "ALTER TABLE cases_line NO FORCE ROW LEVEL SECURITY",
    "no policy": "DROP POLICY see ON cases_line",
    "everybody sees": "DROP POLICY see ON cases_line; CREATE POLICY see ON cases_line FOR SELECT TO recourse_app USING (true)",
    "handed to anybody": "DROP POLICY change ON cases_line; CREATE POLICY change ON cases_line FOR UPDATE TO recourse_app"
    " USING (case_id IS NULL) WITH CHECK (true)",
    "a new table": "CREATE TABLE cases_secret (id int); ALTER TABLE cases_secret OWNER TO recourse_owner",
    "a view": "CREATE VIEW cases_all AS SELECT * FROM cases_line",
    "a copy": "CREATE MATERIALIZED VIEW cases_all AS SELECT * FROM cases_line",
    "a definer": "CREATE FUNCTION app_all() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM cases_line'",
    "a definer gone": "DROP FUNCTION app_enter",
    "a loose search path": "ALTER FUNCTION app_enter RESET ALL",
    "a definer for all": "GRANT EXECUTE ON FUNCTION app_enter TO PUBLIC",
    "another owner": "ALTER TABLE cases_line OWNER TO recourse_app",
    "above the policies": "ALTER ROLE recourse_app BYPASSRLS",
    "may become the owner": "GRANT recourse_owner TO recourse_app",
    "may create": "GRANT CREATE ON SCHEMA public TO recourse_app",
    "may empty": "GRANT TRUNCATE ON cases_line TO recourse_app",
    "the auditor writes": "GRANT UPDATE ON cases_line TO recourse_audit",
    "for everybody": "GRANT SELECT ON cases_line TO PUBLIC",
}


def test_every_table_but_a_short_list_is_walled(db):
    with connection.cursor() as cursor:
        assert catalogue.faults(cursor) == []
        assert len(catalogue.tenant_tables(cursor)) > 25


def test_tests_connect_as_the_role_of_the_product(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, session_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (APP, APP, False, False)


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_in_the_wall_is_found(django_db_setup, hole):
    url = database.with_name(settings.DATABASE_URL, settings.DATABASES["default"]["NAME"])
    with database.administrator(url) as admin, admin.cursor() as cursor:
        admin.autocommit = False
        assert catalogue.faults(cursor) == []
        cursor.execute(HOLES[hole])
        assert catalogue.faults(cursor)
        admin.rollback()

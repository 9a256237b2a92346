"""Nobody writes itself into a case that stands: who is in a case decides who reads it."""

from django.db import migrations

from config.tenancy import definer


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_firing")]

    operations = [
        definer(
            "app_case_stands(a_case uuid)",
            "boolean",
            "SELECT EXISTS (SELECT 1 FROM cases_case WHERE id = a_case)",
            "party",
        ),
        migrations.RunSQL(
            """
            ALTER POLICY add ON cases_party WITH CHECK (
                (organisation_id = app_org() AND NOT app_case_stands(case_id))
                OR case_id IN (SELECT p.case_id FROM cases_party p));
            REVOKE UPDATE, DELETE ON cases_party FROM recourse_app;
            """,
            migrations.RunSQL.noop,
        ),
    ]

"""A link opens one case: what else its holder's organisation has stays closed to it, whoever writes the statement."""

from django.db import migrations

OF_THE_ORGANISATION = (
    "merchants_membership", "merchants_invitation", "merchants_apikey", "merchants_terminal", "merchants_store",
    "merchants_statementimport", "merchants_statementline", "merchants_contract", "merchants_contractfee",
    "merchants_contractclause", "merchants_servednotice", "merchants_migration", "merchants_missedvisit",
    "cases_replytemplate", "cases_draft", "cases_notice", "config_job",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_both_sides"), ("merchants", "0004_plain_records")]

    operations = [
        migrations.RunSQL(
            f"CREATE POLICY not_by_link ON {table} AS RESTRICTIVE FOR SELECT TO recourse_app USING (app_case() IS NULL)",
            f"DROP POLICY not_by_link ON {table}",
        )
        for table in OF_THE_ORGANISATION
    ]

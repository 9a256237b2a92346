"""Legal rules and holidays are added to and never changed, by any role."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_letter_parts")]

    operations = [
        migrations.RunSQL(
            f"""
            REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM recourse_app;
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            migrations.RunSQL.noop,
        )
        for table in ("cases_lawrule", "cases_holiday")
    ]

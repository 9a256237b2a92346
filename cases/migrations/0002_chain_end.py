"""A case knows the end of its own chain: the last event may be private to the other side."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.AddField("case", "last_hash", models.CharField(default="0" * 64, max_length=64)),
        migrations.AddField("case", "evidence_count", models.PositiveIntegerField(default=0)),
        migrations.RunSQL(
            """
            SELECT set_config('app.purpose', 'migration', true);
            UPDATE cases_case c SET
                last_hash = (SELECT e.hash FROM cases_event e WHERE e.case_id = c.id ORDER BY e.seq DESC LIMIT 1),
                evidence_count = (SELECT coalesce(max(e.position), 0) FROM cases_evidence e WHERE e.case_id = c.id);
            """,
            migrations.RunSQL.noop,
        ),
    ]

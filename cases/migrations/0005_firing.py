"""What failed is tried again after a pause and never holds up what is due behind it; who caused a notice is known."""

from django.db import migrations, models

from config.tenancy import definer

SECONDS = "COALESCE(EXTRACT(EPOCH FROM app_now() - min({})), 0)::float"


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_law_is_added_to"), ("config", "0003_leases")]

    operations = [
        migrations.AddField("timer", "retry_at", models.DateTimeField(null=True)),
        migrations.AddField("notice", "caused_by_id", models.BigIntegerField(null=True)),
        migrations.AddField("notice", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("notice", "retry_at", models.DateTimeField(null=True)),
        migrations.RunSQL(
            """
            CREATE INDEX timer_parked ON cases_timer (id) WHERE state = 'parked';
            CREATE INDEX outbox_parked ON config_outboxmessage (id) WHERE state = 'parked';
            """,
            "DROP INDEX timer_parked; DROP INDEX outbox_parked",
        ),
        definer(
            "app_due_timers(most int)",
            "TABLE (id uuid, case_id uuid, organisation_id uuid, fire_at timestamptz)",
            """SELECT t.id, t.case_id, c.merchant_id, t.fire_at FROM cases_timer t JOIN cases_case c ON c.id = t.case_id
               WHERE t.state = 'pending' AND t.fire_at <= app_now()
                 AND (t.retry_at IS NULL OR t.retry_at <= clock_timestamp())
               ORDER BY t.fire_at, t.id LIMIT most""",
            "sweep",
        ),
        definer(
            "app_due_notices(most int)",
            "TABLE (id uuid, organisation_id uuid)",
            """SELECT n.id, n.organisation_id FROM cases_notice n
               WHERE n.spread_at IS NULL AND n.attempts < 12 AND (n.retry_at IS NULL OR n.retry_at <= clock_timestamp())
               ORDER BY n.created_at LIMIT most""",
            "sweep",
        ),
        definer(
            "app_backlog()",
            "TABLE (timer_seconds float, notice_seconds float, message_seconds float, job_seconds float,"
            " parked_timers bigint, parked_notices bigint, parked_messages bigint)",
            f"""SELECT
               (SELECT {SECONDS.format("fire_at")} FROM cases_timer WHERE state = 'pending' AND fire_at <= app_now()),
               (SELECT {SECONDS.format("created_at")} FROM cases_notice WHERE spread_at IS NULL AND attempts < 12),
               (SELECT {SECONDS.format("not_before")} FROM config_outboxmessage
                WHERE state IN ('pending', 'sending') AND not_before <= app_now()),
               (SELECT {SECONDS.format("created_at")} FROM config_job WHERE state = 'queued'),
               (SELECT count(*) FROM cases_timer WHERE state = 'parked'),
               (SELECT count(*) FROM cases_notice WHERE spread_at IS NULL AND attempts >= 12),
               (SELECT count(*) FROM config_outboxmessage WHERE state = 'parked')""",
            "sweep",
        ),
    ]

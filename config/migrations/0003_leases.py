"""Leases and hints are counted in the machine's time, whatever instant the product's clock shows; looking up what is
due marks it as hinted at, so that several sweepers do not publish the same hint; and the numbers of the backlog."""

from django.db import migrations

from config.tenancy import definer


class Migration(migrations.Migration):
    dependencies = [("config", "0002_cache")]

    operations = [
        migrations.RunSQL("DROP FUNCTION app_due_outbox(int); DROP FUNCTION app_due_jobs(int)", migrations.RunSQL.noop),
        definer(
            "app_due_outbox(most int, again interval)",
            "TABLE (id uuid, organisation_id uuid)",
            """UPDATE config_outboxmessage m SET hinted_at = clock_timestamp() WHERE m.id IN (
                 SELECT o.id FROM config_outboxmessage o
                 WHERE o.state IN ('pending', 'sending') AND o.not_before <= app_now()
                   AND (o.state = 'pending' OR o.lease_until < clock_timestamp())
                   AND (o.hinted_at IS NULL OR o.hinted_at < clock_timestamp() - again)
                 ORDER BY o.not_before LIMIT most FOR UPDATE SKIP LOCKED)
               RETURNING m.id, m.organisation_id""",
            "sweep",
        ),
        definer(
            "app_due_jobs(most int, again interval)",
            "TABLE (id uuid, organisation_id uuid)",
            """UPDATE config_job m SET hinted_at = clock_timestamp() WHERE m.id IN (
                 SELECT j.id FROM config_job j
                 WHERE j.state IN ('queued', 'running')
                   AND (j.state = 'queued' OR j.lease_until < clock_timestamp())
                   AND (j.hinted_at IS NULL OR j.hinted_at < clock_timestamp() - again)
                 ORDER BY j.created_at LIMIT most FOR UPDATE SKIP LOCKED)
               RETURNING m.id, m.organisation_id""",
            "sweep",
        ),
    ]

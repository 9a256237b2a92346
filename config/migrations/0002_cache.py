from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("config", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE config_cache (
                cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
            CREATE INDEX config_cache_expires ON config_cache (expires);
            """,
            "DROP TABLE config_cache",
        )
    ]

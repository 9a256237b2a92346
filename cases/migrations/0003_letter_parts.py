"""A letter keeps its annex and its English for reference, frozen like the text, and which lines it demands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_chain_end")]

    operations = [
        migrations.AddField("letter", "annex", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("letter", "translation", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("letter", "covers", models.PositiveIntegerField(default=0)),
    ]

"""A person's old answers are found and forgotten by their age."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("config", "0003_leases")]

    operations = [
        migrations.AddIndex(
            model_name="rememberedanswer",
            index=models.Index(fields=["organisation_id", "user_id", "created_at"], name="answer_age"),
        ),
    ]

"""What awaits a second person is counted by side: neither can see, nor is held up by, what the other asked for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_parties_stay")]

    operations = [
        migrations.RemoveConstraint("actrequest", "one_pending_request_a_case"),
        migrations.AddConstraint(
            "actrequest",
            models.UniqueConstraint(
                fields=["case", "private_to"], condition=models.Q(state="pending"), name="one_pending_request_a_side"
            ),
        ),
    ]

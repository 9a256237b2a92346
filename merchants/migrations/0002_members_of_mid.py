"""Who may import a statement for a merchant number when a command names nothing else."""

from django.db import migrations

from config.tenancy import definer


class Migration(migrations.Migration):
    dependencies = [("merchants", "0001_initial")]

    operations = [
        definer(
            "app_merchant_of_mid(a_mid text)",
            "TABLE (membership_id uuid, user_id bigint, organisation_id uuid, seat varchar)",
            """SELECT m.id, m.user_id, m.organisation_id, m.seat FROM merchants_membership m
               JOIN merchants_user u ON u.id = m.user_id
               WHERE m.is_active AND u.is_active AND a_mid <> '' AND EXISTS (
                   SELECT 1 FROM merchants_terminal t WHERE t.organisation_id = m.organisation_id AND t.mid = a_mid)
               ORDER BY m.created_at, m.id""",
            "import",
        ),
    ]

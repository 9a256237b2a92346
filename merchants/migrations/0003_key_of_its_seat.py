"""A key opens only a seat of the organisation that made it."""

from django.db import migrations

from config.tenancy import definer


class Migration(migrations.Migration):
    dependencies = [("merchants", "0002_members_of_mid")]

    operations = [
        definer(
            "app_enter_key(digest text)",
            "TABLE (membership_id uuid, user_id bigint, user_name varchar, organisation_id uuid, kind varchar, name varchar,"
            " seat varchar, stores uuid[], is_alone boolean, scopes varchar[], at timestamptz)",
            """WITH m AS (
                 SELECT m.id AS membership_id, m.user_id, u.name AS user_name, m.organisation_id, o.kind, o.name, m.seat,
                        m.stores, k.scopes AS scopes,
                        m.seat = 'merchant.owner' AND NOT EXISTS (
                            SELECT 1 FROM merchants_membership x
                            WHERE x.organisation_id = m.organisation_id AND x.is_active AND x.user_id <> m.user_id
                        ) AS is_alone
                 FROM merchants_membership m
                 JOIN merchants_organisation o ON o.id = m.organisation_id
                 JOIN merchants_user u ON u.id = m.user_id
                 JOIN merchants_apikey k ON k.membership_id = m.id AND k.organisation_id = m.organisation_id
                 WHERE m.is_active AND u.is_active AND k.key_sha256 = digest AND k.revoked_at IS NULL
                   AND k.expires_at > app_now()
                 ORDER BY m.id LIMIT 1)
               SELECT m.membership_id, m.user_id, m.user_name, m.organisation_id, m.kind, m.name, m.seat, m.stores,
                      m.is_alone, m.scopes, app_now() FROM m
               WHERE set_config('app.user', m.user_id::text, true) IS NOT NULL
                 AND set_config('app.org', m.organisation_id::text, true) IS NOT NULL
                 AND set_config('app.stores', COALESCE(m.stores::text, '*'), true) IS NOT NULL""",
            "login",
        ),
    ]

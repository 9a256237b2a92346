"""Mandates, offers, agreements, obligations, links and desks, each behind its policy; a link sees one case only."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from config.tenancy import definer, protect

OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
SHARED = ("offer", "agreement", "partytold", "obligation", "answerlink")
KEPT = ("signature", "signedcopy")  # never changed
PRIVATE = ("mandate", "assignment", "inboundmail")


def private(table: str) -> str:
    """Rows of one side carry that side's organisation."""
    return (
        f"{OF_CASE} AND (private_to IS NULL OR EXISTS (SELECT 1 FROM cases_party p"
        f" WHERE p.case_id = {table}.case_id AND p.principal_id = private_to))"
    )



class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_pending_by_side'),
        ('config', '0004_answer_age'),
        ('merchants', '0004_plain_records'),
    ]

    operations = [
        migrations.AddField(
            model_name='deadline',
            name='acts',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='letter',
            name='read_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='responsibility',
            name='is_reserved',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='AnswerLink',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('sent_to', models.CharField(blank=True, max_length=254)),
                ('holder_name', models.CharField(blank=True, max_length=80)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='cases.case')),
                ('letter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='cases.letter')),
                ('named_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='named', to='cases.answerlink')),
            ],
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('side', models.CharField(max_length=10)),
                ('terms', models.JSONField()),
                ('conditions', models.TextField(blank=True)),
                ('valid_until', models.DateTimeField()),
                ('made_at', models.DateTimeField()),
                ('made_by_id', models.BigIntegerField(null=True)),
                ('made_by_name', models.CharField(max_length=80)),
                ('on_behalf', models.BooleanField(default=False)),
                ('answers', models.PositiveIntegerField(null=True)),
                ('is_reserved', models.BooleanField(default=False)),
                ('state', models.CharField(default='live', max_length=10)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('state', models.CharField(default='draft', max_length=10)),
                ('clauses', models.JSONField(default=dict)),
                ('details', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField()),
                ('text', models.TextField(blank=True)),
                ('translation', models.TextField(blank=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('frozen_at', models.DateTimeField(null=True)),
                ('frozen_by_name', models.CharField(blank=True, max_length=80)),
                ('binding', models.CharField(blank=True, max_length=10)),
                ('effective_at', models.DateTimeField(null=True)),
                ('void_at', models.DateTimeField(null=True)),
                ('void_reason', models.TextField(blank=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='cases.case')),
                ('pdf', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='config.storedfile')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.offer')),
            ],
        ),
        migrations.CreateModel(
            name='PartyTold',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('who', models.CharField(max_length=80)),
                ('side', models.CharField(max_length=10)),
                ('told_at', models.DateTimeField()),
                ('knows_at', models.DateTimeField(null=True)),
                ('knows_by_name', models.CharField(blank=True, max_length=80)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='told', to='cases.agreement')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='told_parties', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='ReplyTemplate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('act', models.CharField(max_length=40)),
                ('data', models.JSONField(default=dict)),
                ('changed_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('side', models.CharField(max_length=10)),
                ('signer_id', models.BigIntegerField()),
                ('signer_name', models.CharField(max_length=80)),
                ('seat', models.CharField(max_length=30)),
                ('authority', models.CharField(blank=True, max_length=200)),
                ('consent', models.TextField()),
                ('factor', models.CharField(max_length=10)),
                ('sent_to', models.CharField(blank=True, max_length=80)),
                ('sha256', models.CharField(max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('facts', models.JSONField(default=dict)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='cases.agreement')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='SignedCopy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('side', models.CharField(max_length=10)),
                ('kind', models.CharField(default='stamped', max_length=10)),
                ('exchanged_on', models.DateField()),
                ('uploaded_by_side', models.CharField(max_length=10)),
                ('uploaded_at', models.DateTimeField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='cases.agreement')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed_copies', to='cases.case')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.evidence')),
                ('proof', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.evidence')),
            ],
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('private_to', models.UUIDField()),
                ('user_id', models.BigIntegerField()),
                ('user_name', models.CharField(max_length=80)),
                ('assigned_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='cases.case')),
            ],
            options={
                'indexes': [models.Index(fields=['private_to', 'user_id'], name='cases_assig_private_252809_idx')],
                'constraints': [models.UniqueConstraint(fields=('case', 'private_to'), name='one_assignee_a_side')],
            },
        ),
        migrations.CreateModel(
            name='InboundMail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('private_to', models.UUIDField()),
                ('message_id', models.CharField(max_length=400)),
                ('sender', models.CharField(max_length=320)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('text', models.TextField(blank=True)),
                ('received_at', models.DateTimeField()),
                ('evidence', models.JSONField(default=list)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='cases.case')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'message_id'), name='one_mail_a_message')],
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('private_to', models.UUIDField()),
                ('side', models.CharField(max_length=10)),
                ('least_refund', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('most_refund', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('latest', models.DateField(null=True)),
                ('may_sign_up_to', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('set_at', models.DateTimeField()),
                ('set_by_name', models.CharField(max_length=80)),
                ('approved_by_name', models.CharField(blank=True, max_length=80)),
                ('is_live', models.BooleanField(default=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mandates', to='cases.case')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_live', True)), fields=('case', 'private_to'), name='one_live_mandate_a_side')],
            },
        ),
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=20)),
                ('debtor', models.CharField(max_length=10)),
                ('what', models.JSONField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('lines', models.JSONField(default=list)),
                ('tid', models.CharField(blank=True, max_length=8)),
                ('due_on', models.DateField()),
                ('due_at', models.DateTimeField()),
                ('grace_until', models.DateTimeField()),
                ('state', models.CharField(default='open', max_length=10)),
                ('is_overdue', models.BooleanField(default=False)),
                ('is_breached', models.BooleanField(default=False)),
                ('done_on', models.DateField(null=True)),
                ('proven_at', models.DateTimeField(null=True)),
                ('proven_by_id', models.BigIntegerField(null=True)),
                ('proven_by_name', models.CharField(blank=True, max_length=80)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_by_name', models.CharField(blank=True, max_length=80)),
                ('dispute', models.TextField(blank=True)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='cases.agreement')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='obligations', to='cases.case')),
                ('proof', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.evidence')),
                ('statement_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.statementline')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'position'), name='one_obligation_a_position'), models.CheckConstraint(condition=models.Q(('amount', None), models.Q(('amount__gt', 0), ('amount__lt', 1000000000000)), _connector='OR'), name='obligation_amount_real')],
            },
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(fields=('case', 'position'), name='one_offer_a_position'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'live')), fields=('case',), name='one_live_offer'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(fields=('case', 'position'), name='one_agreement_a_position'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'frozen'])), fields=('case',), name='one_agreement_in_the_making'),
        ),
        migrations.AddConstraint(
            model_name='partytold',
            constraint=models.UniqueConstraint(fields=('agreement', 'who'), name='one_entry_a_party'),
        ),
        migrations.AddConstraint(
            model_name='replytemplate',
            constraint=models.UniqueConstraint(fields=('organisation', 'name'), name='one_template_a_name'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('agreement', 'side'), name='one_signature_a_side'),
        ),
        migrations.AddConstraint(
            model_name='signedcopy',
            constraint=models.UniqueConstraint(fields=('agreement', 'side'), name='one_copy_a_side'),
        ),
        *(protect(f"cases_{table}", OF_CASE) for table in SHARED),
        *(protect(f"cases_{table}", OF_CASE, append_only=True) for table in KEPT),
        *(protect(f"cases_{table}", private(f"cases_{table}")) for table in PRIVATE),
        protect("cases_replytemplate", "organisation_id = app_org()"),
        # A link is for one case: whoever holds it is no party to any other. All else of a case hangs on its parties.
        migrations.RunSQL(
            """
            CREATE FUNCTION app_case() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
              $$ SELECT NULLIF(current_setting('app.case', true), '')::uuid $$;
            ALTER POLICY see ON cases_party USING (
                organisation_id = app_org() AND (app_case() IS NULL OR case_id = app_case()));
            CREATE POLICY see_in_agreement ON config_storedfile FOR SELECT TO recourse_app USING (
                EXISTS (SELECT 1 FROM cases_agreement a WHERE a.pdf_id = config_storedfile.id));
            """,
            migrations.RunSQL.noop,
        ),
        definer(
            "app_enter_link(digest text)",
            "TABLE (link_id uuid, case_id uuid, number varchar, provider_id uuid, provider_kind varchar, at timestamptz)",
            """SELECT l.id, l.case_id, c.number, c.provider_id, o.kind, app_now()
               FROM cases_answerlink l JOIN cases_case c ON c.id = l.case_id
               JOIN merchants_organisation o ON o.id = c.provider_id
               WHERE l.token_sha256 = digest AND l.revoked_at IS NULL AND l.expires_at > app_now()
                 AND EXISTS (SELECT 1 FROM cases_party p WHERE p.case_id = c.id AND p.role = 'respondent')""",
            "link",
        ),
        definer(
            "app_case_of_link(digest text)",
            "TABLE (case_id uuid, merchant_id uuid)",
            """SELECT l.case_id, c.merchant_id FROM cases_answerlink l JOIN cases_case c ON c.id = l.case_id
               WHERE l.token_sha256 = digest""",
            "link",
        ),
        # Evidence is made of the own side's files only, whoever writes the row.
        definer(
            "app_owns_file(a_file uuid)",
            "boolean",
            "SELECT EXISTS (SELECT 1 FROM config_storedfile f WHERE f.id = a_file AND f.organisation_id = app_org())",
            "file",
        ),
        migrations.RunSQL(
            f"ALTER POLICY add ON cases_evidence WITH CHECK ({private('cases_evidence')} AND app_owns_file(file_id))",
            migrations.RunSQL.noop,
        ),
    ]

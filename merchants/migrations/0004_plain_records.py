"""Contracts, notices served and migrations as a merchant writes them down; from when to when a terminal was used."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from config.tenancy import protect

OWN = "organisation_id = app_org()"


class Migration(migrations.Migration):

    dependencies = [
        ('config', '0004_answer_age'),
        ('merchants', '0003_key_of_its_seat'),
    ]

    operations = [
        migrations.AddField(
            model_name='terminal',
            name='from_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='terminal',
            name='to_on',
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=60)),
                ('version', models.CharField(default='1', max_length=30)),
                ('signed_on', models.DateField(null=True)),
                ('from_on', models.DateField(null=True)),
                ('to_on', models.DateField(null=True)),
                ('created_at', models.DateTimeField()),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='config.storedfile')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.organisation')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='ContractClause',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=30)),
                ('text', models.TextField()),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='merchants.contract')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='ContractFee',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('fee_code', models.CharField(max_length=120)),
                ('tid', models.CharField(blank=True, max_length=8)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('rate', models.DecimalField(decimal_places=4, max_digits=7, null=True)),
                ('period', models.CharField(blank=True, max_length=20)),
                ('from_on', models.DateField(null=True)),
                ('to_on', models.DateField(null=True)),
                ('clause', models.CharField(blank=True, max_length=120)),
                ('notice_on', models.DateField(null=True)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fees', to='merchants.contract')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Migration',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('reason', models.CharField(blank=True, max_length=12)),
                ('mid', models.CharField(blank=True, max_length=15)),
                ('old_tid', models.CharField(max_length=8)),
                ('new_tid', models.CharField(blank=True, max_length=8)),
                ('applied_on', models.DateField(null=True)),
                ('approved_on', models.DateField(null=True)),
                ('planned_on', models.DateField(null=True)),
                ('window', models.CharField(blank=True, max_length=40)),
                ('done_on', models.DateField(null=True)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.organisation')),
                ('provider', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.organisation')),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='merchants.store')),
            ],
        ),
        migrations.CreateModel(
            name='MissedVisit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('missed_by', models.CharField(max_length=10)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('migration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='missed_visits', to='merchants.migration')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='ServedNotice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('tid', models.CharField(blank=True, max_length=8)),
                ('text', models.TextField(blank=True)),
                ('channel', models.CharField(blank=True, max_length=20)),
                ('sent_on', models.DateField(null=True)),
                ('arrived_on', models.DateField(null=True)),
                ('object_until', models.DateField(null=True)),
                ('created_at', models.DateTimeField()),
                ('contract', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notices', to='merchants.contract')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='config.storedfile')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.organisation')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.organisation')),
            ],
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.UniqueConstraint(fields=('organisation', 'provider', 'number', 'version'), name='one_row_a_version'),
        ),
        migrations.AddConstraint(
            model_name='contractclause',
            constraint=models.UniqueConstraint(fields=('contract', 'number'), name='one_clause_a_number'),
        ),
        *(
            protect(f"merchants_{table}", OWN)
            for table in ("contract", "contractfee", "contractclause", "servednotice")
        ),
        protect("merchants_migration", f"{OWN} AND app_sees_store(store_id)"),
        protect(
            "merchants_missedvisit",
            f"{OWN} AND EXISTS (SELECT 1 FROM merchants_migration m WHERE m.id = migration_id)",
        ),
    ]

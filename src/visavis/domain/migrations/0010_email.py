"""E-mail: mailboxes, the ledger of every mail, letters, bounces, participants; conversations held beside."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """New tables, and columns that are empty for every row there is; reversible."""

    dependencies = [
        ('domain', '0009_conversation_erased_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('door', models.CharField(choices=[('imap', 'Imap'), ('lmtp', 'Lmtp'), ('pipe', 'Pipe'), ('webhook', 'Webhook')], max_length=8)),
                ('era', models.PositiveSmallIntegerField(default=1)),
                ('folder', models.CharField(blank=True, default='', max_length=254)),
                ('uid_validity', models.BigIntegerField(null=True)),
                ('uid', models.BigIntegerField(null=True)),
                ('envelope_from', models.CharField(blank=True, default='', max_length=320)),
                ('envelope_to', models.CharField(blank=True, default='', max_length=320)),
                ('received_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField()),
                ('size', models.PositiveBigIntegerField()),
                ('state', models.CharField(choices=[('taken', 'Taken'), ('accepted', 'Accepted'), ('quarantined', 'Quarantined'), ('set_aside', 'Set Aside')], default='taken', max_length=12)),
                ('reason', models.CharField(blank=True, default='', max_length=40)),
                ('settled_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('tried_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('likeness', models.CharField(blank=True, default='', max_length=64)),
                ('header_id', models.CharField(blank=True, default='', max_length=250)),
                ('sender', models.CharField(blank=True, default='', max_length=320)),
                ('subject', models.CharField(blank=True, default='', max_length=300)),
                ('sent_at', models.DateTimeField(null=True)),
                ('proof', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='Bounce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(blank=True, default='', max_length=254)),
                ('is_permanent', models.BooleanField()),
                ('status', models.CharField(blank=True, default='', max_length=12)),
                ('why', models.CharField(max_length=20)),
                ('diagnostic', models.CharField(blank=True, default='', max_length=500)),
                ('bounced_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('header_id', models.CharField(blank=True, db_index=True, default='', max_length=250)),
                ('in_reply_to', models.CharField(blank=True, default='', max_length=250)),
                ('references', models.JSONField(default=list)),
                ('from_name', models.CharField(blank=True, default='', max_length=200)),
                ('from_address', models.CharField(blank=True, db_index=True, default='', max_length=254)),
                ('reply_to', models.JSONField(default=list)),
                ('to', models.JSONField(default=list)),
                ('cc', models.JSONField(default=list)),
                ('bcc', models.JSONField(default=list)),
                ('subject', models.CharField(blank=True, default='', max_length=500)),
                ('sent_at', models.DateTimeField(null=True)),
                ('html', models.TextField(blank=True, default='')),
                ('pieces', models.JSONField(default=list)),
                ('spf', models.CharField(choices=[('pass', 'Pass'), ('fail', 'Fail'), ('none', 'None'), ('unverified', 'Unverified')], default='unverified', max_length=10)),
                ('dkim', models.CharField(choices=[('pass', 'Pass'), ('fail', 'Fail'), ('none', 'None'), ('unverified', 'Unverified')], default='unverified', max_length=10)),
                ('dmarc', models.CharField(choices=[('pass', 'Pass'), ('fail', 'Fail'), ('none', 'None'), ('unverified', 'Unverified')], default='unverified', max_length=10)),
                ('automatic_why', models.CharField(blank=True, default='', max_length=40)),
                ('oddities', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254, unique=True)),
                ('name', models.CharField(blank=True, default='', max_length=80)),
                ('is_active', models.BooleanField(default=True)),
                ('imap_host', models.CharField(blank=True, default='', max_length=254)),
                ('imap_port', models.PositiveIntegerField(default=993)),
                ('imap_security', models.CharField(choices=[('tls', 'Tls'), ('starttls', 'Starttls'), ('none', 'None')], default='tls', max_length=8)),
                ('user', models.CharField(blank=True, default='', max_length=254)),
                ('way', models.CharField(choices=[('password', 'Password'), ('microsoft', 'Microsoft'), ('google', 'Google')], default='password', max_length=10)),
                ('secret', models.TextField(blank=True, default='')),
                ('folder', models.CharField(default='INBOX', max_length=254)),
                ('after_storing', models.CharField(choices=[('leave', 'Leave'), ('move', 'Move')], default='leave', max_length=5)),
                ('move_to', models.CharField(blank=True, default='', max_length=254)),
                ('authserv_id', models.CharField(blank=True, default='', max_length=254)),
                ('believes_spam_marks', models.BooleanField(default=False)),
                ('history_before', models.DateTimeField(null=True)),
                ('smtp_host', models.CharField(blank=True, default='', max_length=254)),
                ('smtp_port', models.PositiveIntegerField(default=587)),
                ('smtp_security', models.CharField(choices=[('tls', 'Tls'), ('starttls', 'Starttls'), ('none', 'None')], default='starttls', max_length=8)),
                ('smtp_user', models.CharField(blank=True, default='', max_length=254)),
                ('smtp_secret', models.TextField(blank=True, default='')),
                ('era', models.PositiveSmallIntegerField(default=1)),
                ('uid_validity', models.BigIntegerField(null=True)),
                ('last_uid', models.BigIntegerField(default=0)),
                ('tried_at', models.DateTimeField(null=True)),
                ('succeeded_at', models.DateTimeField(null=True)),
                ('fault', models.CharField(blank=True, default='', max_length=40)),
                ('lag_seconds', models.PositiveIntegerField(default=0)),
                ('outage_from', models.DateTimeField(null=True)),
                ('outage_until', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('name', models.CharField(blank=True, default='', max_length=200)),
                ('proposed_at', models.DateTimeField()),
                ('agreed_at', models.DateTimeField(null=True)),
                ('declined_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='attachment',
            name='content_id',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='attachment',
            name='is_inline',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='attachment',
            name='scanned',
            field=models.CharField(blank=True, choices=[('clean', 'Clean'), ('infected', 'Infected')], default='', max_length=8),
        ),
        migrations.AddField(
            model_name='conversation',
            name='beside',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='held_beside', to='domain.conversation'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('beside__isnull', False)), fields=['beside'], name='conversation_beside'),
        ),
        migrations.AddField(
            model_name='arrival',
            name='accepted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='arrival',
            name='message',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='domain.message'),
        ),
        migrations.AddField(
            model_name='arrival',
            name='raw',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='domain.storedfile'),
        ),
        migrations.AddField(
            model_name='arrival',
            name='twin',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='twins', to='domain.arrival'),
        ),
        migrations.AddField(
            model_name='bounce',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bounces', to='domain.message'),
        ),
        migrations.AddField(
            model_name='letter',
            name='message',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='letter', to='domain.message'),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='brand',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='domain.brand'),
        ),
        migrations.AddField(
            model_name='arrival',
            name='mailbox',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrivals', to='domain.mailbox'),
        ),
        migrations.AddField(
            model_name='participant',
            name='conversation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='domain.conversation'),
        ),
        migrations.AddField(
            model_name='participant',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='bounce',
            constraint=models.UniqueConstraint(fields=('message', 'address', 'status'), name='bounce_once'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('dkim__in', ['pass', 'fail', 'none', 'unverified']), ('dmarc__in', ['pass', 'fail', 'none', 'unverified']), ('spf__in', ['pass', 'fail', 'none', 'unverified'])), name='letter_verdicts_known'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.CheckConstraint(condition=models.Q(('imap_security__in', ['tls', 'starttls', 'none']), ('smtp_security__in', ['tls', 'starttls', 'none'])), name='mailbox_security_known'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.CheckConstraint(condition=models.Q(('way__in', ['password', 'microsoft', 'google'])), name='mailbox_way_known'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('after_storing', 'move'), _negated=True), models.Q(('move_to', ''), _negated=True), _connector='OR'), name='mailbox_moves_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outage_from__isnull', True), ('outage_until__isnull', True)), ('outage_from__lte', models.F('outage_until')), _connector='OR'), name='mailbox_outage_has_two_ends'),
        ),
        migrations.AddIndex(
            model_name='arrival',
            index=models.Index(condition=models.Q(('settled_at__isnull', True)), fields=['id'], name='arrival_to_read'),
        ),
        migrations.AddIndex(
            model_name='arrival',
            index=models.Index(condition=models.Q(('settled_at__isnull', True)), fields=['tried_at'], name='arrival_being_read'),
        ),
        migrations.AddIndex(
            model_name='arrival',
            index=models.Index(fields=['mailbox', 'state', '-id'], name='arrival_of_mailbox'),
        ),
        migrations.AddIndex(
            model_name='arrival',
            index=models.Index(fields=['likeness'], name='arrival_likeness'),
        ),
        migrations.AddConstraint(
            model_name='arrival',
            constraint=models.UniqueConstraint(condition=models.Q(('uid__isnull', False)), fields=('mailbox', 'era', 'folder', 'uid_validity', 'uid'), name='arrival_uid_once'),
        ),
        migrations.AddConstraint(
            model_name='arrival',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['taken', 'accepted', 'quarantined', 'set_aside'])), name='arrival_state_known'),
        ),
        migrations.AddConstraint(
            model_name='arrival',
            constraint=models.CheckConstraint(condition=models.Q(('door__in', ['imap', 'lmtp', 'pipe', 'webhook'])), name='arrival_door_known'),
        ),
        migrations.AddConstraint(
            model_name='arrival',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['taken', 'accepted']), models.Q(('reason', ''), _negated=True), _connector='OR'), name='arrival_kept_out_says_why'),
        ),
        migrations.AddConstraint(
            model_name='arrival',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'taken')), models.Q(models.Q(('state', 'taken'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='arrival_ended_at_an_instant'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(fields=('conversation', 'address'), name='participant_once'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(('agreed_at__isnull', True), ('declined_at__isnull', True), _connector='OR'), name='participant_one_decision'),
        ),
    ]

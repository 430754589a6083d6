"""Deliveries also leave by mail servers: tries, faults, what servers said, doubts settled."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns that are as before for every row there is, one index, two constraints; reversible."""

    dependencies = [
        ('domain', '0011_letter_extras'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='answer',
            field=models.CharField(blank=True, default='', max_length=300),
        ),
        migrations.AddField(
            model_name='delivery',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='delivery',
            name='fault',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
        migrations.AddField(
            model_name='delivery',
            name='first_tried_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='delivery',
            name='reached',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='delivery',
            name='road',
            field=models.CharField(choices=[('page', 'Page'), ('post', 'Post')], default='page', max_length=4),
        ),
        migrations.AddField(
            model_name='delivery',
            name='settled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='delivery',
            name='settled_how',
            field=models.CharField(blank=True, choices=[('person', 'Person'), ('report', 'Report'), ('sent_folder', 'Sent Folder')], default='', max_length=11),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('taken', 'Taken'), ('told', 'Told'), ('done', 'Done'), ('withdrawn', 'Withdrawn'), ('uncertain', 'Uncertain'), ('failed', 'Failed')], default='waiting', max_length=10),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state__in', ['taken', 'told'])), fields=['taken_at'], name='delivery_under_way'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'taken', 'told', 'done', 'withdrawn', 'uncertain', 'failed'])), name='delivery_state_known'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('road__in', ['page', 'post'])), name='delivery_road_known'),
        ),
    ]

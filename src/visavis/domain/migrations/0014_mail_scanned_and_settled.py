"""What the search for viruses finds, which marks of spam are believed, what the folder of sent mail tells."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns that are as before for every row there is, and four partial indexes; reversible."""

    dependencies = [
        ('domain', '0013_draft_extras'),
    ]

    operations = [
        migrations.AddField(
            model_name='arrival',
            name='scanned',
            field=models.CharField(blank=True, choices=[('clean', 'Clean'), ('infected', 'Infected'), ('large', 'Large'), ('waiting', 'Waiting')], default='', max_length=8),
        ),
        migrations.AddField(
            model_name='arrival',
            name='virus',
            field=models.CharField(blank=True, default='', max_length=100),
        ),
        migrations.AddField(
            model_name='delivery',
            name='copy',
            field=models.CharField(blank=True, choices=[('due', 'Due'), ('done', 'Done')], default='', max_length=4),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='keeps_sent',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='looks_in_sent',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='sent_folder',
            field=models.CharField(blank=True, default='', max_length=254),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='spam_header',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
        migrations.AlterField(
            model_name='attachment',
            name='scanned',
            field=models.CharField(blank=True, choices=[('clean', 'Clean'), ('infected', 'Infected'), ('large', 'Large'), ('waiting', 'Waiting')], default='', max_length=8),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='settled_how',
            field=models.CharField(blank=True, choices=[('person', 'Person'), ('report', 'Report'), ('sent_folder', 'Sent Folder'), ('answer', 'Answer')], default='', max_length=11),
        ),
        migrations.AddIndex(
            model_name='arrival',
            index=models.Index(condition=models.Q(('scanned', 'waiting')), fields=['id'], name='arrival_to_scan'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(condition=models.Q(('scanned', 'waiting')), fields=['id'], name='attachment_to_scan'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'uncertain')), fields=['id'], name='delivery_in_doubt'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('copy', 'due')), fields=['id'], name='delivery_copy_due'),
        ),
    ]

"""A draft keeps what is typed beside its words: to whom it goes, its files."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, empty for every row there is; reversible."""

    dependencies = [
        ("domain", "0012_delivery_by_post"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="extras",
            field=models.JSONField(default=dict),
        ),
    ]

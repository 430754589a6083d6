"""A letter keeps what its screen needs beside its text: invitations, links."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, empty for every row there is; reversible."""

    dependencies = [
        ("domain", "0010_email"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="extras",
            field=models.JSONField(default=dict),
        ),
    ]

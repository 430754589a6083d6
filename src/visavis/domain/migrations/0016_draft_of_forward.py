"""A draft may be of what is sent on to somebody outside."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The choices of a column, which the database does not know; reversible."""

    dependencies = [
        ("domain", "0015_signing_key"),
    ]

    operations = [
        migrations.AlterField(
            model_name="draft",
            name="direction",
            field=models.CharField(
                choices=[("out", "Reply"), ("note", "Note"), ("fwd", "Forward")],
                default="out",
                max_length=4,
            ),
        ),
    ]

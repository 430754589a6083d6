"""An identity may be verified by an adviser, who answers for it: how, and who."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns that are empty for every row there is, and what they may hold; reversible."""

    dependencies = [("domain", "0006_search_words_by_kind")]

    operations = [
        migrations.AddField(
            model_name="identity",
            name="verified_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="identity",
            name="verified_how",
            field=models.CharField(
                blank=True,
                choices=[
                    ("contract", "Contract"),
                    ("callback", "Callback"),
                    ("document", "Document"),
                    ("in_person", "In Person"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verified_how", ""),
                    models.Q(
                        ("verified_at__isnull", False),
                        ("verified_how__in", ["contract", "callback", "document", "in_person"]),
                    ),
                    _connector="OR",
                ),
                name="identity_verified_by_known_means",
            ),
        ),
    ]

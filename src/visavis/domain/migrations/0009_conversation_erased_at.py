"""A conversation knows when its history was erased; notes that call someone and were not read have an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column that is empty for every row there is, one partial index; reversible."""

    dependencies = [("domain", "0008_identity_verified_by_hand")]

    operations = [
        migrations.AddField(
            model_name="conversation", name="erased_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(
                condition=models.Q(("seen_at__isnull", True)), fields=["adviser"], name="mention_unseen"
            ),
        ),
    ]

"""Conversations that go on, few among many, get an index of their own: counting them read every row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One partial index more, one index of nothing less; reversible."""

    dependencies = [("domain", "0004_erasure")]

    operations = [
        migrations.AlterField(
            model_name="conversation",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=models.deletion.SET_NULL,
                related_name="absorbed",
                to="domain.conversation",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", True), ("resolved_at__isnull", True)),
                fields=["brand", "adviser"],
                name="conversation_going_on",
            ),
        ),
    ]

"""Table of the certificates: that something was erased, never what it said nor whose it was."""

from django.db import models

from visavis.domain.people.models import Brand


class Erasure(models.Model):
    """One row is one history erased at the request of the person, with how many things went."""

    key = models.UUIDField(unique=True)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    erased_at = models.DateTimeField()
    with_person = models.BooleanField()
    counts = models.JSONField(default=dict)

    class Meta:
        """`key` is made by the page that asks: asked twice, it is one erasure and one certificate.

        Nothing here leads to a person or to a conversation.
        """

        app_label = "domain"

    def __str__(self) -> str:
        return f"erasure {self.pk}"

    @property
    def number(self) -> str:
        """The number by which people speak of the certificate."""
        return f"{self.erased_at:%Y}-{self.pk:06d}"

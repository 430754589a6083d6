"""The keys by which letters are signed, one for each domain that we write from."""

from django.db import models

from visavis.domain.people.models import Adviser


class SigningKey(models.Model):
    """One row is the key of one sending domain; its public half stands in the DNS of that domain."""

    domain = models.CharField(max_length=253, unique=True)
    selector = models.CharField(max_length=63)
    secret = models.TextField()
    public = models.TextField()
    is_signing = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """`secret`: sealed, see sealing.py. `selector`: the name of its public half."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"signing key {self.pk}"

    @property
    def record_name(self) -> str:
        """The name in the DNS under which the public half is published."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The TXT record to publish there (RFC 6376)."""
        return f"v=DKIM1; k=rsa; p={self.public}"

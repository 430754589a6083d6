"""Tokens by which a brand's own software speaks to us."""

from django.db import models

from .advisers import Adviser
from .houses import Brand


class BrandToken(models.Model):
    """One row lets one program of a brand push the fields of its customers' contracts."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=80)
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Only the digest is kept; `label` says which program holds it."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"token {self.pk} of brand {self.brand_id}"

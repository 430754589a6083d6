"""Customers of a brand, with their identities and what they said of themselves."""

from django.db import models

from .advisers import Adviser
from .houses import Brand


class IdentityKind(models.TextChoices):
    """How a customer can be known."""

    EMAIL = "email"
    PHONE = "phone"
    REFERENCE = "reference"


class HandMeans(models.TextChoices):
    """How an adviser verified an identity themselves: a closed list, since free words would name people."""

    CONTRACT = "contract"
    CALLBACK = "callback"
    DOCUMENT = "document"
    IN_PERSON = "in_person"


class Customer(models.Model):
    """One row is one customer of one brand."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="customers")
    name = models.CharField(max_length=120, blank=True, default="")
    civility = models.CharField(max_length=10, blank=True, default="")
    place = models.CharField(max_length=80, blank=True, default="")
    since_year = models.PositiveSmallIntegerField(null=True)
    language = models.CharField(max_length=5, default="fr")
    known_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="absorbed")

    class Meta:
        """A merged customer stays, empty, so that the merge can be undone."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"customer {self.pk}"


class Identity(models.Model):
    """One row is one way of knowing a customer; it opens nothing until it is verified."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=10, choices=IdentityKind.choices)
    value = models.CharField(max_length=254)
    verified_at = models.DateTimeField(null=True)
    verified_how = models.CharField(max_length=10, choices=HandMeans.choices, blank=True, default="")
    verified_by = models.ForeignKey(Adviser, on_delete=models.SET_NULL, null=True, related_name="+")
    code_sha256 = models.CharField(max_length=64, blank=True, default="")
    code_expires_at = models.DateTimeField(null=True)
    code_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """Within a brand a verified identity belongs to one customer.

        Unverified ones may be claimed by several. `verified_how` and `verified_by` say who answers for what
        the customer did not prove themselves.
        """

        app_label = "domain"
        constraints = (
            models.UniqueConstraint(
                fields=["brand", "kind", "value"],
                condition=models.Q(verified_at__isnull=False),
                name="verified_identity_once_in_brand",
            ),
            models.UniqueConstraint(fields=["customer", "kind", "value"], name="identity_once_for_customer"),
            models.CheckConstraint(
                condition=models.Q(kind__in=IdentityKind.values), name="identity_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(verified_how="")
                | models.Q(verified_how__in=HandMeans.values, verified_at__isnull=False),
                name="identity_verified_by_known_means",
            ),
        )
        indexes = (models.Index(fields=["brand", "kind", "value"], name="identity_lookup"),)

    def __str__(self) -> str:
        return f"{self.kind} of customer {self.customer_id}"


class SelfStatement(models.Model):
    """One row is one thing that a customer said of themselves ("entend mal à droite").

    Shown first, erasable.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="statements")
    text = models.CharField(max_length=200)
    icon = models.CharField(max_length=20, default="user")
    said_at = models.DateTimeField()

    class Meta:
        """Never deduced: only what the person said."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"statement of customer {self.customer_id}"


class ContractFact(models.Model):
    """One row is one read-only field that the brand pushed about a customer's contract."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contract_facts")
    label = models.CharField(max_length=60)
    value = models.CharField(max_length=200)
    rank = models.PositiveSmallIntegerField(default=0)
    pushed_at = models.DateTimeField()

    class Meta:
        """Pushed again, a label replaces its former value."""

        app_label = "domain"
        constraints = (models.UniqueConstraint(fields=["customer", "label"], name="contract_fact_once"),)

    def __str__(self) -> str:
        return f"contract fact of customer {self.customer_id}"


class CustomerMerge(models.Model):
    """One row is one merge of two customers, with what moved, so that it can be undone."""

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_kept")
    absorbed = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_absorbed")
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        """`moved`: lists of ids by kind of thing: identities, conversations, statements."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"merge of {self.absorbed_id} into {self.kept_id}"

"""Brands, sites, teams and skills."""

from django.core.validators import RegexValidator
from django.db import models


class PriceClass(models.TextChoices):
    """What calling a number costs the caller."""

    FREE = "free"
    NORMAL = "normal"
    SHARED = "shared"


def empty_hours() -> list[list[list[int]]]:
    """Seven days, Monday first, without opening."""
    return [[] for _ in range(7)]


class Brand(models.Model):
    """One row is one brand served by the centre; its customers are its own."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40, unique=True)
    letter = models.CharField(max_length=2)
    shape = models.CharField(max_length=10, default="square")
    colour = models.CharField(max_length=7, validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$")])
    time_zone = models.CharField(max_length=40, default="Europe/Paris")
    hours = models.JSONField(default=empty_hours)
    holiday_region = models.CharField(max_length=20, blank=True, default="")
    phone_number = models.CharField(max_length=20, blank=True, default="")
    phone_price = models.CharField(max_length=10, choices=PriceClass.choices, default=PriceClass.NORMAL)
    live_promise_seconds = models.PositiveIntegerField(default=180)
    written_promise_seconds = models.PositiveIntegerField(default=8 * 3600)
    retention_months = models.PositiveSmallIntegerField(default=12)
    allowed_origins = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        """`hours`: seven lists (Monday first) of [start, end] in minutes of the local day."""

        app_label = "domain"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(shape__in=["square", "circle", "leaf"]), name="brand_shape_known"
            ),
            # Rule 5 of the charter: the number is never premium; the choice does not exist.
            models.CheckConstraint(
                condition=models.Q(phone_price__in=PriceClass.values), name="brand_number_never_premium"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """One row is one place where advisers work."""

    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=40, default="Europe/Paris")

    class Meta:
        """The place is told to the customer who asks."""

        app_label = "domain"

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """One row is one team of a site; it serves one or several brands."""

    name = models.CharField(max_length=80, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="teams")
    brands = models.ManyToManyField(Brand, related_name="teams")
    is_active = models.BooleanField(default=True)

    class Meta:
        """Brands of the team are what its members may see."""

        app_label = "domain"

    def __str__(self) -> str:
        return self.name


class Skill(models.Model):
    """One row is one thing that must be known to treat some requests."""

    name = models.CharField(max_length=80, unique=True)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, blank=True, related_name="skills")
    words = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        """`words`: terms which, found in a first message, ask for the skill."""

        app_label = "domain"

    def __str__(self) -> str:
        return self.name

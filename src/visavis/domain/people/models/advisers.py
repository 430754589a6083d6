"""Advisers, leaders and the others who sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from .houses import Skill, Team


class Role(models.TextChoices):
    """What someone is here for; what each may get is written in access.py."""

    ADVISER = "adviser"
    LEADER = "leader"
    OPERATIONS = "operations"
    PLANNER = "planner"
    ADMINISTRATOR = "administrator"


def default_channels() -> list[str]:
    """No channel named means all of them."""
    return []


class Accounts(BaseUserManager["Adviser"]):
    """Finds an account by its e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Adviser":
        """Return the account with this e-mail."""
        return self.get(email__iexact=username)


class Adviser(AbstractBaseUser):
    """One row is one person who signs in: adviser, leader, operations, planner or administrator."""

    email = models.EmailField(unique=True)
    displayed_name = models.CharField(max_length=80)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.ADVISER)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    languages = models.JSONField(default=list)
    channels = models.JSONField(default=default_channels)
    capacity = models.PositiveSmallIntegerField(default=6)
    language = models.CharField(max_length=5, default="fr")
    theme = models.CharField(max_length=8, blank=True, default="")
    has_shortcuts = models.BooleanField(default=True)
    has_sound = models.BooleanField(default=False)
    has_notifications = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """`capacity`: room in effort points; `displayed_name` is chosen by the person alone (rule 7)."""

        app_label = "domain"
        constraints = (
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="adviser_role_known"),
        )

    def __str__(self) -> str:
        return self.displayed_name

    def get_full_name(self) -> str:
        """Return the name that the person chose."""
        return self.displayed_name

    @property
    def leads(self) -> bool:
        """True for those who look after others: leader, operations, administrator."""
        return self.role in {Role.LEADER, Role.OPERATIONS, Role.ADMINISTRATOR}


class AdviserSkill(models.Model):
    """One row says that an adviser has a skill, at which level, and who validated it."""

    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="holders")
    level = models.PositiveSmallIntegerField(default=3)
    validated_by = models.ForeignKey(
        Adviser, on_delete=models.SET_NULL, null=True, related_name="validated_skills"
    )
    validated_on = models.DateField(null=True)

    class Meta:
        """Levels go from 1 (learning) to 5 (teaches it)."""

        app_label = "domain"
        constraints = (
            models.UniqueConstraint(fields=["adviser", "skill"], name="adviser_skill_once"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="skill_level_1_to_5"),
        )

    def __str__(self) -> str:
        return f"{self.skill_id} at {self.level}"


class Invitation(models.Model):
    """One row is one link by which someone may make an account, or choose a new password."""

    email = models.EmailField()
    token_sha256 = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, null=True, related_name="invitations")
    invited_by = models.ForeignKey(
        Adviser, on_delete=models.SET_NULL, null=True, related_name="sent_invitations"
    )
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """`adviser` is set when the link is a new password for an account that exists."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"invitation as {self.role}"

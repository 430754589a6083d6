"""Accounts: given a role, a team and skills, ended and taken up again."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.facts import (
    AdviserDeactivated,
    AdviserReactivated,
    RoleChanged,
    SkillsValidated,
    TeamOfAdviserChanged,
    WorkChanged,
)
from visavis.domain.people.models import Adviser, AdviserSkill, Role, Skill, Team

from .links import refuse_without_team


@operation
def change_role(adviser: Adviser, *, role: str, by: Adviser | None, at: datetime) -> None:
    """The account has this role; there is always an administrator."""
    if role not in Role.values:
        raise Refused("role_unknown", _("This role does not exist."))
    refuse_without_team(role, adviser.team)
    if role != Role.ADMINISTRATOR:
        _refuse_last_administrator(adviser)
    former, adviser.role = adviser.role, role
    adviser.save(update_fields=["role"])
    record(
        RoleChanged(adviser_id=adviser.pk, by_id=by.pk if by else None, role=role, former_role=former),
        at=at,
    )


@operation
def move_to_team(adviser: Adviser, *, team: Team | None, by: Adviser | None, at: datetime) -> None:
    """The person is of this team, and sees its brands."""
    refuse_without_team(adviser.role, team)
    former, adviser.team = adviser.team_id, team
    adviser.save(update_fields=["team"])
    record(
        TeamOfAdviserChanged(
            adviser_id=adviser.pk,
            team_id=team.pk if team else None,
            by_id=by.pk if by else None,
            former_team_id=former,
        ),
        at=at,
    )


@operation
def validate_skills(adviser: Adviser, *, levels: Mapping[int, int], by: Adviser | None, at: datetime) -> None:
    """The person has exactly these skills (number → level); what changes bears who validated it."""
    if any(level not in range(1, 6) for level in levels.values()):
        raise Refused("level_range", _("A level goes from 1, learning, to 5, teaches it."))
    known = set(Skill.objects.filter(pk__in=levels).values_list("pk", flat=True))
    adviser.skills.exclude(skill__in=known).delete()
    held = dict(adviser.skills.values_list("skill_id", "level"))
    for number in sorted(known):
        if held.get(number) != levels[number]:
            AdviserSkill.objects.update_or_create(
                adviser=adviser,
                skill_id=number,
                defaults={"level": levels[number], "validated_by": by, "validated_on": at.date()},
            )
    record(
        SkillsValidated(
            adviser_id=adviser.pk,
            by_id=by.pk if by else None,
            levels=[[number, levels[number]] for number in sorted(known)],
        ),
        at=at,
    )


@operation
def set_work(
    adviser: Adviser,
    *,
    capacity: int,
    channels: Iterable[str],
    languages: Iterable[str],
    by: Adviser | None,
    at: datetime,
) -> None:
    """The person has so much room, in effort points, on these channels (none: all) and in these languages."""
    if not 1 <= capacity <= 30:
        raise Refused("capacity_range", _("Room goes from 1 to 30 effort points."))
    adviser.capacity, adviser.channels, adviser.languages = (
        capacity,
        sorted(set(channels)),
        sorted(set(languages)),
    )
    adviser.save(update_fields=["capacity", "channels", "languages"])
    record(WorkChanged(adviser_id=adviser.pk, by_id=by.pk if by else None, capacity=capacity), at=at)


# --- Leaving and coming back --------------------------------------------------------------------------------


@operation
def deactivate(adviser: Adviser, *, by: Adviser | None, at: datetime) -> None:
    """The account can no longer sign in; what it held is handed over by `flows.departure`."""
    if not adviser.is_active:
        raise Refused("account_inactive", _("This account is already closed."))
    _refuse_last_administrator(adviser)
    adviser.is_active = False
    adviser.save(update_fields=["is_active"])
    adviser.invitations.filter(used_at=None).delete()
    record(
        AdviserDeactivated(adviser_id=adviser.pk, team_id=adviser.team_id, by_id=by.pk if by else None),
        at=at,
    )


@operation
def reactivate(adviser: Adviser, *, by: Adviser | None, at: datetime) -> None:
    """The account can sign in again, with its role, team and skills."""
    if adviser.is_active:
        raise Refused("account_active", _("This account is already open."))
    adviser.is_active = True
    adviser.save(update_fields=["is_active"])
    record(
        AdviserReactivated(adviser_id=adviser.pk, team_id=adviser.team_id, by_id=by.pk if by else None),
        at=at,
    )


def _refuse_last_administrator(adviser: Adviser) -> None:
    """Locked in order, so that two administrators cannot end each other at once."""
    administrators = Adviser.objects.select_for_update(no_key=True).filter(
        role=Role.ADMINISTRATOR, is_active=True
    )
    if set(administrators.order_by("pk").values_list("pk", flat=True)) == {adviser.pk}:
        raise Refused(
            "last_administrator",
            _("This is the last administrator. Name another one first."),
        )

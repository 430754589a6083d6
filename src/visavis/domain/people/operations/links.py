"""Links by which someone makes their account, or chooses a new password."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from visavis.domain.errors import NotFound, Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.facts import (
    AdviserInvited,
    AdviserJoined,
    InvitationWithdrawn,
    PasswordChosen,
    PasswordLinkGiven,
)
from visavis.domain.people.identity_values import normal_email
from visavis.domain.people.models import Adviser, Invitation, Role, Team
from visavis.domain.people.secret_tokens import new_token, token_digest

INVITATION_DAYS = 7
PASSWORD_LINK_HOURS = 24
NEEDS_TEAM = {Role.ADVISER, Role.LEADER}


@dataclass(frozen=True, kw_only=True)
class SecretLink:
    """An invitation with its token, which is told once and kept as a digest only."""

    invitation: Invitation
    token: str


# --- Invitations --------------------------------------------------------------------------------------------


@operation
def invite(*, email: str, role: str, team: Team | None, by: Adviser | None, at: datetime) -> SecretLink:
    """A link lets this person make their account within seven days; a former link to them ends.

    Refused: an address that has an account, an adviser or a leader without a team, and, from a leader, anyone
    but an adviser of their own team.
    """
    address = normal_email(email)
    if Adviser.objects.filter(email__iexact=address).exists():
        raise Refused("account_exists", _("This person already has an account."))
    refuse_without_team(role, team)
    if by and by.role == Role.LEADER and (role != Role.ADVISER or team is None or team.pk != by.team_id):
        raise Refused("not_yours_to_invite", _("A leader invites advisers into their own team."))
    Invitation.objects.filter(email=address, used_at=None, adviser=None).delete()
    link = _link(email=address, role=role, team=team, by=by, expires_at=at + timedelta(days=INVITATION_DAYS))
    record(
        AdviserInvited(adviser_id=by.pk if by else None, invitation_id=link.invitation.pk, role=role), at=at
    )
    return link


@operation
def withdraw_invitation(invitation: Invitation, *, by: Adviser | None, at: datetime) -> None:
    """The link no longer opens anything."""
    if invitation.used_at is not None:
        raise Refused("invitation_used", _("This invitation was already used."))
    number = invitation.pk
    invitation.delete()
    record(InvitationWithdrawn(adviser_id=by.pk if by else None, invitation_id=number), at=at)


@operation
def accept_invitation(token: str, *, displayed_name: str, password: str, at: datetime) -> Adviser:
    """The person has an account, under the name they chose. NotFound when the link has ended."""
    invitation = _spend(token, at=at, for_account=False)
    adviser = _account(
        email=invitation.email,
        displayed_name=displayed_name,
        role=invitation.role,
        team=invitation.team,
        password=password,
        at=at,
    )
    record(AdviserJoined(adviser_id=adviser.pk, team_id=adviser.team_id, role=adviser.role), at=at)
    return adviser


@operation
def make_account(
    *,
    email: str,
    displayed_name: str,
    role: str,
    team: Team | None,
    password: str | None,
    at: datetime,
) -> Adviser:
    """An account exists without invitation: for the first page, the command line and the demo only."""
    refuse_without_team(role, team)
    adviser = _account(
        email=normal_email(email),
        displayed_name=displayed_name,
        role=role,
        team=team,
        password=password,
        at=at,
    )
    record(AdviserJoined(adviser_id=adviser.pk, team_id=adviser.team_id, role=role), at=at)
    return adviser


# --- Passwords ----------------------------------------------------------------------------------------------


@operation
def give_password_link(adviser: Adviser, *, by: Adviser | None, at: datetime) -> SecretLink:
    """A link, valid for a day, lets the person choose a new password; no mail is needed."""
    if not adviser.is_active:
        raise Refused("account_inactive", _("This account is closed. Open it again first."))
    Invitation.objects.filter(adviser=adviser, used_at=None).delete()
    link = _link(
        email=adviser.email,
        role=adviser.role,
        team=adviser.team,
        by=by,
        adviser=adviser,
        expires_at=at + timedelta(hours=PASSWORD_LINK_HOURS),
    )
    record(PasswordLinkGiven(adviser_id=adviser.pk, by_id=by.pk if by else None), at=at)
    return link


@operation
def choose_password(token: str, *, password: str, at: datetime) -> Adviser:
    """The account of the link has this password, and its open sessions end (their hash no longer fits)."""
    adviser = _spend(token, at=at, for_account=True).adviser
    if adviser is None or not adviser.is_active:
        raise NotFound
    _refuse_weak(password, adviser)
    adviser.set_password(password)
    adviser.save(update_fields=["password"])
    record(PasswordChosen(adviser_id=adviser.pk), at=at)
    return adviser


# --- Parts --------------------------------------------------------------------------------------------------


def _link(
    *,
    email: str,
    role: str,
    team: Team | None,
    by: Adviser | None,
    expires_at: datetime,
    adviser: Adviser | None = None,
) -> SecretLink:
    token = new_token()
    invitation = Invitation.objects.create(
        email=email,
        token_sha256=token_digest(token),
        role=role,
        team=team,
        adviser=adviser,
        invited_by=by,
        expires_at=expires_at,
    )
    return SecretLink(invitation=invitation, token=token)


def _spend(token: str, *, at: datetime, for_account: bool) -> Invitation:
    """Use the link up, once even when two browsers try together."""
    links = Invitation.objects.filter(
        token_sha256=token_digest(token), expires_at__gt=at, used_at=None, adviser__isnull=not for_account
    )
    if not links.update(used_at=at):
        raise NotFound("link_ended", _("This link was used already, or has ended. Ask for another one."))
    return Invitation.objects.select_related("team", "adviser").get(token_sha256=token_digest(token))


def _account(
    *, email: str, displayed_name: str, role: str, team: Team | None, password: str | None, at: datetime
) -> Adviser:
    if Adviser.objects.filter(email__iexact=email).exists():
        raise Refused("account_exists", _("This person already has an account."))
    adviser = Adviser(
        email=email,
        displayed_name=checked_name(displayed_name),
        role=role,
        team=team,
        languages=["fr"],
        joined_at=at,
    )
    if password is not None:
        _refuse_weak(password, adviser)
    adviser.set_password(password)
    adviser.save(force_insert=True)
    return adviser


def checked_name(name: str) -> str:
    """Return the displayed name with its spaces in order; a name is needed, of at most 80 characters."""
    words = " ".join(name.split())
    if not words or len(words) > 80:
        raise Refused("name_needed", _("Choose the name that customers will see, of at most 80 characters."))
    return words


def _refuse_weak(password: str, adviser: Adviser) -> None:
    try:
        validate_password(password, adviser)
    except ValidationError as weak:
        raise Refused("password_weak", " ".join(weak.messages)) from None


def refuse_without_team(role: str, team: Team | None) -> None:
    if role in NEEDS_TEAM and team is None:
        raise Refused("team_needed", _("An adviser and a leader belong to a team."))

"""Saying what one is doing, and hearing desks."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record, upkeep
from visavis.domain.people.models import Adviser

from .facts import AdviserHeardAgain, AdviserVanished, PresenceChanged
from .models import Presence, PresenceState


@operation
def set_presence(adviser: Adviser, state: str, *, at: datetime | None = None) -> Presence:
    """They do this from now on. No reason is asked. Refused: an unknown state."""
    if state not in PresenceState.values:
        raise Refused("unknown_state", _("This state does not exist. Choose one of the list."))
    at = at or timezone.now()
    presence, _made = Presence.objects.select_for_update(no_key=True).get_or_create(
        adviser=adviser, defaults={"since": at}
    )
    presence.state, presence.since, presence.heard_at, presence.vanished_at = state, at, at, None
    presence.save()
    record(PresenceChanged(adviser_id=adviser.pk, team_id=adviser.team_id, state=state), at=at)
    return presence


@upkeep
def hear(adviser_id: int, *, at: datetime) -> bool:
    """Their desk beats; returns True when it had been given up for vanished (see hear_again)."""
    beaten = Presence.objects.filter(adviser_id=adviser_id, vanished_at__isnull=True).update(heard_at=at)
    return not beaten and Presence.objects.filter(adviser_id=adviser_id, vanished_at__isnull=False).exists()


@operation
def hear_again(adviser: Adviser, *, at: datetime) -> None:
    """The network is back: they are as they were."""
    Presence.objects.filter(adviser=adviser).update(heard_at=at, vanished_at=None)
    record(AdviserHeardAgain(adviser_id=adviser.pk, team_id=adviser.team_id), at=at)


@operation
def note_vanished(presence: Presence, *, at: datetime) -> None:
    """Their desk is silent: nothing more is offered to them until it beats."""
    Presence.objects.filter(pk=presence.pk).update(vanished_at=at)
    record(AdviserVanished(adviser_id=presence.adviser_id, team_id=presence.adviser.team_id), at=at)


@upkeep
def note_contact(adviser_id: int, *, at: datetime) -> None:
    """Something was put on their desk or left it: rest between contacts counts from here."""
    Presence.objects.filter(adviser_id=adviser_id).update(last_contact_at=at)

"""What each person chooses for themselves, and nobody for them."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.facts import NameChosen, PreferencesChosen
from visavis.domain.people.models import Adviser

from .links import checked_name

THEMES = ("", "clair", "sombre")


@operation
def choose_name(adviser: Adviser, *, name: str, at: datetime) -> None:
    """Customers see this name. Only the person themselves chooses it (rule 7): there is no `by`."""
    adviser.displayed_name = checked_name(name)
    adviser.save(update_fields=["displayed_name"])
    record(NameChosen(adviser_id=adviser.pk), at=at)


@operation
def choose_preferences(
    adviser: Adviser,
    *,
    language: str,
    theme: str,
    has_shortcuts: bool,
    has_sound: bool,
    has_notifications: bool,
    at: datetime,
) -> None:
    """The person's screens speak, look, sound and notify as they chose."""
    if language not in dict(settings.LANGUAGES):
        raise Refused("language_unknown", _("This language is not spoken here."))
    if theme not in THEMES:
        raise Refused("theme_unknown", _("This theme does not exist."))
    adviser.language, adviser.theme = language, theme
    adviser.has_shortcuts, adviser.has_sound, adviser.has_notifications = (
        has_shortcuts,
        has_sound,
        has_notifications,
    )
    adviser.save(update_fields=["language", "theme", "has_shortcuts", "has_sound", "has_notifications"])
    record(PreferencesChosen(adviser_id=adviser.pk), at=at)

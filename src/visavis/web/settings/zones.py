"""Time zones that a person can choose among, the likely ones first."""

from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

FRENCH_SPEAKING = (
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/Zurich",
    "Europe/Luxembourg",
    "Africa/Porto-Novo",
    "Africa/Abidjan",
    "Africa/Dakar",
    "Africa/Casablanca",
    "Africa/Tunis",
    "Africa/Algiers",
    "Africa/Douala",
    "Indian/Antananarivo",
    "Indian/Mauritius",
    "Indian/Reunion",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Montreal",
    "Pacific/Noumea",
    "Pacific/Tahiti",
)
OTHERS = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right"))
)


def told(zone: str) -> str:
    """Return « Porto-Novo (Africa) » for « Africa/Porto-Novo »."""
    region, _slash, city = zone.partition("/")
    return f"{city.replace('_', ' ')} ({region})"


ZONES = (
    (_("Most used"), [(zone, told(zone)) for zone in FRENCH_SPEAKING]),
    (_("All the others"), [(zone, told(zone)) for zone in OTHERS if zone not in FRENCH_SPEAKING]),
)

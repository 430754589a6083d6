"""Public holidays that a brand may keep: those of France, or of a part of France that has others, or none."""

from datetime import date

from django.utils.translation import gettext as _

from visavis.domain.errors import Refused
from visavis.engine.working_time import french_holidays

WHOLE_COUNTRY = "FR"
PARTS = ("57", "971", "972", "973", "974", "976", "BL", "MF", "NC", "PF", "PM", "WF")
REGIONS = ("", WHOLE_COUNTRY, *PARTS)


def holidays_of_region(region: str, years: list[int]) -> frozenset[date]:
    """Return the public holidays of the region in these years; none for the empty region."""
    if not region:
        return frozenset()
    return french_holidays(years, None if region == WHOLE_COUNTRY else region)


def checked_region(region: str) -> str:
    """Return the region; one that we do not know is refused."""
    if region not in REGIONS:
        raise Refused("region_unknown", _("We do not know the public holidays of this region."))
    return region


def region_told(region: str) -> str:
    """Return the name of the region."""
    names = {
        "": _("None: open on public holidays"),
        "FR": _("France"),
        "57": _("Alsace and Moselle"),
        "971": "Guadeloupe",
        "972": "Martinique",
        "973": _("French Guiana"),
        "974": _("Réunion"),
        "976": "Mayotte",
        "BL": "Saint-Barthélemy",
        "MF": "Saint-Martin",
        "NC": _("New Caledonia"),
        "PF": _("French Polynesia"),
        "PM": _("Saint Pierre and Miquelon"),
        "WF": _("Wallis and Futuna"),
    }
    return names[region]

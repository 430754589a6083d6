"""What others read of people."""

from django.conf import settings

from .models import Adviser


def zone_of_adviser(adviser: Adviser) -> str:
    """Return the name of the time zone of the adviser's site, or the house's; no query when the team is loaded."""
    return adviser.team.site.time_zone if adviser.team_id and adviser.team else settings.TIME_ZONE

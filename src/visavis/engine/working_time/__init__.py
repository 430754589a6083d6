"""Working time: whether a service is open, and what "in four working hours" means."""

from .french_holidays import french_holidays
from .hours import Hours, NeverOpen, add_working, is_open, next_opening, working_seconds

__all__ = [
    "Hours",
    "NeverOpen",
    "add_working",
    "french_holidays",
    "is_open",
    "next_opening",
    "working_seconds",
]

"""Contrast of a brand's colour with the text written on it."""

import re

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused

WHITE = "#FFFFFF"
INK = "#12201F"
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text of ordinary size
HEXADECIMAL = re.compile(r"#[0-9A-Fa-f]{6}")


def contrast(first: str, second: str) -> float:
    """Return the ratio between two colours #RRGGBB, from 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """Return the text colour, white or ink, that reads best on `colour`."""
    return max(WHITE, INK, key=lambda text: contrast(colour, text))


def checked_colour(colour: str) -> str:
    """Return the colour in capitals; refused when neither white nor ink reads at 4.5 to 1, with the ratio."""
    if not HEXADECIMAL.fullmatch(colour):
        raise Refused("colour_unreadable", _("A colour is written # and six digits or letters: #2B45C4"))
    ratio = contrast(colour, text_on(colour))
    if ratio < LEAST_CONTRAST:
        words = {"ratio": _decimal(ratio), "least": _decimal(LEAST_CONTRAST)}
        raise Refused(
            "colour_contrast",
            _(
                "Text on this colour reads at %(ratio)s to 1 at best; %(least)s to 1 is needed."
                " Choose a darker or a lighter one."
            )
            % words,
        )
    return colour.upper()


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _decimal(number: float) -> str:
    # Floored: 4.497 must not be told as 4.50 and refused.
    return number_format(int(number * 100) / 100, decimal_pos=2)

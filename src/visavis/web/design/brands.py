"""The colours of the brands as a style sheet: inline styles are forbidden, so each brand is a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from visavis.domain.people.colours import LEAST_CONTRAST, WHITE, contrast, text_on

if TYPE_CHECKING:
    from collections.abc import Iterable

BLACK = "#000000"
# The grounds on which the customer's side writes in the brand's colour: of each theme, the least contrasted.
LIGHT_GROUND = "#F1F4F4"
DARK_GROUND = "#1D272B"
SHAPES = {"square": ("4px", "8px"), "circle": ("50%", "50%"), "leaf": ("22% 50%", "22% 50%")}


class BrandColours(Protocol):
    """What the sheet needs to know of a brand."""

    slug: str
    colour: str
    shape: str


def stylesheet(brands: Iterable[BrandColours]) -> str:
    """`.brand-<slug>` for each brand: `--mark` is its colour, `--marque` what suits the theme.

    `--marque-ink` is that colour made readable as text on our ground: links of a yellow brand can be read.
    """
    return "".join(rules(brand) for brand in brands)


def rules(brand: BrandColours) -> str:
    """The rules of one brand, in light and in dark."""
    small, large = SHAPES.get(brand.shape, SHAPES["square"])
    mark = (
        f"--mark:{brand.colour};--on-mark:{text_on(brand.colour)};--mark-shape:{small};--mark-shape-l:{large}"
    )
    light = themed(brand.colour, readable(brand.colour, LIGHT_GROUND))
    bright = readable(brand.colour, DARK_GROUND)
    dark = themed(bright, bright)
    name = f".brand-{brand.slug}"
    return (
        f"{name}{{{mark};{light}}}\n"
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="clair"]) {name}{{{dark}}}}}\n'
        f':root[data-theme="sombre"] {name}{{{dark}}}\n'
    )


def themed(fill: str, ink: str) -> str:
    """What the brand fills, what is written on it, and what it writes."""
    return f"--marque:{fill};--on-marque:{text_on(fill)};--marque-ink:{ink}"


def readable(colour: str, ground: str) -> str:
    """The colour, moved towards black or white by twentieths until it can be read on that ground."""
    towards = BLACK if text_on(ground) != WHITE else WHITE
    steps = (mixed(colour, towards, step / 20) for step in range(21))
    return next((step for step in steps if contrast(step, ground) >= LEAST_CONTRAST), towards)


def mixed(colour: str, other: str, part: float) -> str:
    """The colour with that part of the other in it."""
    channels = zip(parsed(colour), parsed(other), strict=True)
    return "#{:02X}{:02X}{:02X}".format(*(round(one + (two - one) * part) for one, two in channels))


def parsed(colour: str) -> tuple[int, int, int]:
    """« #2B45C4 » as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

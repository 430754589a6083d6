"""Roles, levels and prices, in the reader's words."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import HandMeans, PriceClass, Role


def role_told(role: str) -> str:
    """Return the word for a role."""
    words = {
        Role.ADVISER: pgettext("role", "Adviser"),
        Role.LEADER: pgettext("role", "Team leader"),
        Role.OPERATIONS: pgettext("role", "Operations manager"),
        Role.PLANNER: pgettext("role", "Planner"),
        Role.ADMINISTRATOR: pgettext("role", "Administrator"),
    }
    return words[Role(role)]


def role_explained(role: str) -> str:
    """Return what a role lets one do, in one sentence."""
    words = {
        Role.ADVISER: _("Answers the customers of their team’s brands."),
        Role.LEADER: _(
            "Answers too, sees the floor, looks after the advisers of their team and their skills."
        ),
        Role.OPERATIONS: _("Sees the floor and the conversations of every brand."),
        Role.PLANNER: _("Sees the floor and plans; reads no conversation."),
        Role.ADMINISTRATOR: _("Sets everything up, and sees every brand."),
    }
    return words[Role(role)]


def level_told(level: int) -> str:
    """Return the words for the level of a skill."""
    words = {
        1: pgettext("level of a skill", "learning"),
        2: pgettext("level of a skill", "with support"),
        3: pgettext("level of a skill", "on their own"),
        4: pgettext("level of a skill", "at ease"),
        5: pgettext("level of a skill", "teaches it"),
    }
    return words[level]


def price_told(price: str) -> str:
    """Return what a call costs the customer, in the words of the law (L121-16)."""
    words = {
        PriceClass.FREE: _("free call and service"),
        PriceClass.NORMAL: _("price of an ordinary call"),
        PriceClass.SHARED: _("free service, price of an ordinary call"),
    }
    return words[PriceClass(price)]


def means_told(means: str) -> str:
    """Return how an adviser made sure of an identity."""
    words = {
        HandMeans.CONTRACT: _("They answered three questions on their contract"),
        HandMeans.CALLBACK: _("We called back the number of the contract"),
        HandMeans.DOCUMENT: _("They showed an identity paper"),
        HandMeans.IN_PERSON: _("A colleague recognised them in a branch"),
    }
    return words[HandMeans(means)]


def every_means() -> list[tuple[str, str]]:
    """Return the ways of making sure of an identity, with their words, in the order of the list."""
    return [(means.value, means_told(means)) for means in HandMeans]

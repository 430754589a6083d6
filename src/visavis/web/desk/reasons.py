"""« Pourquoi moi ? »: the codes and numbers of the routing, told in sentences; what did not count.

Who otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from visavis.domain.people.queries import name_of_adviser
from visavis.web.design.templatetags.design import listed

if TYPE_CHECKING:
    from visavis.domain.conversations.models import Conversation
    from visavis.domain.dispatch.models import Offer


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason: its heading, a sentence of detail, its weight in points."""

    heading: str
    detail: str
    weight: int


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why a conversation is on a desk.

    Reasons by weight, what did not count, who it would have been otherwise.
    """

    reasons: list[Reason]
    general: list[Reason]
    not_counted: str
    otherwise: str
    policy: int | None


Facts = Mapping[str, object]


def why_told(offer: Offer, conversation: Conversation, *, reader_id: int) -> Why | None:
    """Tell the explanation of an offer; None when a person, not the routing, gave it.

    Two queries for the names.
    """
    told = offer.explanation
    if not told:
        return None
    reasons = told["chosen"]["reasons"]  # heaviest first: the engine keeps them so
    return Why(
        reasons=[_reason(reason, conversation) for reason in reasons if reason["code"] in OF_DESK],
        general=[_reason(reason, conversation) for reason in reasons if reason["code"] not in OF_DESK],
        not_counted=listed([str(NOT_COUNTED[code]) for code in told["not_counted"] if code in NOT_COUNTED]),
        otherwise=_otherwise(told["runner_up"], reader_id),
        policy=offer.policy_id,
    )


def _reason(reason: Facts, conversation: Conversation) -> Reason:
    facts = reason["facts"]
    code, weight = str(reason["code"]), reason["weight"]
    heading, detail = TELLERS[code](facts if isinstance(facts, Mapping) else {}, conversation)
    return Reason(heading=heading, detail=detail, weight=weight if isinstance(weight, int) else 0)


def _otherwise(runner_up: Mapping[str, int] | None, reader_id: int) -> str:
    if runner_up is None:
        return _("Without you, nobody else could have taken it then.")
    if runner_up["adviser_id"] == reader_id:
        return _("Otherwise it would have been you.")
    name = name_of_adviser(runner_up["adviser_id"])
    return _("Without you, it was %(name)s.") % {"name": name or _("Someone")}


def _known(facts: Facts, conversation: Conversation) -> tuple[str, str]:
    name = conversation.customer.name or _("This person")
    return _("%(name)s knows you.") % {"name": name}, _(
        "You were the last to answer: nothing to explain again."
    )


def _asked_for(facts: Facts, conversation: Conversation) -> tuple[str, str]:
    return _("You were asked for by name."), ""


def _skill(facts: Facts, conversation: Conversation) -> tuple[str, str]:
    names = ", ".join(conversation.skills.order_by("name").values_list("name", flat=True))
    if not names:
        return _("You know this kind of request."), ""
    levels = facts.get("levels")
    level = min(levels, default=0) if isinstance(levels, list) else 0
    detail = _("Level %(level)s out of 5.") % {"level": level} if level else ""
    return _("You know how to treat this: %(skills)s.") % {"skills": names}, detail


def _room(facts: Facts, conversation: Conversation) -> tuple[str, str]:
    room = facts.get("room")
    if not isinstance(room, int):
        return _("You had room."), ""
    detail = ngettext("%(count)s effort point left.", "%(count)s effort points left.", room) % {"count": room}
    return _("You had room."), detail


def _turn(facts: Facts, conversation: Conversation) -> tuple[str, str]:
    return _("It was your turn."), _("Your last conversation had ended some time before.")


def _free(facts: Facts, conversation: Conversation) -> tuple[str, str]:
    return _("Somebody could take it at once."), ""


def _wants_person(facts: Facts, conversation: Conversation) -> tuple[str, str]:
    return _("A person was asked for."), _("Such requests go first.")


def _waiting(facts: Facts, conversation: Conversation) -> tuple[str, str]:
    return _("The wait was counted against the promised answer."), ""


NOT_COUNTED = {
    "handling_time": _lazy("the length of your conversations"),
    "customer_ratings": _lazy("what customers said of you"),
    "seniority": _lazy("your seniority"),
    "contacts_answered": _lazy("how many people you answered"),
    "other_refusals": _lazy("what you declined"),
    "breaks_taken": _lazy("your breaks"),
}
OF_DESK = {"known", "asked_for", "skill", "room", "turn"}
TELLERS: dict[str, Callable[[Facts, Conversation], tuple[str, str]]] = {
    "known": _known,
    "asked_for": _asked_for,
    "skill": _skill,
    "room": _room,
    "turn": _turn,
    "free": _free,
    "wants_person": _wants_person,
    "waiting": _waiting,
}

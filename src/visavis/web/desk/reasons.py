"""« Pourquoi moi ? »: the codes and numbers of the routing, told in sentences; what did not count; who otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.domain.conversations.models import Conversation
from visavis.domain.dispatch.models import Offer
from visavis.domain.people.models import Adviser


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason: its heading, a sentence of detail, its weight in points."""

    heading: str
    detail: str
    weight: int


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why a conversation is on a desk: reasons by weight, what did not count, who it would have been otherwise."""

    reasons: list[Reason]
    general: list[Reason]
    not_counted: str
    otherwise: str
    policy: int | None


Facts = Mapping[str, object]


def why_told(offer: Offer, conversation: Conversation, *, reader_id: int) -> Why | None:
    """Tell the explanation of an offer; None when a person, not the routing, gave it. One query for the names."""
    told = offer.explanation
    if not told:
        return None
    reasons = sorted(told.get("reasons", []), key=lambda reason: -int(reason["weight"]))
    named = [(reason, TELLERS.get(reason["code"])) for reason in reasons if int(reason["weight"]) > 0]
    lines = [_reason(reason, teller, conversation) for reason, teller in named if teller]
    ours = [line for reason, line in zip([r for r, t in named if t], lines, strict=True) if reason["code"] in OF_DESK]
    rest = [line for line in lines if line not in ours]
    return Why(
        reasons=ours[:4],
        general=rest,
        not_counted=_("your handling times, your customer ratings, your seniority"),
        otherwise=_otherwise(told.get("runner_up_id"), reader_id),
        policy=offer.policy_id,
    )


def _reason(reason: Facts, teller: Callable[[Facts, Conversation], tuple[str, str]], conversation: Conversation) -> Reason:
    facts = reason.get("facts", {})
    heading, detail = teller(facts if isinstance(facts, Mapping) else {}, conversation)
    weight = reason["weight"]
    return Reason(heading=heading, detail=detail, weight=weight if isinstance(weight, int) else 0)


def _otherwise(runner_up_id: object, reader_id: int) -> str:
    if not isinstance(runner_up_id, int):
        return _("Without you, nobody else could have taken it then.")
    name = Adviser.objects.filter(pk=runner_up_id).values_list("displayed_name", flat=True).first() or _("Someone")
    if runner_up_id == reader_id:
        return _("Otherwise it would have been you.")
    return _("Without you, it was %(name)s.") % {"name": name}


def _known(facts: Facts, conversation: Conversation) -> tuple[str, str]:  # noqa: ARG001 — one shape for all tellers
    name = conversation.customer.name or _("This person")
    return _("%(name)s knows you.") % {"name": name}, _("You were the last to answer: nothing to explain again.")


def _asked_for(facts: Facts, conversation: Conversation) -> tuple[str, str]:  # noqa: ARG001 — idem
    return _("You were asked for by name."), ""


def _skill(facts: Facts, conversation: Conversation) -> tuple[str, str]:
    names = ", ".join(conversation.skills.order_by("name").values_list("name", flat=True))
    if not names:
        return _("You know this kind of request."), ""
    level = facts.get("level")
    detail = _("Level %(level)s out of 5.") % {"level": level} if isinstance(level, int) else ""
    return _("You know how to treat this: %(skills)s.") % {"skills": names}, detail


def _room(facts: Facts, conversation: Conversation) -> tuple[str, str]:  # noqa: ARG001 — idem
    room = facts.get("room")
    if not isinstance(room, int):
        return _("You had room."), ""
    detail = ngettext("%(count)s effort point left.", "%(count)s effort points left.", room) % {"count": room}
    return _("You had room."), detail


def _turn(facts: Facts, conversation: Conversation) -> tuple[str, str]:  # noqa: ARG001 — idem
    return _("It was your turn."), _("Your last conversation had ended some time before.")


def _free(facts: Facts, conversation: Conversation) -> tuple[str, str]:  # noqa: ARG001 — idem
    return _("Somebody could take it at once."), ""


def _wants_person(facts: Facts, conversation: Conversation) -> tuple[str, str]:  # noqa: ARG001 — idem
    return _("A person was asked for."), _("Such requests go first.")


def _waiting(facts: Facts, conversation: Conversation) -> tuple[str, str]:  # noqa: ARG001 — idem
    return _("The wait was counted against the promised answer."), ""


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

"""Folding the journal: the present, told again from the past alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from visavis.domain.conversations.models import Conversation, Message
from visavis.domain.deliveries.models import Delivery
from visavis.domain.dispatch.models import Offer, OfferState
from visavis.domain.journal.models import Entry
from visavis.domain.presence.models import Presence
from visavis.domain.promises.models import Promise


@dataclass
class Present:
    """What is true now: of conversations (state, desk), messages, promises (state, keeper), presence, offers.

    held: replies that wait for a person's decision, with why (failed, uncertain).
    """

    conversations: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    received: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    held: dict[int, str] = field(default_factory=dict)
    promises: dict[int, tuple[str, bool, int | None]] = field(default_factory=dict)
    presence: dict[int, str] = field(default_factory=dict)
    open_offers: dict[int, int] = field(default_factory=dict)


def of_journal(entries: Iterable[Entry]) -> Present:
    """Fold the entries, in the order of their positions."""
    present = Present()
    for entry in entries:
        fold(present, entry)
    return present


def of_tables() -> Present:
    """Read the same from the tables."""
    return Present(
        conversations={row.pk: (row.state, row.adviser_id) for row in Conversation.objects.all()},
        received=set(Message.objects.filter(direction="in").values_list("pk", flat=True)),
        left=set(Message.objects.filter(direction="out", left_at__isnull=False).values_list("pk", flat=True)),
        held=dict(
            Delivery.objects.filter(state__in=["failed", "uncertain"]).values_list("message_id", "state")
        ),
        promises={
            row.pk: (row.state, row.settled_at is not None, row.adviser_id) for row in Promise.objects.all()
        },
        presence={row.adviser_id: row.state for row in Presence.objects.all()},
        open_offers=dict(
            Offer.objects.filter(state=OfferState.OPEN).values_list("conversation_id", "adviser_id")
        ),
    )


def fold(present: Present, entry: Entry) -> None:
    """Take one fact into account."""
    area = entry.verb.split(".")[0]
    folds = {
        "conversation": conversation,
        "message": conversation,
        "reply": conversation,
        "forward": conversation,
        "delivery": delivery,
        "promise": promise,
        "offer": offer,
        "presence": presence,
    }
    if area in folds:
        folds[area](present, entry)


SETTLING = {"conversation.resolved": "resolved", "conversation.reopened": "reopened"}
ENDING = {"conversation.transferred", "conversation.returned"}


def conversation(present: Present, entry: Entry) -> None:
    """Fold a fact about a conversation."""
    number, facts = entry.conversation_id or 0, entry.facts
    state, desk = present.conversations.get(number, ("open", None))
    state = SETTLING.get(
        entry.verb, facts.get("state", state) if entry.verb != "conversation.split" else state
    )
    if entry.verb == "conversation.assigned":
        desk = entry.adviser_id
    elif entry.verb == "conversation.transferred":
        desk = facts["to_adviser_id"]
    present.conversations[number] = (state, desk)
    beside(present, entry, number)


def beside(present: Present, entry: Entry, number: int) -> None:
    """Fold what the fact says of messages, of offers, and of a conversation that was split off."""
    facts = entry.facts
    if entry.verb in {"message.received", "message.automatic"}:
        present.received.add(facts["message_id"])
    elif entry.verb == "conversation.merged":
        present.received -= set(facts["noted_ids"])
    elif entry.verb == "conversation.unmerged":
        present.received |= set(facts["received_ids"])
    elif entry.verb == "reply.left":
        present.left.add(facts["message_id"])
    elif entry.verb in {"reply.withdrawn", "forward.withdrawn"}:
        present.held.pop(facts["message_id"], None)
    elif entry.verb == "conversation.split":
        present.conversations[facts["new_id"]] = (facts["state"], facts["holder_id"])
    elif entry.verb == "conversation.offered":
        present.open_offers[number] = entry.adviser_id or 0
    elif entry.verb in ENDING or (entry.verb == "conversation.assigned" and facts["by_id"]):
        present.open_offers.pop(number, None)


def delivery(present: Present, entry: Entry) -> None:
    """Fold a fact about a reply on its way out; one that is settled, sent again or taken back is held no more."""
    number = entry.facts["message_id"]
    if entry.verb in {"delivery.failed", "delivery.uncertain"}:
        present.held[number] = entry.verb.partition(".")[2]
    elif entry.verb == "delivery.stopped":
        present.held[number] = entry.facts["state"]
    elif entry.verb in {"delivery.settled", "delivery.sent_again"}:
        present.held.pop(number, None)


def promise(present: Present, entry: Entry) -> None:
    """Fold a fact about a promise."""
    facts = entry.facts
    number = facts["promise_id"]
    state, settled, keeper = present.promises.get(number, ("open", False, entry.adviser_id))
    if entry.verb == "promise.undone":
        present.promises.pop(number)
        return
    if entry.verb == "promise.kept":
        state, settled = ("kept" if facts["is_on_time"] else "missed"), True
    elif entry.verb == "promise.missed":
        state = "missed"
    elif entry.verb == "promise.released" and not facts["is_late"]:
        present.promises.pop(number)
        return
    elif entry.verb == "promise.released":
        settled = True
    elif entry.verb == "promise.entrusted":
        keeper = entry.adviser_id
    elif entry.verb == "promise.moved":
        state, settled = "moved", True
        present.promises[facts["new_id"]] = ("open", False, keeper)
    present.promises[number] = (state, settled, keeper)


def offer(present: Present, entry: Entry) -> None:
    """Fold a fact about an offer."""
    if entry.verb == "offer.refused":
        present.open_offers.pop(entry.conversation_id or 0, None)


def presence(present: Present, entry: Entry) -> None:
    """Fold a fact about someone's presence."""
    if entry.verb == "presence.changed":
        present.presence[entry.adviser_id or 0] = entry.facts["state"]

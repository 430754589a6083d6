"""How far the holder of a pass may see and erase."""

from dataclasses import dataclass

from visavis.domain.conversations.access import conversation_of_pass
from visavis.domain.conversations.facts import LinkMade
from visavis.domain.conversations.models import Conversation, Pass
from visavis.domain.conversations.models.around import PassKind
from visavis.domain.conversations.operations.passes import digest
from visavis.domain.journal.models import Entry
from visavis.domain.people.models import Brand, Customer, Identity


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What one holder may see and erase: these conversations, and what is known of the person or not.

    `conversations`: merged ones included, the one of the pass first. `people`: the customer with those merged
    into them; empty when the pass does not prove that the holder is this person.
    """

    held: Pass
    conversation: Conversation
    conversations: tuple[Conversation, ...]
    people: tuple[Customer, ...]
    is_whole: bool

    @property
    def numbers(self) -> list[int]:
        """The numbers of the conversations."""
        return [row.pk for row in self.conversations]

    @property
    def people_ids(self) -> list[int]:
        """The numbers of the customers."""
        return [row.pk for row in self.people]


def reach_of(held: Pass) -> Reach:
    """Say how far a pass reaches; NotFound when it opens no conversation.

    A pass opens one conversation. An adviser's link, given to someone whose identity is verified, opens all
    of that person's. What is known of the person goes with them, or with their only conversation while
    nothing was ever verified: then there is nobody else's history behind it.
    """
    conversation = conversation_of_pass(held)
    family = _with_those_merged_into(conversation.customer)
    every = list(Conversation.objects.filter(customer__in=family).order_by("-pk").select_related("brand"))
    is_verified = Identity.objects.filter(customer__in=family, verified_at__isnull=False).exists()
    is_whole = is_verified and _was_given_by_an_adviser(held)
    own = every if is_whole else [row for row in every if _root(row, every) == conversation.pk]
    owns_person = is_whole or (not is_verified and len(own) == len(every))
    first = sorted(own, key=lambda row: (row.pk != conversation.pk, -row.pk))
    return Reach(
        held=held,
        conversation=conversation,
        conversations=tuple(first),
        people=tuple(family) if owns_person else (),
        is_whole=is_whole,
    )


def brand_of_ended_pass(token: str) -> Brand | None:
    """The brand of who once held this pass, to tell them where to ask for another; None when never made."""
    row = Pass.objects.select_related("brand").filter(token_sha256=digest(token)).first()
    return row.brand if row and row.brand.is_active else None


def _with_those_merged_into(customer: Customer) -> list[Customer]:
    found, waiting = [customer], [customer]
    while waiting:
        waiting = list(Customer.objects.filter(merged_into__in=waiting).order_by("pk"))
        found += waiting
    return found


def _root(row: Conversation, every: list[Conversation]) -> int:
    """The number of the conversation in which this one goes on, or its own."""
    known = {other.pk: other.merged_into_id for other in every}
    number = row.pk
    while (into := known.get(number)) is not None:
        number = into
    return number


def _was_given_by_an_adviser(held: Pass) -> bool:
    """True when the pass, or the one it came from, is a link that an adviser made."""
    row: Pass | None = held
    while row is not None:
        if row.kind == PassKind.LINK:
            made = Entry.objects.filter(
                verb=LinkMade.verb, conversation_id=row.conversation_id, facts__pass_id=row.pk
            )
            return made.filter(adviser_id__isnull=False).exists()
        row = row.parent
    return False

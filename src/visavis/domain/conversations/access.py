"""Who may get which conversation: an adviser by their brands, a customer by the pass they hold."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from visavis.domain.errors import NotFound, Refused
from visavis.domain.files.scanning import is_configured
from visavis.domain.people.access import Rights
from visavis.domain.prepared import prepared

from .forwards import files_of_conversation
from .models import Attachment, Conversation, Letter, Message, Participant, Pass, Scan
from .models.around import PassKind
from .models.conversation import ConversationSet
from .operations.passes import digest


def conversations_of(rights: Rights) -> ConversationSet:
    """Conversations that this account may see: those of its brands, none for who treats no contents."""
    return Conversation.objects.of_brands(brands_read(rights))


def brands_read(rights: Rights) -> frozenset[int]:
    """Numbers of the brands whose conversations this account may see; none for who treats no contents."""
    return rights.brand_ids if rights.treats_contents else frozenset()


def conversation_for(rights: Rights, number: int) -> Conversation:
    """Return the conversation with its brand, customer and adviser; one query. NotFound otherwise."""
    found = _conversation(number=number, brand_ids=brands_read(rights))
    if not found:
        raise NotFound
    return found[0]


@prepared
def _conversation(*, number: int, brand_ids: frozenset[int]) -> QuerySet[Conversation]:
    rows = Conversation.objects.of_brands(brand_ids).filter(pk=number)
    return rows.select_related("brand", "customer", "adviser")


def message_for(rights: Rights, message_id: int) -> Message:
    """Return a message of a conversation that this account may see; one query. NotFound otherwise."""
    found = (
        Message.objects.filter(pk=message_id, conversation__in=conversations_of(rights))
        .select_related("conversation")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def letter_for(rights: Rights, message_id: int) -> Letter:
    """Return the letter of a message of a conversation that this account may see. NotFound otherwise.

    With its message, its files, its conversation and brand; two queries.
    """
    rows = Letter.objects.filter(
        message=message_id,
        message__conversation__in=conversations_of(rights),
        message__withdrawn_at__isnull=True,
    ).select_related("message__conversation__brand", "message__conversation__customer", "message__adviser")
    found = rows.prefetch_related("message__attachments__file").first()
    if found is None:
        raise NotFound
    return found


def participant_for(rights: Rights, participant_id: int) -> Participant:
    """Return someone in copy of a conversation that this account may see; one query. NotFound otherwise."""
    rows = Participant.objects.filter(pk=participant_id, conversation__in=conversations_of(rights))
    found = rows.select_related("conversation").first()
    if found is None:
        raise NotFound
    return found


def attachment_for(rights: Rights, attachment_id: int) -> Attachment:
    """Return a file of a conversation that this account may see, or that it gave itself; one query."""
    readable = Attachment.objects.filter(message__conversation__in=conversations_of(rights))
    own = Attachment.objects.filter(message__isnull=True, given_by_id=rights.adviser_id)
    found = (readable | own).select_related("file").filter(pk=attachment_id).first()
    if found is None:
        raise NotFound
    return _opened(found)


def may_leave(attachment: Attachment) -> bool:
    """True for what anybody may open: no virus was found, and it was searched where it can be."""
    is_held = attachment.scanned == Scan.WAITING and is_configured()
    return attachment.scanned != Scan.INFECTED and not is_held


def _opened(attachment: Attachment) -> Attachment:
    """Refuse what bears a virus, and what nobody could search yet."""
    if attachment.scanned == Scan.INFECTED:
        sentence = _("A virus was found in this file: nobody opens it. Ask its sender for another one.")
        raise Refused("file_infected", sentence)
    if attachment.scanned == Scan.WAITING and is_configured():
        sentence = _(
            "This file was not searched for viruses yet: the search does not answer. Try again soon."
        )
        raise Refused("file_not_scanned", sentence)
    return attachment


def attachments_to_forward(conversation: Conversation, numbers: Sequence[int]) -> list[Attachment]:
    """Return these files of a conversation, which may leave with what is sent on; one query at most.

    NotFound for one of elsewhere; Refused for one that nobody may open.
    """
    wanted = set(numbers)
    found = list(files_of_conversation(conversation).filter(pk__in=wanted)) if wanted else []
    if len(found) < len(wanted):
        raise NotFound
    return [_opened(row) for row in found]


def own_attachments(rights: Rights, ids: list[int]) -> QuerySet[Attachment]:
    """Files that this account gave and that no message took yet."""
    return Attachment.objects.filter(pk__in=ids, given_by_id=rights.adviser_id, message__isnull=True)


def pass_for(kind: PassKind | str, token: str) -> Pass:
    """Return the valid pass with this token, with its brand and conversation; one query.

    NotFound otherwise.
    """
    found = (
        Pass.objects.select_related(
            "brand", "conversation__brand", "conversation__customer", "conversation__adviser__team__site"
        )
        .filter(kind=kind, token_sha256=digest(token), revoked_at__isnull=True, expires_at__gt=timezone.now())
        .first()
    )
    if found is None or not found.brand.is_active:
        raise NotFound
    return found


def keys_of(customer_id: int) -> frozenset[str]:
    """Return the digests of what opens or opened a page of this customer; one query."""
    rows = Pass.objects.filter(conversation__customer=customer_id)
    return frozenset(rows.values_list("token_sha256", flat=True))


def pass_for_ticket(token: str) -> Pass:
    """Return the pass of a one-minute ticket and end it: it opens one stream. NotFound otherwise."""
    found = pass_for(PassKind.TICKET, token)
    ended = Pass.objects.filter(pk=found.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    if not ended:
        raise NotFound
    return found


def conversation_of_pass(held: Pass) -> Conversation:
    """Return the conversation that the holder may see: the one it was merged into, if it was.

    NotFound when none.
    """
    conversation = held.conversation
    if conversation is None:
        raise NotFound
    while conversation.merged_into is not None:
        conversation = conversation.merged_into
    return conversation


def attachments_given_with(held: Pass, ids: list[int]) -> QuerySet[Attachment]:
    """Files that the holder of the pass gave and that no message took yet."""
    return Attachment.objects.filter(pk__in=ids, given_with=held, message__isnull=True)


def attachment_of_pass(held: Pass, attachment_id: int) -> Attachment:
    """Return a file of the holder's conversation (what they sent, or what left to them); one query."""
    seen = Attachment.objects.filter(
        message__conversation=conversation_of_pass(held),
        message__left_at__isnull=False,
        message__withdrawn_at__isnull=True,
    ).exclude(message__direction="note")
    found = seen.select_related("file").filter(pk=attachment_id).first()
    if found is None:
        raise NotFound
    return _opened(found)

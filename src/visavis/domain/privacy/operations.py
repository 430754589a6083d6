"""Erasing: contents and names go, rows that only say that something happened stay."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from visavis.domain.conversations.models import (
    Attachment,
    Bounce,
    Conversation,
    ConversationLink,
    Draft,
    Explained,
    Letter,
    Looking,
    Mention,
    Message,
    MessageCorrection,
    Participant,
    Pass,
    Step,
    Tag,
)
from visavis.domain.deliveries.models import Delivery, DeliveryState
from visavis.domain.dispatch.models import OfferState
from visavis.domain.dispatch.operations import end_offers
from visavis.domain.files.models import StoredFile
from visavis.domain.intake.models import Arrival, BlockedSender
from visavis.domain.intake.operations import forget_arrivals
from visavis.domain.intake.sources import source_of_identity
from visavis.domain.journal.record import operation, record, upkeep
from visavis.domain.people.models import (
    Brand,
    ContractFact,
    Customer,
    CustomerMerge,
    Identity,
    IdentityKind,
    SelfStatement,
)
from visavis.domain.promises.models import Promise, PromiseState
from visavis.domain.search.models import Kind, SearchDocument

from .facts import HistoryErased, PersonErased, PromiseReleased
from .models import Erasure
from .queries import files_given

NO_REASON = "–"  # a promise that was moved keeps a reason, says the table


@operation
def erase_conversation(conversation: Conversation, *, at: datetime) -> None:
    """Nothing of what was said in it is left; its dates, state, channel and brand stay, for the counts."""
    numbers = [conversation.pk]
    files = _erase_files(numbers)
    _erase_mails(conversation)
    messages = _erase_messages(conversation, at=at)
    _erase_promises(conversation)
    _erase_surroundings(conversation)
    end_offers(conversation, state=OfferState.ENDED, at=at)
    Conversation.objects.filter(pk=conversation.pk).update(
        subject=_what_stands_instead(),
        last_words="",
        summary="",
        headline="",
        sender="",
        waiting_since=None,
        answer_due_at=None,
        snoozed_until=None,
        wants_person=False,
        customer_typing_at=None,
        customer_read_at=None,
        erased_at=at,
    )
    SearchDocument.objects.filter(kind=Kind.CONVERSATION, object_id=conversation.pk).delete()
    record(
        HistoryErased(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=conversation.adviser_id,
            messages=messages,
            files=files,
        ),
        at=at,
    )


@operation
def release_promise(promise: Promise, *, at: datetime) -> None:
    """Nothing is owed any more: who it was for asked to be forgotten. One that was late stays missed."""
    is_late = promise.state == PromiseState.MISSED
    record(
        PromiseReleased(
            conversation_id=promise.conversation_id,
            brand_id=promise.brand_id,
            adviser_id=promise.adviser_id,
            promise_id=promise.pk,
            is_late=is_late,
        ),
        at=at,
    )
    if is_late:
        Promise.objects.filter(pk=promise.pk).update(settled_at=at)
    else:
        promise.delete()


@operation
def erase_person(customer: Customer, *, at: datetime) -> None:
    """Nothing is known of them any more: neither a name, nor an address, nor what they said of themselves."""
    identities = Identity.objects.filter(customer=customer)
    sources = [source_of_identity(kind, value) for kind, value in identities.values_list("kind", "value")]
    BlockedSender.objects.filter(brand_id=customer.brand_id, source__in=sources).delete()
    proved = identities.filter(kind=IdentityKind.EMAIL, verified_at__isnull=False)
    for address in proved.values_list("value", flat=True):
        # What was kept out of any conversation; an address only claimed may be somebody else's.
        kept_out = Arrival.objects.filter(
            mailbox__brand_id=customer.brand_id, message__isnull=True, sender__icontains=address
        )
        forget_bytes(forget_arrivals(kept_out))
        Participant.objects.filter(conversation__brand_id=customer.brand_id, address=address).delete()
    identities.delete()
    SelfStatement.objects.filter(customer=customer).delete()
    ContractFact.objects.filter(customer=customer).delete()
    CustomerMerge.objects.filter(Q(kept=customer) | Q(absorbed=customer)).delete()
    SearchDocument.objects.filter(kind=Kind.PERSON, object_id=customer.pk).delete()
    Customer.objects.filter(pk=customer.pk).update(name="", civility="", place="", since_year=None)
    record(PersonErased(brand_id=customer.brand_id, customer_id=customer.pk), at=at)


@upkeep
def certify(brand: Brand, *, key: UUID, counts: dict[str, int], with_person: bool, at: datetime) -> Erasure:
    """The certificate of what was erased: numbers, no word of it."""
    return Erasure.objects.create(key=key, brand=brand, counts=counts, with_person=with_person, erased_at=at)


def _what_stands_instead() -> str:
    """What advisers read in place, in the language of the house."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("History erased at the request of the person")


def _erase_files(numbers: list[int]) -> int:
    """Delete what was joined, and the bytes that nothing else holds."""
    given = files_given(numbers)
    held = set(given.values_list("file_id", flat=True))
    count = given.count()
    Attachment.objects.filter(pk__in=list(given.values_list("pk", flat=True))).delete()
    forget_bytes(held)
    return count


@upkeep
def forget_bytes(file_ids: Iterable[int]) -> None:
    """Delete the contents that no attachment and no mail names; locked first: none is taken up meanwhile."""
    rows = StoredFile.objects.select_for_update()  # with its key: nothing may name it meanwhile
    locked = rows.filter(pk__in=list(file_ids)).order_by("pk")
    numbers = [row.pk for row in locked]
    shared = set(Attachment.objects.filter(file_id__in=numbers).values_list("file_id", flat=True))
    shared |= set(Arrival.objects.filter(raw_id__in=numbers).values_list("raw_id", flat=True))
    StoredFile.objects.filter(pk__in=[number for number in numbers if number not in shared]).delete()


def _erase_messages(conversation: Conversation, *, at: datetime) -> int:
    """Empty every message and note; none is shown again, and what was about to leave stays here."""
    rows = Message.objects.filter(conversation=conversation)
    ids = list(rows.values_list("pk", flat=True))
    ways = Delivery.objects.filter(message__in=rows)
    held = (DeliveryState.WAITING, DeliveryState.FAILED, DeliveryState.UNCERTAIN)
    ways.filter(state__in=held).update(state=DeliveryState.WITHDRAWN)
    ways.update(answer="", reached=[])  # what servers said, and the addresses that they took
    MessageCorrection.objects.filter(message__in=rows).delete()
    Mention.objects.filter(message__in=rows).delete()
    count = rows.filter(withdrawn_at__isnull=True).exclude(direction="note").count()
    rows.update(text="", withdrawn_at=at)
    SearchDocument.objects.filter(kind=Kind.MESSAGE, object_id__in=ids).delete()
    return count


def _erase_mails(conversation: Conversation) -> None:
    """Delete the letters and who took part; of the raw mails only that they came is left."""
    rows = Message.objects.filter(conversation=conversation)
    came = Arrival.objects.filter(Q(message__in=rows) | Q(twin__message__in=rows))
    forget_bytes(forget_arrivals(came))
    Letter.objects.filter(message__in=rows).delete()
    Bounce.objects.filter(message__in=rows).delete()
    Participant.objects.filter(conversation=conversation).delete()


def _erase_promises(conversation: Conversation) -> None:
    """Empty the promises: their hours and what became of them stay."""
    promises = Promise.objects.filter(conversation=conversation)
    promises.filter(state=PromiseState.MOVED).update(reason=NO_REASON)
    promises.exclude(state=PromiseState.MOVED).update(reason="")
    promises.update(what="")


def _erase_surroundings(conversation: Conversation) -> None:
    """Delete drafts, steps, what was explained, links, tags, passes and the block that came from it."""
    for model in (Draft, Explained, Step, Looking):
        model.objects.filter(conversation=conversation).delete()
    ConversationLink.objects.filter(Q(first=conversation) | Q(second=conversation)).delete()
    BlockedSender.objects.filter(conversation_id=conversation.pk).delete()
    Pass.objects.filter(conversation=conversation).delete()
    tags = list(conversation.tags.values_list("pk", flat=True))
    conversation.tags.clear()
    Tag.objects.filter(pk__in=tags, conversations__isnull=True).delete()

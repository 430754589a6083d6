"""Passes of customers: made, exchanged, revoked; only the digest of a token is ever stored."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils import timezone

from visavis.domain.conversations.facts import LinkMade, LinkRevoked
from visavis.domain.conversations.models import Conversation, Pass
from visavis.domain.conversations.models.around import PassKind
from visavis.domain.errors import NotFound
from visavis.domain.journal.record import operation, record, upkeep
from visavis.domain.people.models import Adviser, Brand

LASTS = {
    PassKind.LINK: timedelta(days=365),
    PassKind.COOKIE: timedelta(days=90),
    PassKind.CHAT: timedelta(days=90),
    PassKind.TICKET: timedelta(minutes=1),
}


def digest(token: str) -> str:
    """Return what is stored of a token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


@upkeep
def make_pass(
    kind: PassKind | str,
    *,
    brand: Brand,
    conversation: Conversation | None = None,
    parent: Pass | None = None,
    language: str = "fr",
    given: dict[str, str] | None = None,
) -> tuple[Pass, str]:
    """A new pass exists; returns it with its token, which is told once and stored nowhere."""
    token, now = secrets.token_urlsafe(32), timezone.now()
    row = Pass.objects.create(
        brand=brand,
        conversation=conversation,
        parent=parent,
        kind=kind,
        token_sha256=digest(token),
        language=language,
        given=given or {},
        made_at=now,
        expires_at=now + LASTS[PassKind(kind)],
    )
    return row, token


@operation
def make_link(
    conversation: Conversation, *, by: Adviser | None, parent: Pass | None = None
) -> tuple[Pass, str]:
    """A link to the customer's page exists; returns it with its token.

    `parent`: the pass of the customer who makes it for themselves; it ends with that one.
    """
    row, token = make_pass(
        PassKind.LINK,
        brand=conversation.brand,
        conversation=conversation,
        parent=parent,
        language=conversation.language,
    )
    record(
        LinkMade(
            conversation_id=conversation.pk,
            brand_id=conversation.brand_id,
            adviser_id=by.pk if by else None,
            pass_id=row.pk,
        )
    )
    return row, token


@upkeep
def exchange_pass(held: Pass, kind: PassKind | str) -> tuple[Pass, str]:
    """A pass of another kind for the same conversation, which ends when `held` is revoked."""
    return make_pass(
        kind, brand=held.brand, conversation=held.conversation, parent=held, language=held.language
    )


@upkeep
def give_pass_conversation(held: Pass, conversation: Conversation) -> None:
    """The chat session now stands for this conversation."""
    Pass.objects.filter(pk=held.pk).update(conversation=conversation)
    Pass.objects.filter(parent=held, conversation__isnull=True).update(conversation=conversation)


@operation
def revoke_link(conversation: Conversation, *, by: Adviser, pass_id: int, at: datetime | None = None) -> None:
    """The link and all that came from it open nothing any more."""
    link = conversation.passes.filter(pk=pass_id, kind=PassKind.LINK).first()
    if link is None:
        raise NotFound
    at = at or timezone.now()
    ended = [pass_id]
    while ended:
        Pass.objects.filter(pk__in=ended).update(revoked_at=at)
        ended = list(Pass.objects.filter(parent__in=ended, revoked_at=None).values_list("pk", flat=True))
    record(
        LinkRevoked(
            conversation_id=conversation.pk, brand_id=conversation.brand_id, adviser_id=by.pk, pass_id=pass_id
        )
    )

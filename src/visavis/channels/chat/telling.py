"""What the chat tells, as JSON: settings of a brand, messages, who answers, how long it may take."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import phonenumbers
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext

from visavis.channels.registry import BY_NAME
from visavis.domain.conversations.queries import customer_changes, someone_types
from visavis.domain.dispatch.queries import announced_wait
from visavis.domain.dispatch.waits import expected_waits
from visavis.domain.journal.queries import conversation_entries
from visavis.domain.people.colours import text_on
from visavis.domain.people.hours import opening
from visavis.domain.people.queries import brand_card, initials, region_of_brand

if TYPE_CHECKING:  # rows come from access and queries; tables are only named
    from visavis.domain.conversations.models import Attachment, Conversation, Message
    from visavis.domain.dispatch.models import AnnouncedWait
    from visavis.domain.journal.models import Entry
    from visavis.domain.people.models import Adviser, Brand

Json = dict[str, object]
CHAT = BY_NAME["chat"]
FRESH_SECONDS = 20
# A fact is dated when it is recorded and seen when its transaction ends: asking again goes back a little.
OVERLAP = timedelta(seconds=30)


def settings_told(brand: Brand, *, now: datetime) -> Json:
    """Return what the widget shows before the first word; no query, but for the wait."""
    card, told = brand_card(brand), hours_told(brand, now=now)
    return {
        "name": card.name,
        "colour": card.colour,
        "on_colour": text_on(card.colour),
        "letter": card.letter,
        "phone": phone_told(brand),
        "dial": card.phone_number,
        "phone_price": price_told(card.phone_price),
        "languages": list(card.languages),
        "max_bytes": settings.MAX_FILE_BYTES,
        "privacy_url": None,
        "retention_months": brand.retention_months,
        "wait": newcomer_wait(brand, int(now.timestamp()) // FRESH_SECONDS) if told["open"] else None,
        **told,
    }


@lru_cache(maxsize=64)
def newcomer_wait(brand: Brand, tick: int) -> dict[str, int] | None:
    """Return the range that somebody who came now would be told, in minutes; None when nobody is there.

    Each page view of the brand's site asks: it is reckoned once every FRESH_SECONDS in a process.
    """
    channel = (CHAT.name, CHAT.is_live, CHAT.effort)
    told = expected_waits([brand], [channel], now=timezone.now()).get((brand.pk, CHAT.name))
    return minutes(told.low_seconds, told.high_seconds) if told else None


def minutes(low_seconds: float, high_seconds: float) -> dict[str, int]:
    """Return a range in whole minutes, never narrower than it is."""
    return {"low": max(0, math.floor(low_seconds / 60)), "high": max(1, math.ceil(high_seconds / 60))}


def hours_told(brand: Brand, *, now: datetime) -> Json:
    """Return whether somebody is there by the brand's hours, and when somebody is next."""
    is_open, opens_at = opening(brand, now)
    return {"open": is_open, "opens_at": moment(opens_at)}


def phone_told(brand: Brand) -> str | None:
    """Return the brand's number as people of its country write it."""
    if not brand.phone_number:
        return None
    region = region_of_brand(brand)
    try:
        number = phonenumbers.parse(brand.phone_number, region)
    except phonenumbers.NumberParseException:
        return brand.phone_number  # a short number has no other form
    is_ours = phonenumbers.region_code_for_number(number) == region
    shape = (
        phonenumbers.PhoneNumberFormat.NATIONAL if is_ours else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, shape).replace(" ", "\u00a0")


def price_told(price: str) -> str:
    """Return what calling costs, in words."""
    return {
        "free": pgettext("widget", "free call"),
        "normal": pgettext("widget", "price of an ordinary call"),
        "shared": pgettext("widget", "free service, price of an ordinary call"),
    }.get(price, "")


def thread_told(
    conversation: Conversation | None, brand: Brand, *, since: datetime | None, after: int, now: datetime
) -> Json:
    """Return what was said since then, or after that message, and where things stand."""
    standing: Json = {
        "messages": [],
        "next": str(int(now.timestamp() * 1000)),
        "adviser": None,
        "wait": None,
        "late": False,
        "typing": False,
        "state": None,
        "request_url": None,
        **hours_told(brand, now=now),
    }
    if conversation is None:
        return standing
    back = since - OVERLAP if since else None
    messages = customer_changes(conversation, since=back)
    wait = present_wait(conversation)
    return standing | {
        "messages": [
            *(message_told(message, brand) for message in messages if message.pk > after),
            *(fact for entry in facts(conversation, back) if (fact := fact_told(entry))),
        ],
        "adviser": adviser_told(conversation.adviser, brand),
        "wait": wait_told(wait, now=now),
        "late": is_late(wait, now=now),
        "typing": someone_types(conversation),
        "state": conversation.state,
    }


def message_told(message: Message, brand: Brand) -> Json:
    """Return one message; its files carry an address that wants the token."""
    is_ours = message.direction == "out"
    return {
        "id": message.pk,
        "key": str(message.key),
        "from": "adviser" if is_ours else "customer",
        "name": message.adviser.displayed_name if is_ours and message.adviser else "",
        "text": message.text,
        "at": moment(message.left_at),
        "corrected": moment(message.corrected_at),
        "files": [file_told(attachment, brand) for attachment in message.attachments.all()],
    }


def file_told(attachment: Attachment, brand: Brand) -> Json:
    """Return one file."""
    return {
        "id": attachment.pk,
        "name": attachment.name,
        "size": attachment.file.size,
        "media_type": attachment.file.media_type,
        "url": reverse("chat:file", args=[brand.slug, attachment.pk]),
    }


def facts(conversation: Conversation, since: datetime | None) -> list[Entry]:
    """Return the entries that concern the customer; one query."""
    entries = conversation_entries(conversation.pk, ["conversation.transferred", "conversation.resolved"])
    return [entry for entry in entries if since is None or entry.at > since]


def fact_told(entry: Entry) -> Json:
    """Return one line of fact, in the reader's language."""
    sentence = {
        "conversation.transferred": pgettext(
            "widget", "Someone else takes over, with all that you have already said."
        ),
        "conversation.resolved": pgettext("widget", "This request is marked as resolved."),
    }[entry.verb]
    return {
        "id": 0,  # not a message: who asks `after` the highest number must miss none
        "key": f"fact-{entry.pk}",
        "from": "fact",
        "name": "",
        "text": sentence,
        "at": moment(entry.at),
        "corrected": None,
        "files": [],
    }


def adviser_told(adviser: Adviser | None, brand: Brand) -> Json | None:
    """Return who has the conversation, by the name they chose, and from where."""
    if adviser is None:
        return None
    place = adviser.team.site.name if adviser.team else ""
    words = {"brand": brand.name, "place": place}
    sentence = pgettext("widget", "Answers you for %(brand)s, in %(place)s") % words
    return {
        "name": adviser.displayed_name,
        "initials": initials(adviser.displayed_name),
        "place": place,
        "sentence": sentence if place else pgettext("widget", "Answers you for %(brand)s") % words,
    }


def present_wait(conversation: Conversation) -> AnnouncedWait | None:
    """Return what was announced since the customer began to wait, None when they do not wait."""
    wait = announced_wait(conversation) if conversation.waiting_since else None
    return (
        wait
        if wait and conversation.waiting_since and wait.announced_at >= conversation.waiting_since
        else None
    )


def wait_told(wait: AnnouncedWait | None, *, now: datetime) -> dict[str, int] | None:
    """Return what is left of the range announced, in minutes; None when it is over or was never told."""
    if wait is None or wait.true_seconds is not None or is_late(wait, now=now):
        return None
    gone = (now - wait.announced_at).total_seconds()
    return minutes(wait.low_seconds - gone, wait.high_seconds - gone)


def is_late(wait: AnnouncedWait | None, *, now: datetime) -> bool:
    """True when the wait has gone beyond what was announced, and nobody has come."""
    if wait is None or wait.true_seconds is not None:
        return False
    return (now - wait.announced_at).total_seconds() > wait.high_seconds


def moment(at: datetime | None) -> str | None:
    """Return an instant as JSON has it, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds") if at else None

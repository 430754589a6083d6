"""What an acknowledgement says: who answers, and in how long, as a range."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.domain.conversations.models import Conversation
from visavis.domain.dispatch.queries import announced_wait

HOUR, DAY = 3600, 86_400


def words_of_acknowledgement(conversation: Conversation, *, now: datetime) -> str:
    """Return what is true now, in the customer's language: who has it, and by when an answer may come."""
    with translation.override(conversation.language):
        parts = [
            _("Hello,"),
            _("Your message to %(brand)s has arrived. Its number is %(number)s.")
            % {"brand": conversation.brand.name, "number": conversation.pk},
            _who(conversation),
            _when(conversation, now),
            _("This message was written by itself; the answer will be written by a person."),
        ]
        return "\n\n".join(part for part in parts if part)


def _who(conversation: Conversation) -> str:
    if conversation.adviser:
        return _("%(name)s will answer you.") % {"name": conversation.adviser.displayed_name}
    return _("A person of our team will answer you.")


def _when(conversation: Conversation, now: datetime) -> str:
    """The range that was announced, less the time gone; else the instant that is promised; else nothing."""
    told = announced_wait(conversation)
    if told and told.true_seconds is None and not conversation.adviser_id:
        gone = int((now - told.announced_at).total_seconds())
        if told.high_seconds > gone:
            return _range(max(0, told.low_seconds - gone), told.high_seconds - gone)
    due_at = conversation.answer_due_at
    if due_at is None or due_at <= now:
        return ""
    local = due_at.astimezone(ZoneInfo(conversation.brand.time_zone))
    # Translators: a format of Django: day, month, hour.
    return _("You will have an answer on %(moment)s at the latest.") % {
        "moment": date_format(local, _(r"l j F \b\e\f\o\r\e H:i"))
    }


def _range(low: int, high: int) -> str:
    """Both ends in the unit that suits the longer one; the shorter rounded down, the longer up."""
    if high < 2 * HOUR:
        low, high = low // 60, -(-high // 60)
        sentence = ngettext(
            "You should have an answer in %(low)s to %(high)s minute.",
            "You should have an answer in %(low)s to %(high)s minutes.",
            high,
        )
    elif high < 2 * DAY:
        low, high = low // HOUR, -(-high // HOUR)
        sentence = ngettext(
            "You should have an answer in %(low)s to %(high)s hour.",
            "You should have an answer in %(low)s to %(high)s hours.",
            high,
        )
    else:
        low, high = low // DAY, -(-high // DAY)
        sentence = ngettext(
            "You should have an answer in %(low)s to %(high)s day.",
            "You should have an answer in %(low)s to %(high)s days.",
            high,
        )
    return sentence % {"low": low, "high": high}

"""Letters read whole, people in copy, what strangers answered, and what should not have come in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.domain.conversations import operations
from visavis.domain.conversations.access import letter_for, participant_for
from visavis.domain.errors import NotFound
from visavis.domain.flows import beside, spam
from visavis.domain.intake.operations import lift_block
from visavis.domain.intake.queries import block_of_conversation
from visavis.web.desk.letter_told import files_told, letter_told, piece_of
from visavis.web.desk.paper import policy, written

from .door import Asked, asked, sent
from .turns import go, stay

if TYPE_CHECKING:
    from django.http import HttpResponse


@asked
def letter(asked: Asked, message_id: int) -> HttpResponse:
    """Show one letter alone, to its last word, with its layout below."""
    row = letter_for(asked.rights, message_id)
    told = letter_told(row.message, row, has_html=bool(row.html), whole=True)
    context = {
        "conversation": row.message.conversation,
        "message": row.message,
        "number": row.message_id,
        "letter": told,
        "is_alone": True,
        "files": files_told(row.message),
    }
    return render(asked.request, "desk/letter_page.html", context)


@asked
def piece(asked: Asked, message_id: int, place: int) -> HttpResponse:
    """Give what is quoted or signed in a letter, to the thread in which it is unfolded."""
    row = letter_for(asked.rights, message_id)
    found = piece_of(row.message, row, place)
    if found is None:
        raise NotFound
    context = {"number": row.message_id, "piece": found, "is_fetched": True}
    return render(asked.request, "desk/letter_piece.html", context)


@asked
def paper(asked: Asked, message_id: int) -> HttpResponse:
    """Give the layout of a letter to its frame; images from afar only when they are asked for."""
    row = letter_for(asked.rights, message_id)
    if not row.html:
        raise NotFound
    with_remote = asked.request.GET.get("images") == "1"
    files = [
        given for given in row.message.attachments.all() if given.content_id and given.scanned != "infected"
    ]
    html = written(
        row.html,
        pictures={given.content_id.strip("<> "): reverse("desk:file", args=[given.pk]) for given in files},
        with_remote=with_remote,
        our_host=urlsplit(asked.request.build_absolute_uri()).hostname or "",
    )
    context = {"html": html, "subject": row.subject, "language": row.message.conversation.language}
    response = render(asked.request, "desk/paper.html", context)
    response.headers["Content-Security-Policy"] = policy(with_remote=with_remote)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@sent
def heed(asked: Asked, message_id: int) -> HttpResponse:
    """Say that a person wrote what passed for the words of a robot; `undo=1` takes it back."""
    row = letter_for(asked.rights, message_id)
    number, now = row.message.conversation_id, timezone.now()
    if asked.request.GET.get("undo"):
        operations.unheed_message(row.message, by=asked.adviser, at=now)
        return stay(asked, number, _("It counts as the words of a robot again."))
    if row.message.direction != "in" or not row.is_automatic:
        raise NotFound
    operations.heed_message(row.message, by=asked.adviser, at=now)
    undo = f"{reverse('desk:heed', args=[message_id])}?undo=1"
    return stay(asked, number, _("It counts as the words of a person: it is our turn."), undo=undo)


# --- People -------------------------------------------------------------------------------------------------


@sent
def take_part(asked: Asked, participant_id: int) -> HttpResponse:
    """Say whether someone in copy takes part; the other way round undoes it."""
    person = participant_for(asked.rights, participant_id)
    number, name = person.conversation_id, person.name or person.address
    is_agreed = "oui" in {asked.request.POST.get("prend_part"), asked.request.GET.get("prend_part")}
    address = reverse("desk:take_part", args=[participant_id])
    if is_agreed:
        operations.agree_participant(person, by=asked.adviser, at=timezone.now())
        told = _("%(name)s takes part: their letters come here, and they are in copy of ours.")
        return stay(asked, number, told % {"name": name}, undo=f"{address}?prend_part=non")
    operations.decline_participant(person, by=asked.adviser, at=timezone.now())
    told = _("%(name)s does not take part: what they write will be held beside.")
    return stay(asked, number, told % {"name": name}, undo=f"{address}?prend_part=oui")


@sent
def join(asked: Asked, number: int) -> HttpResponse:
    """What a stranger answered is the same matter: it goes on where it was held beside."""
    held = asked.conversation(number)
    as_participant = asked.request.POST.get("participant") == "1"
    kept = beside.join(held, by=asked.adviser, at=timezone.now(), as_participant=as_participant)
    told = _("They go on together.")
    if asked.request.POST.get("de") != str(kept.pk):  # asked from the conversation that ends here
        return go(asked, reverse("desk:conversation", args=[kept.pk]), told)
    return stay(asked, kept.pk, told, undo=f"{reverse('desk:merge', args=[kept.pk])}?avec={held.pk}&undo=1")


@sent
def apart(asked: Asked, number: int) -> HttpResponse:
    """What a stranger answered is another matter: a request of its own; `undo=1` takes it back."""
    held = asked.conversation(number)
    came_from = asked.request.POST.get("de", "") or asked.request.GET.get("de", "")
    where = int(came_from) if came_from.isdecimal() and len(came_from) < 19 else number
    if asked.request.GET.get("undo"):
        operations.hold_beside_again(held, by=asked.adviser, at=timezone.now())
        return stay(asked, where, _("It is held beside again."))
    operations.stand_alone(held, by=asked.adviser, at=timezone.now())
    undo = f"{reverse('desk:apart', args=[number])}?de={where}&undo=1"
    return stay(asked, where, _("It is a request of its own."), undo=undo)


# --- Spam ---------------------------------------------------------------------------------------------------


@sent
def set_aside(asked: Asked, number: int) -> HttpResponse:
    """Set a conversation aside as spam; its sender is kept out too when that is asked for."""
    conversation = asked.conversation(number)
    block = asked.request.POST.get("block") == "1"
    count = spam.set_aside_as_spam(conversation, by=asked.adviser, at=timezone.now(), block=block)
    told = ngettext(
        "Set aside as spam: %(count)s letter. Nobody waits for it any more.",
        "Set aside as spam: %(count)s letters. Nobody waits for them any more.",
        count,
    ) % {"count": count}
    return stay(asked, number, told, undo=reverse("desk:no_spam", args=[number]))


@sent
def bring_back(asked: Asked, number: int) -> HttpResponse:
    """It was no spam: its letters count again, and its sender may write."""
    conversation = asked.conversation(number)
    now = timezone.now()
    spam.bring_back(conversation, by=asked.adviser, at=now)
    if found := block_of_conversation(number):
        lift_block(found, by=asked.adviser, at=now)
    return stay(asked, number, _("It is no spam: it is our turn again."))

"""What somebody outside answers to what was sent on to them: a note between us, or a letter beside."""

from collections.abc import Callable
from dataclasses import replace

from visavis.domain.conversations import operations
from visavis.domain.conversations.forwards import Answered, forward_answered
from visavis.domain.conversations.models import Conversation, Message, Verdict
from visavis.domain.conversations.operations import LetterFields

from .cases import CHANNEL, Case, addresses_of, attachments_of, is_of, key_of, letter_of, text_of


def named_by(case: Case, thread: Conversation | None) -> Answered | None:
    """Return what the mail answers of what was sent on in this conversation, whoever wrote it."""
    if thread is None:
        return None
    return forward_answered(
        thread,
        sender=case.address,
        addresses=addresses_of(case.mail),
        header_ids=case.mail.answers,
        subject=case.mail.letter.subject,
    )


def answered_by(case: Case, thread: Conversation | None) -> Message | None:
    """Return the note that was sent on to whom this mail comes from; not when their own domain disowns it.

    Who takes part in the conversation speaks in it, unless they answer that very note.
    """
    found = named_by(case, thread)
    if thread is None or found is None or case.mail.letter.dmarc == Verdict.FAIL or not found.is_addressee:
        return None
    return found.forward if found.is_named or not is_of(case, thread) else None


def noted_answer(case: Case, thread: Conversation, forward: Message) -> Message:
    """Their answer stands in the conversation for us alone, and wakes who had sent it on."""
    return _noted(operations.receive_forward_answer, case, thread, forward, letter=case.mail.letter)


def noted_automatic(case: Case, thread: Conversation, forward: Message) -> Message:
    """What their robot answered is shown for us alone, and wakes nobody."""
    letter = replace(case.mail.letter, automatic_why=case.mail.letter.automatic_why or "auto_reply")
    return _noted(operations.receive_forward_automatic, case, thread, forward, letter=letter)


def _noted(
    receive: Callable[..., Message],
    case: Case,
    thread: Conversation,
    forward: Message,
    *,
    letter: LetterFields,
) -> Message:
    message = receive(
        thread,
        forward=forward,
        key=key_of(case),
        channel=CHANNEL,
        text=text_of(case.mail),
        attachments=attachments_of(case.mail),
        at=case.at,
    )
    operations.write_letter(message, letter_of(answering(letter, forward)))
    return message


def answering(letter: LetterFields, forward: Message) -> LetterFields:
    """Return the letter, which says what it answers: what it says is never for the customer."""
    return replace(letter, extras={**letter.extras, "answers_forward": forward.pk})

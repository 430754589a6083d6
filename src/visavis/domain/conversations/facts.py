"""What can happen to a conversation."""

from dataclasses import dataclass

from visavis.domain.journal.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(Fact, verb="conversation.opened"):
    """A customer began a request; or a stranger answered in another one, beside which theirs is held."""

    customer_id: int
    channel: str
    is_live: bool
    skill_ids: list[int]
    beside_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class MessageReceived(Fact, verb="message.received"):
    """A customer wrote; `state` is the conversation's afterwards."""

    message_id: int
    channel: str
    state: str
    files: int


@dataclass(frozen=True, kw_only=True)
class AutomaticReceived(Fact, verb="message.automatic"):
    """A robot of the customer's answered: shown, and nobody waits for it."""

    message_id: int
    channel: str
    files: int


@dataclass(frozen=True, kw_only=True)
class MessageHeeded(Fact, verb="message.heeded"):
    """What passed for a robot's words is a person's; `state` is the conversation's afterwards."""

    message_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class MessageUnheeded(Fact, verb="message.unheeded"):
    """Somebody took back that a person wrote it; `state` is the conversation's afterwards."""

    message_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class MessageBounced(Fact, verb="message.bounced"):
    """A message that left did not reach one address, for good or for now; `state` is the one afterwards."""

    message_id: int
    is_permanent: bool
    status: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ParticipantDecided(Fact, verb="participant.decided"):
    """An adviser said whether someone in copy takes part."""

    participant_id: int
    is_agreed: bool


@dataclass(frozen=True, kw_only=True)
class StoodAlone(Fact, verb="conversation.stood_alone"):
    """What was held beside another conversation is a request of its own."""

    beside_id: int


@dataclass(frozen=True, kw_only=True)
class HeldBeside(Fact, verb="conversation.held_beside"):
    """Somebody took back that it is a request of its own: it is held beside that one again."""

    beside_id: int


@dataclass(frozen=True, kw_only=True)
class PersonAsked(Fact, verb="conversation.person_asked"):
    """The customer asked for a person."""


@dataclass(frozen=True, kw_only=True)
class ReplyWritten(Fact, verb="reply.written"):
    """An adviser wrote a reply that leaves in a few seconds."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class ReplyLeft(Fact, verb="reply.left"):
    """A reply left: the customer can read it.

    `waited_seconds`: how long they had been waiting, if they were.
    """

    message_id: int
    channel: str
    state: str
    waited_seconds: int | None


@dataclass(frozen=True, kw_only=True)
class ReplyWithdrawn(Fact, verb="reply.withdrawn"):
    """A reply was taken back before it left."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class MessageCorrected(Fact, verb="message.corrected"):
    """A line that had left was corrected; its former wording is kept."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class NoteAdded(Fact, verb="note.added"):
    """Someone left an internal note."""

    message_id: int
    mentioned_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class ForwardWritten(Fact, verb="forward.written"):
    """A note with what was said goes to somebody outside of the conversation in a few seconds."""

    message_id: int
    messages: int
    files: int


@dataclass(frozen=True, kw_only=True)
class ForwardLeft(Fact, verb="forward.left"):
    """It left. Nobody's turn changes: it answers no customer, and keeps no promise."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class ForwardWithdrawn(Fact, verb="forward.withdrawn"):
    """It was taken back before it left."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class ForwardAnswered(Fact, verb="forward.answered"):
    """Who was written to outside answers, as a note; `state` is the conversation's afterwards.

    `mentioned_ids`: who has it on their desk, and who had sent it on.
    """

    message_id: int
    forward_id: int
    state: str
    files: int
    mentioned_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class ForwardAutoAnswered(Fact, verb="forward.automatic"):
    """A robot of theirs answered: shown as a note, and nobody's turn changes."""

    message_id: int
    forward_id: int
    files: int


@dataclass(frozen=True, kw_only=True)
class ConversationResolved(Fact, verb="conversation.resolved"):
    """The request is resolved."""


@dataclass(frozen=True, kw_only=True)
class ConversationReopened(Fact, verb="conversation.reopened"):
    """One of us opened it again."""


@dataclass(frozen=True, kw_only=True)
class ConversationSnoozed(Fact, verb="conversation.snoozed"):
    """It sleeps until an instant."""

    until: str


@dataclass(frozen=True, kw_only=True)
class ConversationWoken(Fact, verb="conversation.woken"):
    """It woke: its hour came, or someone wanted it back; `state` is its state afterwards."""

    state: str


@dataclass(frozen=True, kw_only=True)
class ConversationAssigned(Fact, verb="conversation.assigned"):
    """It is on someone's desk (`adviser_id`), or on nobody's.

    `by_id` is who decided, None when routing did.
    """

    by_id: int | None
    former_id: int | None


@dataclass(frozen=True, kw_only=True)
class ConversationTransferred(Fact, verb="conversation.transferred"):
    """An adviser passed it on, with its context, to a colleague or to a team."""

    to_adviser_id: int | None
    to_team_id: int | None


@dataclass(frozen=True, kw_only=True)
class ConversationsMerged(Fact, verb="conversation.merged"):
    """Another conversation (`absorbed_id`) goes on in this one, whose state afterwards is `state`.

    `noted_ids`: which of its messages became notes, since they answer what was sent on to others.
    """

    absorbed_id: int
    state: str
    message_ids: list[int]
    noted_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class MergeUndone(Fact, verb="conversation.unmerged"):
    """The absorbed conversation is on its own again; what had become notes (`received_ids`) are messages."""

    absorbed_id: int
    received_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class ConversationSplit(Fact, verb="conversation.split"):
    """Some messages left for a conversation of their own (`new_id`), in `state`, on the desk of
    `holder_id`.
    """

    new_id: int
    state: str
    holder_id: int | None
    message_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class ConversationsLinked(Fact, verb="conversation.linked"):
    """Two conversations speak of the same thing."""

    other_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationUnlinked(Fact, verb="conversation.unlinked"):
    """They do not."""

    other_id: int


@dataclass(frozen=True, kw_only=True)
class TagsChanged(Fact, verb="conversation.tags_changed"):
    """Its tags are now these."""

    tag_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class SubjectChanged(Fact, verb="conversation.subject_changed"):
    """Its subject was worded again."""


@dataclass(frozen=True, kw_only=True)
class ContextNoted(Fact, verb="conversation.context_noted"):
    """The summary, the headline or what was already explained changed."""

    part: str


@dataclass(frozen=True, kw_only=True)
class StepsChanged(Fact, verb="conversation.steps_changed"):
    """The steps that the customer sees changed."""

    done: int
    expected: int


@dataclass(frozen=True, kw_only=True)
class LinkMade(Fact, verb="link.made"):
    """A link to the customer's page was made."""

    pass_id: int


@dataclass(frozen=True, kw_only=True)
class LinkRevoked(Fact, verb="link.revoked"):
    """A link, with all that came from it, opens nothing any more."""

    pass_id: int


@dataclass(frozen=True, kw_only=True)
class FileScanned(Fact, verb="file.scanned"):
    """A file that waited for it was searched for viruses: clean, infected, or too large to be searched."""

    attachment_id: int
    verdict: str

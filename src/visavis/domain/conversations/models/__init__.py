"""Tables of the conversations."""

from .around import ConversationLink, Draft, Drafted, Explained, Looking, Pass, ReadMark, Step, Tag
from .conversation import Conversation, State
from .letters import Bounce, Letter, Participant, Verdict
from .messages import Attachment, Direction, Mention, Message, MessageCorrection, Scan

__all__ = [
    "Attachment",
    "Bounce",
    "Conversation",
    "ConversationLink",
    "Direction",
    "Draft",
    "Drafted",
    "Explained",
    "Letter",
    "Looking",
    "Mention",
    "Message",
    "MessageCorrection",
    "Participant",
    "Pass",
    "ReadMark",
    "Scan",
    "State",
    "Step",
    "Tag",
    "Verdict",
]

"""Tables of the conversations."""

from .around import ConversationLink, Draft, Explained, Looking, Pass, ReadMark, Step, Tag
from .conversation import Conversation, State
from .messages import Attachment, Direction, Mention, Message, MessageCorrection

__all__ = [
    "Attachment",
    "Conversation",
    "ConversationLink",
    "Direction",
    "Draft",
    "Explained",
    "Looking",
    "Mention",
    "Message",
    "MessageCorrection",
    "Pass",
    "ReadMark",
    "State",
    "Step",
    "Tag",
]

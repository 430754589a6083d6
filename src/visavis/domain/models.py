"""The tables of every area, gathered for Django; nobody else imports this module."""

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
    ReadMark,
    Step,
    Tag,
)
from visavis.domain.deliveries.models import Delivery
from visavis.domain.dispatch.models import AnnouncedWait, Offer, PolicyVersion
from visavis.domain.files.models import FileChunk, StoredFile
from visavis.domain.intake.models import Arrival, BlockedSender, Mailbox, RateCount, SigningKey
from visavis.domain.journal.models import Cursor, Entry
from visavis.domain.people.models import (
    Adviser,
    AdviserSkill,
    Brand,
    BrandToken,
    ContractFact,
    Customer,
    CustomerMerge,
    Identity,
    Invitation,
    SelfStatement,
    Site,
    Skill,
    Team,
)
from visavis.domain.presence.models import Presence
from visavis.domain.privacy.models import Erasure
from visavis.domain.promises.models import Promise
from visavis.domain.search.models import SearchDocument

__all__ = [
    "Adviser",
    "AdviserSkill",
    "AnnouncedWait",
    "Arrival",
    "Attachment",
    "BlockedSender",
    "Bounce",
    "Brand",
    "BrandToken",
    "ContractFact",
    "Conversation",
    "ConversationLink",
    "Cursor",
    "Customer",
    "CustomerMerge",
    "Delivery",
    "Draft",
    "Entry",
    "Erasure",
    "Explained",
    "FileChunk",
    "Identity",
    "Invitation",
    "Letter",
    "Looking",
    "Mailbox",
    "Mention",
    "Message",
    "MessageCorrection",
    "Offer",
    "Participant",
    "Pass",
    "PolicyVersion",
    "Presence",
    "Promise",
    "RateCount",
    "ReadMark",
    "SearchDocument",
    "SelfStatement",
    "SigningKey",
    "Site",
    "Skill",
    "Step",
    "StoredFile",
    "Tag",
    "Team",
]

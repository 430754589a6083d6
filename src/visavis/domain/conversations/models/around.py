"""What stands around a conversation: drafts, marks, steps, tags, links and the passes of customers."""

from django.db import models

from visavis.domain.people.models import Adviser, Brand

from .conversation import Conversation
from .messages import Message


class Tag(models.Model):
    """One row is one word by which the conversations of a brand are sorted."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)

    class Meta:
        """Once per brand."""

        app_label = "domain"
        constraints = (models.UniqueConstraint(fields=["brand", "name"], name="tag_once_in_brand"),)

    def __str__(self) -> str:
        return self.name


class Explained(models.Model):
    """One row is one thing the customer already explained, not to be asked again."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="explained")
    text = models.CharField(max_length=200)
    noted_at = models.DateTimeField()

    class Meta:
        """Shown on the desk before the first word (rule 3)."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"explained in conversation {self.conversation_id}"


class Step(models.Model):
    """One row is one step of the request, as the customer sees it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="steps")
    title = models.CharField(max_length=120)
    detail = models.CharField(max_length=300, blank=True, default="")
    expected_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """Done ones come first, in order."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"step {self.rank} of conversation {self.conversation_id}"


class Drafted(models.TextChoices):
    """What is being written: a reply, a note between us, or what is sent on to somebody outside."""

    REPLY = "out"
    NOTE = "note"
    FORWARD = "fwd"


class Draft(models.Model):
    """One row is what an adviser is writing and has not sent."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, related_name="+")
    direction = models.CharField(max_length=4, choices=Drafted.choices, default=Drafted.REPLY)
    text = models.TextField()
    extras = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        """Kept on the server: a reload, another machine or a colleague loses nothing.

        `extras`: what is typed beside the words: to, cc, bcc (as typed), files (numbers of attachments). Of
        what is sent on also: subject, messages (numbers), join (numbers of the files that came with them).
        """

        app_label = "domain"
        constraints = (
            models.UniqueConstraint(fields=["conversation", "adviser", "direction"], name="draft_once"),
        )

    def __str__(self) -> str:
        return f"draft in conversation {self.conversation_id}"


class Looking(models.Model):
    """One row says who has a conversation on screen, and when they last typed."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="looking")
    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    typing_at = models.DateTimeField(null=True)

    class Meta:
        """Forgotten after a minute; never a measure."""

        app_label = "domain"
        constraints = (models.UniqueConstraint(fields=["conversation", "adviser"], name="looking_once"),)

    def __str__(self) -> str:
        return f"someone looks at conversation {self.conversation_id}"


class ReadMark(models.Model):
    """One row says up to which message an adviser has read a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="read_marks")
    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Personal: seen by the adviser alone."""

        app_label = "domain"
        constraints = (models.UniqueConstraint(fields=["conversation", "adviser"], name="read_mark_once"),)

    def __str__(self) -> str:
        return f"read mark in conversation {self.conversation_id}"


class ConversationLink(models.Model):
    """One row says that two conversations speak of the same thing."""

    first = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links_out")
    second = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links_in")

    class Meta:
        """Always stored lower number first."""

        app_label = "domain"
        constraints = (
            models.UniqueConstraint(fields=["first", "second"], name="conversation_link_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="link_lower_first"),
        )

    def __str__(self) -> str:
        return f"link {self.first_id}-{self.second_id}"


class PassKind(models.TextChoices):
    """How a customer holds a pass."""

    LINK = "link"
    COOKIE = "cookie"
    CHAT = "chat"
    TICKET = "ticket"


class Pass(models.Model):
    """One row lets its holder see one conversation: a link, a cookie, a chat session, a one-minute ticket."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, null=True, related_name="passes")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    kind = models.CharField(max_length=8, choices=PassKind.choices)
    token_sha256 = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=5, default="fr")
    given = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Only the digest is kept. `given`: name and e-mail typed before the first word.

        Revoking a link ends its children.
        """

        app_label = "domain"

    def __str__(self) -> str:
        return f"{self.kind} pass {self.pk}"

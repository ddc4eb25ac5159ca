"""What was said, by whom, where: threads, conversations, messages, their former states and files."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.kit.file_names import may_run, plain_name
from resonanz.kit.stored import DRAWABLE, MOST_ATTACHMENT_BYTES
from resonanz.model.account import Account
from resonanz.model.arrival import Arrival
from resonanz.model.base import Lockable, member_of
from resonanz.model.case import Case
from resonanz.model.person import Identity
from resonanz.model.team import Agent


class Direction(models.TextChoices):
    IN = "in", _("from the customer")
    OUT = "out", _("from us")


class VisibleTo(models.TextChoices):
    PUBLIC = "public", _("public")
    UNLISTED = "unlisted", _("public, unlisted")
    FOLLOWERS = "followers", _("followers only")
    PRIVATE = "private", _("private")


class Coverage(models.TextChoices):
    """The accounted state of an inbound message. Each has exactly one; ``open`` is the only unfinished one."""

    OPEN = "open", _("open")
    ANSWERED = "answered", _("answered")
    ANSWERED_NATIVELY = "answered_natively", _("answered on the platform")
    NO_ANSWER = "no_answer", _("needs no answer")
    SPAM = "spam", _("spam")
    ELSEWHERE = "elsewhere", _("settled elsewhere")
    HIDDEN = "hidden", _("hidden on the platform")
    WITHDRAWN = "withdrawn", _("withdrawn by the customer")
    EXPIRED = "expired", _("reply window closed")
    NOT_OURS = "not_ours", _("said by us or not to us")


class MessageState(models.TextChoices):
    UNREAD = "unread", _("not read yet")
    READ = "read", _("read")
    QUEUED = "queued", _("in a case")


class Thread(models.Model):
    """Where it happens: a post, a video, a review page, a mail subject. Many authors may speak in one."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="threads", db_index=False)
    native_id = models.CharField(max_length=300)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    author_name = models.CharField(max_length=200, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)

    objects = Lockable["Thread"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "native_id"], name="thread_once")]

    def __str__(self) -> str:
        return self.title or self.native_id


class Conversation(models.Model):
    """We and one contact in one thread. It belongs to a case as soon as somebody has to look at it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="conversations", db_index=False)
    native_id = models.CharField(max_length=300)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="conversations")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="conversations")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations")

    objects = Lockable["Conversation"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "native_id"], name="conversation_once")]


class MessageSet(Lockable["Message"]):
    def inbound(self) -> Self:
        return self.filter(direction=Direction.IN)

    def open(self) -> Self:
        return self.filter(direction=Direction.IN, coverage=Coverage.OPEN)


class Message(models.Model):
    """In or out; belongs to a conversation. Inbound ones have a coverage, outbound ones none.

    ``version`` orders the texts of the message at the platform, ``status_version`` its hiding and deletion;
    ``fresh`` is the customer's own new text where ``text`` also quotes (empty: same as text).
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="messages", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False)
    native_id = models.CharField(max_length=300)
    direction = models.CharField(max_length=3, choices=Direction)
    author = models.ForeignKey(Identity, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    agent = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages", db_index=False
    )
    parent_native_id = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    fresh = models.TextField(blank=True)
    html = models.TextField(blank=True)
    subject = models.CharField(max_length=400, blank=True)
    visibility = models.CharField(max_length=10, choices=VisibleTo, default=VisibleTo.PUBLIC)
    version = models.CharField(max_length=80)
    status_version = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8, blank=True)
    permalink = models.CharField(max_length=500, blank=True)
    references = models.JSONField(default=list)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    reply_until = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=MessageState, default=MessageState.UNREAD)
    coverage = models.CharField(max_length=20, choices=Coverage, blank=True)
    covered_at = models.DateTimeField(null=True, blank=True)
    arrival = models.ForeignKey(
        Arrival, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    objects = MessageSet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "native_id"], name="message_once"),
            member_of("state", MessageState, "message_state_known"),
            models.CheckConstraint(
                condition=models.Q(direction="in", coverage__in=Coverage.values)
                | models.Q(direction="out", coverage=""),
                name="inbound_has_one_coverage",
            ),
            models.CheckConstraint(
                condition=models.Q(coverage__in=["open", ""]) | models.Q(covered_at__isnull=False),
                name="covered_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "occurred_at"], name="message_in_order"),
            models.Index(fields=["id"], condition=models.Q(state="unread"), name="message_to_read"),
            models.Index(fields=["id"], condition=models.Q(state="read"), name="message_to_queue"),
            models.Index(fields=["received_at"], name="message_by_time"),
            models.Index(
                fields=["reply_until"], condition=models.Q(reply_until__isnull=False), name="message_window_closes"
            ),
        ]

    @property
    def own_words(self) -> str:
        return self.fresh or self.text

    @property
    def is_public(self) -> bool:
        return self.visibility != VisibleTo.PRIVATE


class FormerText(models.Model):
    """What a message said before its author edited it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="former_texts")
    version = models.CharField(max_length=80)
    text = models.TextField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["replaced_at"]
        constraints = [models.UniqueConstraint(fields=["message", "version"], name="former_text_once")]


class Attachment(models.Model):
    """A file that came with a message. ``content`` lies in the database so that one backup holds all."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    content = models.BinaryField(default=bytes)
    url = models.CharField(max_length=1000, blank=True)

    @property
    def plain_name(self) -> str:
        """The name as a person may see and save it."""
        return plain_name(self.name)

    @property
    def may_run(self) -> bool:
        """Whether opening the file may run something."""
        return may_run(self.name)

    @property
    def is_kept(self) -> bool:
        """Whether the bytes lie here; asked without reading them."""
        return bool(self.sha256) and self.size <= MOST_ATTACHMENT_BYTES

    @property
    def is_drawable(self) -> bool:
        """Whether the file calls itself a picture that can be drawn anew."""
        return self.media_type in DRAWABLE

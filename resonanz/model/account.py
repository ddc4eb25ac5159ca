"""Our connected pages, profiles and mailboxes, and how far each has been read."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.model.base import Claimable, Lockable, member_of
from resonanz.model.team import Queue


class AccountState(models.TextChoices):
    ACTIVE = "active", _("connected")
    PAUSED = "paused", _("paused")
    BROKEN = "broken", _("needs attention")


class Push(models.TextChoices):
    """Whether the platform pushes to our hook address."""

    UNKNOWN = "", _("not known")
    SUBSCRIBED = "subscribed", _("subscribed")
    MISSING = "missing", _("missing")


class Signing(models.TextChoices):
    """How replies of an account end: bound to the person who wrote them."""

    NONE = "", _("without a name")
    INITIALS = "initials", _("with initials (^AR)")
    SIGNATURE = "signature", _("with the signature")


class Account(models.Model):
    """One connected page, profile or mailbox. ``locked_secrets`` is encrypted; ``settings`` are not secret.

    ``hook_key`` is the unguessable part of this account's hook address.
    """

    channel = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    native_id = models.CharField(max_length=300, blank=True)
    settings = models.JSONField(default=dict)
    locked_secrets = models.BinaryField(default=bytes)
    state = models.CharField(max_length=10, choices=AccountState, default=AccountState.ACTIVE)
    queue = models.ForeignKey(Queue, null=True, blank=True, on_delete=models.SET_NULL, related_name="accounts")
    hook_key = models.CharField(max_length=48, unique=True)
    languages = models.JSONField(default=list, blank=True)
    limits = models.JSONField(default=dict, blank=True)
    health_said = models.TextField(blank=True)
    health_at = models.DateTimeField(null=True, blank=True)
    push = models.CharField(max_length=10, choices=Push, blank=True)
    push_at = models.DateTimeField(null=True, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)
    signing = models.CharField(max_length=10, choices=Signing, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)

    objects = Lockable["Account"].as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            member_of("state", AccountState, "account_state_known"),
            member_of("push", Push, "account_push_known"),
        ]

    def __str__(self) -> str:
        return self.name


class CursorEnd(models.TextChoices):
    """How a stream that has an end came to it."""

    NONE = "", _("goes on")
    FINISHED = "finished", _("finished")
    STOPPED = "stopped", _("halted")
    FAILED = "failed", _("failed")


class Cursor(models.Model):
    """How far one stream of an account has been read; a row that the collecting loop claims. Only the stream "past"
    has an end: it goes back to ``since`` and counts the arrivals that it ``brought``.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="cursors", db_index=False)
    stream = models.CharField(max_length=40, default="news")
    value = models.TextField(blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    said = models.TextField(blank=True)
    ok_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    brought = models.PositiveIntegerField(default=0, db_default=0)
    ended = models.CharField(max_length=10, choices=CursorEnd, blank=True, default="", db_default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = Claimable["Cursor"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "stream"], name="one_cursor_per_stream"),
            member_of("ended", CursorEnd, "cursor_end_known"),
        ]


class Budget(models.Model):
    """How many sends an account has left in the running window of ``seconds``; counted in the database, so that many
    workers share it.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="budgets", db_index=False)
    bucket = models.CharField(max_length=40, default="send")
    seconds = models.PositiveIntegerField(default=60)
    most = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now)
    held_until = models.DateTimeField(null=True, blank=True)

    objects = Lockable["Budget"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "bucket"], name="one_budget_per_bucket")]

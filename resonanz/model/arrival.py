"""What came, as it came, and what became of it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.model.account import Account
from resonanz.model.base import Claimable, Lockable, member_of
from resonanz.model.team import Agent


class ArrivalState(models.TextChoices):
    """``new`` waits for settling; ``envelope`` was taken apart into other arrivals; all others are accounted ends."""

    NEW = "new", _("not settled yet")
    ENVELOPE = "envelope", _("taken apart")
    MESSAGE = "message", _("became a message")
    UPDATE = "update", _("changed a message")
    STALE = "stale", _("older than what we have")
    FILTERED = "filtered", _("set aside by a filter")
    UNSUPPORTED = "unsupported", _("known, not used")
    UNREADABLE = "unreadable", _("cannot be read")


class Arrival(models.Model):
    """One raw arrival; unique per account and external id, so a repeat is none. ``is_hook``: the whole body of an
    envelope that could not be opened, or held nothing.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="arrivals", db_index=False)
    external_id = models.CharField(max_length=300)
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    is_hook = models.BooleanField(default=False)
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=ArrivalState, default=ArrivalState.NEW)
    why = models.CharField(max_length=400, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = Claimable["Arrival"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="arrival_once"),
            member_of("state", ArrivalState, "arrival_state_known"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(state="new"), name="arrival_to_settle"),
            models.Index(fields=["received_at"], name="arrival_by_time"),
        ]


class Envelope(models.Model):
    """A hook body as it came, until it is opened: it may hold many arrivals. ``key`` is the hash of account and body,
    so a repeat is none. Few columns and no further index: platforms wait while it is written.
    """

    key = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField(default=timezone.now)

    objects = Lockable["Envelope"].as_manager()


class ImportState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("stopped")


class FileImport(models.Model):
    """One imported file and how far it is. ``path`` lies in the home folder; ``done`` counts lines read."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="imports")
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=500)
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.WAITING)
    lines = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    said = models.TextField(blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects = Claimable["FileImport"].as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [member_of("state", ImportState, "import_state_known")]


class BadLine(models.Model):
    """A line of an imported file that could not be used, kept with the reason."""

    file = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="bad_lines")
    number = models.PositiveIntegerField()
    why = models.CharField(max_length=400)
    raw = models.TextField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="bad_line_once")]

"""The unit of work: one matter of one contact."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models.lookups import Exact, In, IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.model.base import Apart, Lockable, literal, member_of
from resonanz.model.person import Contact
from resonanz.model.team import Agent, Queue


class CaseState(models.TextChoices):
    OPEN = "open", _("open")
    SNOOZED = "snoozed", _("later")
    CLOSED = "closed", _("closed")


class CloseReason(models.TextChoices):
    ANSWERED = "answered", _("answered")
    NO_ANSWER = "no_answer", _("needs no answer")
    SPAM = "spam", _("spam")
    ELSEWHERE = "elsewhere", _("settled elsewhere")
    WITHDRAWN = "withdrawn", _("withdrawn by the customer")


def visible_to(agent: Agent, case: str = "") -> models.Q:
    """The cases in queues that this agent sees, and those assigned to them; ``case``: the way to the case from another
    table ("case__").
    """
    if agent.sees_all:
        return models.Q(**{f"{case}queue__isnull": False})
    queues = Queue.objects.visible_to(agent).values("pk")
    return models.Q(In(Apart(f"{case}queue_id"), queues.query)) | models.Q(Exact(Apart(f"{case}assignee_id"), agent.pk))


class CaseSet(Lockable["Case"]):
    def open(self) -> Self:
        return self.filter(state=literal(CaseState.OPEN))

    def later(self) -> Self:
        return self.filter(state=literal(CaseState.SNOOZED))

    def closed(self) -> Self:
        return self.filter(state=literal(CaseState.CLOSED))

    def visible_to(self, agent: Agent) -> Self:
        """Cases in the queues that this agent sees, and those assigned to them."""
        return self.filter(visible_to(agent))

    def words_changed(self) -> None:
        """Have these indexed anew. Call it last: a row that is saved whole afterwards would take it back."""
        self.update(text_due=True)

    def to_wake(self, now: datetime) -> Self:
        return self.filter(state=literal(CaseState.SNOOZED), snoozed_until__lte=now)


class Case(models.Model):
    """One matter of one contact. ``waiting_since``: the oldest word of the customer that is not accounted yet.
    ``due_at``: until when a person has promised something (``due_reason``); it has nothing to do with being put off.
    ``emptied_at``: when its words were removed because they had been kept long enough.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="cases")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=8, choices=CaseState, default=CaseState.OPEN)
    title = models.CharField(max_length=200, blank=True)
    assignee = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases")
    assigned_at = models.DateTimeField(null=True, blank=True)
    urgency = models.PositiveSmallIntegerField(default=0)
    needs_answer = models.BooleanField(default=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    close_reason = models.CharField(max_length=12, choices=CloseReason, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    due_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    opened_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    emptied_at = models.DateTimeField(null=True, blank=True)
    text_due = models.BooleanField(default=True, db_default=True)  # its words are not in the full text index yet

    objects = CaseSet.as_manager()

    class Meta:
        constraints = [
            member_of("state", CaseState, "case_state_known"),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False) | ~models.Q(state="closed"),
                name="case_closed_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="snoozed", snoozed_until__isnull=False) | ~models.Q(state="snoozed"),
                name="case_snoozed_has_time",
            ),
        ]
        indexes = [
            models.Index(
                IsNull(models.F("waiting_since"), True),
                models.F("urgency").desc(),
                "waiting_since",
                "id",
                condition=models.Q(state="open"),
                name="case_by_harm",
            ),
            models.Index(
                fields=["queue", "assignee", "waiting_since"], condition=models.Q(state="open"), name="case_open"
            ),
            models.Index(fields=["closed_at", "id"], condition=models.Q(state="closed"), name="case_closed"),
            models.Index(fields=["snoozed_until"], condition=models.Q(state="snoozed"), name="case_to_wake"),
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="case_due"),
            models.Index(fields=["id"], condition=models.Q(text_due=True), name="case_text_due"),
        ]

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"

    @property
    def is_closed(self) -> bool:
        return self.state == CaseState.CLOSED


class Note(models.Model):
    """A word among colleagues; never leaves the house."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(Agent, on_delete=models.PROTECT)
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    mentioned = models.ManyToManyField(Agent, related_name="+", blank=True)

    class Meta:
        ordering = ["at"]


class Presence(models.Model):
    """Who has a case before them right now, reading or writing; stale after half a minute."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="presences")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE)
    is_writing = models.BooleanField(default=False)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "agent"], name="presence_once")]

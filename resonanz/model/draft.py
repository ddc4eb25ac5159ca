"""Text for one person, and the decision of a named person that exactly this text may leave."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.model.base import Lockable, literal, member_of
from resonanz.model.block import BlockVersion
from resonanz.model.case import Case, visible_to
from resonanz.model.message import Conversation, Message, VisibleTo
from resonanz.model.team import Agent


class DraftState(models.TextChoices):
    WRITING = "writing", _("being written")
    WAITING = "waiting", _("waits for release")
    REJECTED = "rejected", _("sent back")
    RELEASED = "released", _("released")
    DROPPED = "dropped", _("dropped")


class DraftSet(Lockable["Draft"]):
    def alive(self) -> Self:
        return self.filter(state__in=[DraftState.WRITING, DraftState.WAITING, DraftState.REJECTED])

    def waiting(self) -> Self:
        return self.filter(state=literal(DraftState.WAITING))

    def visible_to(self, agent: Agent) -> Self:
        """Drafts in cases that this agent sees."""
        return self.filter(visible_to(agent, "case__"))


class Draft(models.Model):
    """One reply in the making, shared by the team. ``revision`` grows with each change; who saves an older one gets a
    Conflict. ``target`` is the customer's message that it answers; ``form``: in which its text blocks stand, where a
    person chose it ("de.du"); ``handed_in``: the text as its writer submitted it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    target = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="drafts")
    text = models.TextField(blank=True)
    subject = models.CharField(max_length=400, blank=True)
    visibility = models.CharField(max_length=10, choices=VisibleTo, default=VisibleTo.PUBLIC)
    blocks = models.ManyToManyField(BlockVersion, related_name="drafts", blank=True)
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.WRITING)
    revision = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="drafts")
    changed_at = models.DateTimeField(default=timezone.now)
    closes_case = models.BooleanField(default=False)
    form = models.CharField(max_length=8, blank=True, default="", db_default="")
    handed_in = models.TextField(blank=True, default="", db_default="")

    objects = DraftSet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target"],
                condition=models.Q(state__in=["writing", "waiting", "rejected"]),
                name="one_live_draft_per_target",
            ),
            member_of("state", DraftState, "draft_state_known"),
        ]
        indexes = [models.Index(fields=["id"], condition=models.Q(state="waiting"), name="draft_waiting")]


class Alternative(models.Model):
    """Another wording of a draft, set aside while this one is tried."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="alternatives")
    text = models.TextField()
    blocks = models.ManyToManyField(BlockVersion, related_name="+", blank=True)
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)


class Decision(models.TextChoices):
    RELEASED = "released", _("released")
    REJECTED = "rejected", _("sent back")


class Approval(models.Model):
    """A named person's decision, bound to the hash of exactly what would leave."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="approvals")
    content_hash = models.CharField(max_length=64)
    decision = models.CharField(max_length=10, choices=Decision)
    by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="approvals")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["draft"], condition=models.Q(decision="released"), name="released_once"),
            member_of("decision", Decision, "decision_known"),
        ]

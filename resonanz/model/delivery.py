"""What must leave, each try, and the proof."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.model.account import Account
from resonanz.model.base import Claimable, member_of
from resonanz.model.case import visible_to
from resonanz.model.draft import Approval
from resonanz.model.message import Conversation, Message
from resonanz.model.team import Agent


class DeliveryState(models.TextChoices):
    """waiting -> sending -> sent -> confirmed, or refused / withdrawn / unsure."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    UNSURE = "unsure", _("uncertain")


class DeliverySet(Claimable["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(state=DeliveryState.WAITING)

    def visible_to(self, agent: Agent) -> Self:
        """Replies in cases that this agent sees."""
        return self.filter(visible_to(agent, "conversation__case__"))

    def problems(self) -> Self:
        return self.filter(state__in=[DeliveryState.REFUSED, DeliveryState.UNSURE], resolved_at__isnull=True)


class Delivery(models.Model):
    """One released reply on its way. ``content`` is the whole Outgoing as JSON, ``content_hash`` what was approved.

    One delivery an approval, and the same words to one target once (unless refused or withdrawn): that is what the
    constraints hold. Other words to the same target are another delivery; within a conversation they leave one after
    the other, which ``outbox/deliver.py`` sees to.
    ``due_at`` holds the undo seconds and every back-off.
    """

    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="delivery")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="deliveries")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="deliveries")
    target = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    key = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    said = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    message = models.OneToOneField(Message, null=True, blank=True, on_delete=models.PROTECT, related_name="delivery")
    resolved_by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = DeliverySet.as_manager()

    class Meta:
        constraints = [
            member_of("state", DeliveryState, "delivery_state_known"),
            models.UniqueConstraint(
                fields=["target", "content_hash"],
                condition=~models.Q(state__in=["refused", "withdrawn"]),
                name="same_reply_once",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(state="waiting"), name="delivery_to_send"),
            models.Index(fields=["state"], name="delivery_by_state"),
        ]


class Outcome(models.TextChoices):
    STARTED = "started", _("started")
    SENT = "sent", _("sent")
    REFUSED = "refused", _("not accepted")
    LATER = "later", _("to be tried again")
    UNSURE = "unsure", _("uncertain")
    NOT_SENT = "not_sent", _("found not to have been sent")


class Attempt(models.Model):
    """One try, written before the first byte leaves. While one try is started, sent or unsure there is no other."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.STARTED)
    said = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once"),
            models.UniqueConstraint(
                fields=["delivery"],
                condition=models.Q(outcome__in=["started", "sent", "unsure"]),
                name="never_two_sendings",
            ),
            member_of("outcome", Outcome, "outcome_known"),
        ]


class Receipt(models.Model):
    """The proof that it left: the platform's own id."""

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="receipt")
    native_id = models.CharField(max_length=300)
    permalink = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField()
    moderated = models.BooleanField(default=False)
    found = models.BooleanField(default=False)

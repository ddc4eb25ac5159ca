"""What the readers found in a message; a person can overrule it."""

from django.db import models
from django.utils import timezone

from resonanz.model.base import Lockable
from resonanz.model.message import Message
from resonanz.model.person import AddressForm
from resonanz.model.team import Agent


class Reading(models.Model):
    """One row per message. ``found`` maps reader -> {"value", "certainty" (0..1), "because": [words]} as read;
    the columns are what holds now (read, or overruled by a person: ``overruled`` names those fields).
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="reading")
    language = models.CharField(max_length=8, blank=True)
    address_form = models.CharField(max_length=3, choices=AddressForm, blank=True)
    needs_answer = models.BooleanField(default=True)
    urgency = models.PositiveSmallIntegerField(default=0)
    is_safety = models.BooleanField(default=False)
    is_spam = models.BooleanField(default=False)
    has_personal_data = models.BooleanField(default=False)
    found = models.JSONField(default=dict)
    readers = models.CharField(max_length=40)
    overruled = models.JSONField(default=dict, blank=True)
    overruled_by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    overruled_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(default=timezone.now)

    objects = Lockable["Reading"].as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(urgency__lte=3), name="urgency_0_to_3")]

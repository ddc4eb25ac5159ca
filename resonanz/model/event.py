"""Who did what when. The journal writes these rows; nobody changes them."""

from django.db import models
from django.utils import timezone

from resonanz.model.case import Case
from resonanz.model.team import Agent


class Event(models.Model):
    """One act. ``by`` is empty where the house itself acted. ``told`` holds small named values, never message texts."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(max_length=60, db_index=True)
    by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    subject = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    told = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]

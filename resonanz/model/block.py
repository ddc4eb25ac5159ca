"""Governed wording: text blocks and their versions. A published version never changes."""

from datetime import date
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.model.base import Lockable, member_of
from resonanz.model.team import Agent


class BlockState(models.TextChoices):
    DRAFT = "draft", _("in work")
    SUBMITTED = "submitted", _("waiting for approval")
    PUBLISHED = "published", _("approved")
    REJECTED = "rejected", _("sent back")
    RETIRED = "retired", _("retired")


class TextBlock(models.Model):
    """One thing that we say, under one name. Its wordings are versions; at most one is published."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    folder = models.CharField(max_length=80, blank=True)
    owner = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="blocks")
    created_at = models.DateTimeField(default=timezone.now)

    objects = Lockable["TextBlock"].as_manager()

    class Meta:
        ordering = ["folder", "name"]

    def __str__(self) -> str:
        return self.name


class VersionSet(Lockable["BlockVersion"]):
    def usable(self, on: date) -> Self:
        """Published and within their dates on the day ``on``."""
        return self.filter(
            models.Q(valid_from__isnull=True) | models.Q(valid_from__lte=on),
            models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=on),
            state=BlockState.PUBLISHED,
        )


class BlockVersion(models.Model):
    """One wording. ``forms`` maps a form ("de.du", "de.sie", "en") to its text with placeholders."""

    block = models.ForeignKey(TextBlock, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    forms = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=BlockState, default=BlockState.DRAFT)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    written_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)

    objects = VersionSet.as_manager()

    class Meta:
        ordering = ["block", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["block", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["block"], condition=models.Q(state="published"), name="one_published_version"
            ),
            member_of("state", BlockState, "version_state_known"),
        ]

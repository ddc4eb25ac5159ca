"""Browsers in which people are told of notices though no page of the house is open there."""

from typing import Self

from django.db import models
from django.utils import timezone

from resonanz.model.base import Claimable
from resonanz.model.team import Agent


class BrowserSet(Claimable["Browser"]):
    def reached(self) -> Self:
        """Those that were not given up."""
        return self.filter(off_at__isnull=True)


class Browser(models.Model):
    """One browser of one person. ``mark``: SHA-256 of its address at the push service, which is itself locked with its
    keys; ``told``: number of the newest notice that was begun to be pushed; ``said``: why the last push failed;
    ``off_at``: when it was given up.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="browsers")
    name = models.CharField(max_length=80)
    mark = models.CharField(max_length=64, unique=True)
    locked = models.BinaryField()
    since = models.DateTimeField(default=timezone.now)
    told = models.BigIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(max_length=400, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True)
    off_at = models.DateTimeField(null=True, blank=True)

    objects = BrowserSet.as_manager()


class PushKey(models.Model):
    """The key with which this installation signs what it pushes; one row, made when it is first needed."""

    locked = models.BinaryField()
    public = models.CharField(max_length=100)

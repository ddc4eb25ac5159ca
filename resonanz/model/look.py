"""Looks at the list that are kept under a name, and acts on many cases at once."""

from django.db import models
from django.utils import timezone

from resonanz.model.base import Lockable
from resonanz.model.team import Agent, Queue, Team


class SavedView(models.Model):
    """A look at the list under a name: one person's (``agent``) or a whole team's (``team``)."""

    name = models.CharField(max_length=60)
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="views")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="views")
    queue = models.ForeignKey(Queue, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    view = models.CharField(max_length=12)
    search = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = Lockable["SavedView"].as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agent__isnull=False, team__isnull=True)
                | models.Q(agent__isnull=True, team__isnull=False),
                name="view_is_a_person_s_or_a_team_s",
            ),
            models.UniqueConstraint(fields=["agent", "name"], name="view_once_a_person"),
            models.UniqueConstraint(fields=["team", "name"], name="view_once_a_team"),
        ]

    def __str__(self) -> str:
        return self.name


class BulkAct(models.Model):
    """One act on many cases. ``done``: of each case its number, how it stood before and after; ``failed``: its number,
    why not (a message id), and the values in that sentence.
    """

    by = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    act = models.CharField(max_length=12)
    what = models.CharField(max_length=80, blank=True)
    done = models.JSONField(default=list)
    failed = models.JSONField(default=list)
    unchanged = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = Lockable["BulkAct"].as_manager()

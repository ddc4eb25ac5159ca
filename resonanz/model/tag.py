"""Words that people put on cases to find them again."""

from django.db import models
from django.utils import timezone

from resonanz.model.base import Lockable
from resonanz.model.case import Case
from resonanz.model.team import Agent


class Tag(models.Model):
    """A word that the whole house shares. ``folded``: its name without regard to case ("Strom" and "STROM" are one)."""

    name = models.CharField(max_length=40)
    folded = models.CharField(max_length=120, unique=True)

    objects = Lockable["Tag"].as_manager()

    def __str__(self) -> str:
        return self.name


class CaseTag(models.Model):
    """A tag on a case, and who put it there."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tags", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="cases")
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "tag"], name="tag_once_per_case")]

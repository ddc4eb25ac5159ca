"""What ties a case to others."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.model.base import member_of
from resonanz.model.case import Case
from resonanz.model.team import Agent


class LinkKind(models.TextChoices):
    """What ``first`` is to ``second``."""

    SAME = "same", _("same matter as")
    FOLLOWS = "follows", _("follows from")
    DUPLICATE = "duplicate", _("duplicate of")


class CaseLink(models.Model):
    """Two cases that belong together, once a pair: ``first`` is the one of which ``kind`` is said."""

    first = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_from", db_index=False)
    second = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_to")
    kind = models.CharField(max_length=10, choices=LinkKind)
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="link_once"),
            models.CheckConstraint(condition=~models.Q(first=models.F("second")), name="link_to_another"),
            member_of("kind", LinkKind, "link_kind_known"),
        ]

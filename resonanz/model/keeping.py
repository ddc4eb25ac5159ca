"""How long words are kept."""

from django.db import models

from resonanz.model.base import Lockable


class Keeping(models.Model):
    """The rule of the house, one row. ``words_days``: how long after closing a case keeps its words; none: for ever.
    ``raw_until`` and ``loose_until``: up to when arrivals, and words that never belonged to a case, have been emptied.
    """

    words_days = models.PositiveIntegerField(null=True, blank=True)
    raw_until = models.DateTimeField(null=True, blank=True)
    loose_until = models.DateTimeField(null=True, blank=True)

    objects = Lockable["Keeping"].as_manager()

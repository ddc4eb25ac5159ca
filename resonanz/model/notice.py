"""What people are told: notices in the page, by mail where they wish it, and reminders to look at a case again."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.model.base import Claimable, Lockable, member_of
from resonanz.model.case import Case
from resonanz.model.team import Agent


class NoticeKind(models.TextChoices):
    MENTIONED = "mentioned", _("Somebody mentions me in a note")
    ASSIGNED = "assigned", _("Somebody gives me a case")
    SENT_BACK = "sent_back", _("A draft of mine is sent back")
    RELEASED = "released", _("A draft of mine is released")
    FOLLOW_UP = "follow_up", _("The time of a reminder has come")
    WROTE_AGAIN = "wrote_again", _("The customer of a case of mine writes again")


class Way(models.TextChoices):
    PAGE = "page", _("in the page")
    PUSH = "push", _("in the page and in my browsers")
    MAIL = "mail", _("in the page and by e-mail")
    NONE = "none", _("not at all")


class Every(models.TextChoices):
    HOUR = "hour", _("every hour")
    DAY = "day", _("every morning")


class NoticeSet(Lockable["Notice"]):
    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One thing that one person is told. ``mailing_at``: a mail with it was begun; ``mailed_at``: that mail was taken.
    Where only the first is set, nobody knows, and it is not mailed again.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=12, choices=NoticeKind)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    text = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailing_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeSet.as_manager()

    class Meta:
        constraints = [member_of("kind", NoticeKind, "notice_kind_known")]
        indexes = [
            models.Index(fields=["agent", "-at"], name="notice_by_person"),
            models.Index(fields=["agent", "case"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
        ]


class NoticeWish(models.Model):
    """How a person wants to be told of one kind of thing; who has no wish is told in the page."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="notice_wishes", db_index=False)
    kind = models.CharField(max_length=12, choices=NoticeKind)
    way = models.CharField(max_length=4, choices=Way)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "kind"], name="wish_once"),
            member_of("way", Way, "wish_way_known"),
        ]


class Digest(models.Model):
    """The mail with somebody's unread notices, and when it is due next. ``said``: why it could not be sent."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="digest")
    every = models.CharField(max_length=4, choices=Every, default=Every.HOUR)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(max_length=400, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = Claimable["Digest"].as_manager()

    class Meta:
        constraints = [member_of("every", Every, "digest_every_known")]


class FollowUpSet(Lockable["FollowUp"]):
    def open(self) -> Self:
        """Those that nobody has ticked off yet, whether their time has come or not."""
        return self.filter(done_at__isnull=True)


class FollowUp(models.Model):
    """A reminder ("look again on Monday") for one person. ``told_at``: when its time came and the person was told;
    ``done_at``: when somebody ticked it off. ``reopens``: a closed case is open again then.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="follow_ups")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="follow_ups")
    text = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()
    reopens = models.BooleanField(default=False)
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = FollowUpSet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(told_at__isnull=True, done_at__isnull=True), name="follow_up_due"
            ),
        ]

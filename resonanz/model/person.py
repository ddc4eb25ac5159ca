"""The people who write to us: contacts, and their names on each channel."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.model.base import Lockable, member_of
from resonanz.model.team import Agent


class AddressForm(models.TextChoices):
    UNKNOWN = "", _("unknown")
    DU = "du", "du"
    SIE = "sie", "Sie"


class Contact(models.Model):
    """A person, with one or more identities. ``address_form`` and ``language`` are what a person set, else empty.
    ``merged_into``: a colleague found that this is the same person; all that was theirs stands there now.
    """

    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, blank=True)
    address_form = models.CharField(max_length=3, choices=AddressForm, blank=True)
    note = models.TextField(blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = Lockable["Contact"].as_manager()

    class Meta:
        constraints = [member_of("address_form", AddressForm, "contact_address_form_known")]
        indexes = [
            models.Index(Lower("name"), name="contact_by_name"),
            models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="contact_merged"),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class Identity(models.Model):
    """A name on one channel. ``scope`` is the account's id where the channel gives other ids to each of our pages."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="identities")
    channel = models.CharField(max_length=40)
    scope = models.CharField(max_length=20, blank=True)
    native_id = models.CharField(max_length=300)
    name = models.CharField(max_length=200, blank=True)
    handle = models.CharField(max_length=200, blank=True)
    avatar_url = models.CharField(max_length=500, blank=True)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = Lockable["Identity"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "scope", "native_id"], name="identity_once")]
        indexes = [models.Index(Lower("handle"), name="identity_by_handle")]

    def __str__(self) -> str:
        return self.name or self.handle or self.native_id


class ContactNote(models.Model):
    """A word among colleagues about a person, whatever the case; never leaves the house."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(Agent, on_delete=models.PROTECT)
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]


class Purpose(models.TextChoices):
    ELSEWHERE = "elsewhere", _("be written to on other channels")
    LINK = "link", _("have their profiles tied to their customer number")
    QUOTE = "quote", _("be quoted in public")


class Consent(models.Model):
    """What a person agreed to, how and when; ended, it stays as what once held."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose)
    how = models.CharField(max_length=300)
    given_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = Lockable["Consent"].as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [member_of("purpose", Purpose, "purpose_known")]


class Merge(models.Model):
    """Two contacts found to be one person, with everything that is needed to part them again as they were.

    ``moved``: by table the ids of what was ``gone``'s. ``before``/``after``: those columns of ``kept`` that the merge
    may have filled.
    """

    kept = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    moved = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = Lockable["Merge"].as_manager()

    class Meta:
        ordering = ["pk"]


class TwoPeople(models.Model):
    """A colleague said that these two are not one person; it is not suggested again. ``one`` has the lower id."""

    one = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="two_people_once")]

"""The people who write to us: contacts, and their names on each channel."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.model.base import Lockable, member_of


class AddressForm(models.TextChoices):
    UNKNOWN = "", _("unknown")
    DU = "du", "du"
    SIE = "sie", "Sie"


class Contact(models.Model):
    """A person, with one or more identities. ``address_form`` and ``language`` are what a person set, else empty."""

    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, blank=True)
    address_form = models.CharField(max_length=3, choices=AddressForm, blank=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = Lockable["Contact"].as_manager()

    class Meta:
        constraints = [member_of("address_form", AddressForm, "contact_address_form_known")]

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

    def __str__(self) -> str:
        return self.name or self.handle or self.native_id

"""What colleagues know of a person: how they want to be addressed, notes, and what they agreed to."""

from django.db.transaction import atomic

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.kit.text import clean
from resonanz.model.models import AddressForm, Agent, Case, Consent, Contact, ContactNote, Purpose
from resonanz.people.permit import permit

LANGUAGES = frozenset({"", "de", "en"})
MOST_NAME, MOST_NOTE, MOST_HOW = 200, 20_000, 300


def change_contact(contact: Contact, *, name: str, language: str, address_form: str, by: Agent) -> Contact:
    """How this person is called and addressed; it holds before everything that was read."""
    permit(contact, by)
    name = " ".join(clean(name).split())[:MOST_NAME]
    if not name:
        raise Refused("Give it a name.")
    if language not in LANGUAGES or address_form not in AddressForm.values:
        raise Refused("There is no such choice.")
    with atomic():
        contact = Contact.objects.locked(contact)
        if (contact.name, contact.language, contact.address_form) == (name, language, address_form):
            return contact
        contact.name, contact.language, contact.address_form = name, language, address_form
        contact.save(update_fields=["name", "language", "address_form"])
        Case.objects.filter(contact=contact).words_changed()
        record("contact.changed", contact, by=by)
    return contact


def note_contact(contact: Contact, *, text: str, by: Agent) -> ContactNote:
    """Keep a word about this person; it never leaves the house."""
    permit(contact, by)
    text = clean(text).strip()
    if not text:
        raise Refused("Write something first.")
    if len(text) > MOST_NOTE:
        raise Refused("A note has at most {most} characters.", most=MOST_NOTE)
    with atomic():
        note = ContactNote.objects.create(contact=contact, by=by, text=text, at=clock.now())
        record("contact.noted", contact, by=by)
    return note


def give_consent(contact: Contact, *, purpose: str, how: str, by: Agent) -> Consent:
    """Write down what this person agreed to, and how they said so; what holds already is not written twice."""
    permit(contact, by)
    how = " ".join(clean(how).split())[:MOST_HOW]
    if purpose not in Purpose.values:
        raise Refused("There is no such choice.")
    if not how:
        raise Refused("Say how the person agreed: where, when, in which words.")
    with atomic():
        Contact.objects.locked(contact)
        held = contact.consents.filter(purpose=purpose, ended_at=None).first()
        if held is not None:
            return held
        consent = Consent.objects.create(contact=contact, purpose=purpose, how=how, given_at=clock.now(), by=by)
        record("contact.consented", contact, by=by, purpose=purpose)
    return consent


def end_consent(consent: Consent, *, by: Agent) -> Consent:
    """The person took it back; that it once held stays."""
    permit(consent.contact, by)
    with atomic():
        consent = Consent.objects.locked(consent)
        if consent.ended_at is None:
            consent.ended_at, consent.ended_by = clock.now(), by
            consent.save(update_fields=["ended_at", "ended_by"])
            record("contact.consent_ended", consent.contact, by=by, purpose=consent.purpose)
    return consent

"""For whom a text is made: language and form of address as the writer uses them, and what placeholders may know."""

from django.conf import settings
from django.utils import formats, timezone

from resonanz.compose.checks.finding import Hearer
from resonanz.compose.render import Person, Scene
from resonanz.kit import clock
from resonanz.kit.text import Untrusted
from resonanz.model.models import AddressForm, Agent, Case, Draft, Message, Reading

FALLBACK_LANGUAGE = "en"
SURE = 0.75


def form_for(target: Message) -> str:
    """Gives "de.du", "de.sie" or "en": as a person set it for the contact, else as this message speaks; public German
    without a form is du, private German Sie.
    """
    contact = target.author.contact if target.author else None
    reading: Reading | None = getattr(target, "reading", None)  # one look a message, or none where it came along
    language = (
        (contact.language if contact else "") or (reading.language if reading else "") or settings.CONFIG.language
    )
    if language != "de":
        return FALLBACK_LANGUAGE
    told = (contact.address_form if contact else "") or (reading.address_form if reading else "")
    if told:
        return f"de.{told}"
    return f"de.{AddressForm.DU if target.is_public else AddressForm.SIE}"


def form_of(draft: Draft | None, target: Message) -> str:
    """The form that a person chose for this draft, else the one that fits the customer."""
    return (draft.form if draft else "") or form_for(target)


def hearer_of(target: Message) -> Hearer:
    """What is known for certain of how this customer speaks: set by a person, or read without much doubt."""
    contact = target.author.contact if target.author else None
    reading: Reading | None = getattr(target, "reading", None)
    language = (contact.language if contact else "") or _sure(reading, "language")
    form = (contact.address_form if contact else "") or _sure(reading, "address_form")
    return Hearer(language, form if language in {"de", ""} else "")


def _sure(reading: Reading | None, field: str) -> str:
    """The value of a reading that a person said, or of which its reader was sure enough."""
    if reading is None:
        return ""
    found = reading.found.get(field) or {}
    is_sure = field in reading.overruled or float(found.get("certainty") or 0) >= SURE
    return str(getattr(reading, field)) if is_sure else ""


def scene_for(target: Message, *, case: Case, by: Agent, form: str = "") -> Scene:
    """Everything that placeholders draw on for an answer to this message, in the form that was chosen for it, else in
    the one that fits the customer.
    """
    author, form = target.author, form or form_for(target)
    language = form.split(".")[0]
    today = timezone.localtime(clock.now()).date()
    return Scene(
        customer=Person(
            Untrusted((author.contact.name or author.name) if author else ""),
            Untrusted(author.handle if author else ""),
        ),
        agent_name=by.name,
        agent_initials=by.sign,
        company=settings.CONFIG.company or target.account.name,
        thread_title=Untrusted(target.conversation.thread.title),
        case_number=str(case.pk),
        today=today.strftime("%d.%m.%Y") if language == "de" else formats.date_format(today, "j F Y"),
        form=form,
    )

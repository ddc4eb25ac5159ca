"""A person knows better: what they say holds, and is kept beside what the readers said."""

from django.db.transaction import atomic

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, NotFound, Refused
from resonanz.model.models import AddressForm, Agent, Case, May, Message, Reading

_URGENCIES = {"0": 0, "1": 1, "2": 2, "3": 3}
_TRUTHS = {"yes": True, "no": False, "true": True, "false": False}
_READERS = {"is_spam": "spam", "has_personal_data": "personal_data"}  # columns that the readers call otherwise
FIELDS = ("language", "address_form", "needs_answer", "urgency", "is_spam", "has_personal_data")


def overrule_reading(reading: Reading, *, field: str, value: str, by: Agent) -> Reading:
    """Set one field of a reading by hand. ``value`` as a form sends it ("yes", "2", "du", "en")."""
    case = _permitted(reading, by)
    with atomic():
        reading = Reading.objects.locked(reading)
        before = getattr(reading, field) if field in FIELDS else None
        new = _value(field, value)
        setattr(reading, field, new)
        if field == "urgency":
            reading.is_safety = new == max(_URGENCIES.values())
        reading.overruled = {**reading.overruled, field: new}
        reading.overruled_by, reading.overruled_at = by, clock.now()
        reading.save()
        if case is not None and field in {"urgency", "needs_answer", "is_spam"}:
            _weigh(case)
        record("reading.overruled", reading.message.conversation, by=by, field=field, before=before, after=new)
    return reading


def take_overrule_back(reading: Reading, *, field: str, by: Agent) -> Reading:
    """Let hold again what the readers said of one field; what nobody overruled is left as it is."""
    case = _permitted(reading, by)
    with atomic():
        reading = Reading.objects.locked(reading)
        if field not in reading.overruled:
            return reading
        said = reading.found.get(_READERS.get(field, field))
        if said is None:
            raise Refused("The readers said nothing of it.")
        before, after = getattr(reading, field), bool(said["value"]) if field in _READERS else said["value"]
        setattr(reading, field, after)
        if field == "urgency":
            reading.is_safety = after == max(_URGENCIES.values())
        reading.overruled = {name: value for name, value in reading.overruled.items() if name != field}
        if not reading.overruled:
            reading.overruled_by = reading.overruled_at = None
        reading.save()
        if case is not None and field in {"urgency", "needs_answer", "is_spam"}:
            _weigh(case)
        record("reading.taken_back", reading.message.conversation, by=by, field=field, before=before, after=after)
    return reading


def _permitted(reading: Reading, by: Agent) -> Case | None:
    """The case of a reading, if it has one. Raises NotFound where it may not be seen, NotAllowed."""
    case = reading.message.conversation.case
    if case is not None and not Case.objects.visible_to(by).filter(pk=case.pk).exists():
        raise NotFound
    if not by.may(May.WORK_CASES):
        raise NotAllowed
    return case


def _weigh(case: Case) -> None:
    """A case is as urgent as the most urgent of its open messages (where all are settled: of all its messages)."""
    case = Case.objects.locked(case)
    messages = Message.objects.inbound().filter(conversation__case=case, reading__isnull=False)
    weighed = messages.open() if messages.open().exists() else messages
    found = list(weighed.values_list("reading__urgency", "reading__needs_answer", "reading__is_spam"))
    case.urgency = max(urgency for urgency, _needs, _spam in found)
    case.needs_answer = any(needs and not spam for _urgency, needs, spam in found)
    case.save(update_fields=["urgency", "needs_answer"])


def _value(field: str, value: str) -> object:
    if field == "urgency" and value in _URGENCIES:
        return _URGENCIES[value]
    if field in {"needs_answer", "is_spam", "has_personal_data"} and value.lower() in _TRUTHS:
        return _TRUTHS[value.lower()]
    if field == "address_form" and value in AddressForm.values:
        return value
    if field == "language" and value.isalpha() and len(value) in {2, 3}:
        return value.lower()
    raise Refused("{value} is not possible for {field}.", value=value, field=field)

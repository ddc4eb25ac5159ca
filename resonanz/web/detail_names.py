"""What the journal's details are called on the screen, and their values in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from resonanz.connectors.registry import connectors
from resonanz.model.models import CaseState, CloseReason, ImportState, LinkKind, Purpose, Role, Signing, Spread
from resonanz.web.said import LANGUAGE_NAMES, sentence

DETAIL_NAMES: dict[str, str | Promise] = {
    "act": _("what was done"),
    "cases": _("cases"),
    "done": _("cases changed"),
    "failed": _("cases left as they were"),
    "active": _("may sign in"),
    "after": _("afterwards"),
    "again": _("asked again inside"),
    "arrivals": _("arrivals"),
    "bad": _("bad lines"),
    "before": _("before"),
    "channel": _("channel"),
    "count": _("number"),
    "covered": _("messages settled by it"),
    "days": _("days"),
    "delivery": _("delivery"),
    "density": _("density"),
    "draft": _("draft"),
    "factor": _("factor"),
    "field": _("reading of"),
    "given_back": _("cases given back"),
    "hash": _("mark of the text"),
    "is_default": _("default queue"),
    "kept": _("new"),
    "keeps_customer": _("customers stay with whom they had"),
    "keys": _("single keys"),
    "language": _("language"),
    "left": _("was with"),
    "link": _("how"),
    "messages": _("messages"),
    "most": _("replies a minute"),
    "name": _("name"),
    "needs_release": _("a colleague releases"),
    "note": _("note"),
    "ok": _("it works"),
    "opened": _("new cases"),
    "other": _("other case"),
    "person": _("person"),
    "people": _("people"),
    "post": _("post"),
    "purpose": _("purpose"),
    "reason": _("reason"),
    "revision": _("state of the text"),
    "roles": _("roles"),
    "seconds": _("seconds"),
    "signing": _("ends with"),
    "spread": _("who takes the cases"),
    "state": _("state"),
    "tag": _("tag"),
    "team": _("team"),
    "theme": _("appearance"),
    "to": _("to"),
    "until": _("until"),
    "version": _("version"),
    "was": _("was"),
    "ways": _("by"),
    "words": _("words"),
    "words_days": _("days of words"),
}
_FACTORS: dict[str, str | Promise] = {
    "password": _("password"),
    "totp": _("authenticator app"),
    "webauthn": _("passkey"),
    "recovery_codes": _("recovery codes"),
    "mfa": _("second factor"),
}
_FIELDS: dict[str, str | Promise] = {
    "urgency": _("urgency"),
    "needs_answer": _("wish for an answer"),
    "language": _("language"),
    "address_form": _("form of address"),
    "is_spam": _("spam"),
    "has_personal_data": _("personal data"),
}
_ROLES, _ENDS = dict(Role.choices), {**dict(CaseState.choices), **dict(CloseReason.choices)}
# By the detail's name: what its bare values are called.
VALUE_NAMES: dict[str, Mapping[str, str | Promise]] = {
    "act": {
        "claim": _("taken"),
        "assign": _("given"),
        "move": _("moved"),
        "snooze": _("put off"),
        "close": _("closed"),
        "tag": _("tagged"),
    },
    "density": {"compact": _("compact"), "": _("roomy")},
    "factor": _FACTORS,
    "field": _FIELDS,
    "keys": {"off": _("off"), "": _("on")},
    "language": LANGUAGE_NAMES,
    "purpose": dict(Purpose.choices),
    "link": dict(LinkKind.choices),
    "reason": _ENDS,
    "roles": _ROLES,
    "signing": dict(Signing.choices),
    "spread": dict(Spread.choices),
    "state": dict(ImportState.choices),
    "theme": {"light": _("light"), "dark": _("dark"), "": _("as the device")},
    "was": _ENDS,
    "ways": _FACTORS,
}
PEOPLE = frozenset({"left", "to"})


@dataclass(frozen=True, slots=True)
class Detail:
    """One named value of an event, in words."""

    name: str
    value: str


def details(told: Mapping[str, object], people: Mapping[int, str]) -> Iterator[Detail]:
    """Everything that an event tells, in one order whatever the database makes of it; ``people``: names behind ids."""
    for name, value in sorted(told.items()):
        yield Detail(str(DETAIL_NAMES.get(name, name)), _value(name, value, people))


def _value(name: str, value: object, people: Mapping[int, str]) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        of = "roles" if name == "before" else name  # the only list that was something before
        return ", ".join(_value(of, one, people) for one in value) or "–"
    if isinstance(value, dict):
        return "; ".join(f"{one.name}: {one.value}" for one in details(value, people))
    if isinstance(value, int) and name in PEOPLE:
        return people.get(value, str(value))
    if isinstance(value, str):
        return _word(name, value) or "–"
    return "–" if value is None else str(value)


def _word(name: str, value: str) -> str:
    if name == "until" and value:
        return date_format(timezone.localtime(datetime.fromisoformat(value)), "SHORT_DATETIME_FORMAT")
    if name == "channel":
        return sentence(connectors()[value].manifest.name) if value in connectors() else value
    return str(VALUE_NAMES.get(name, {}).get(value, value))

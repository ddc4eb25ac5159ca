"""Placeholders in governed texts: what they need, where their value comes from, and that none is ever sent raw.

``{{ customer.first_name | liebe Kundin, lieber Kunde }}`` takes the text behind the bar where there is no value;
``{{ ask: Ort }}`` is a question to the agent. Filling is one pass: a value that looks like a placeholder stays text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from resonanz.kit.text import Untrusted, clean, one_line

_PLACE = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|\s*([^{}]*?)\s*)?\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
_BRACE_RUN = re.compile(r"[{}]{2,}")
_ADDRESS = re.compile(r"https?://|www\.|@|://", re.IGNORECASE)
_ASK = "ask:"
_MOST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Person:
    """What a text may know of the customer. All of it was written by somebody outside."""

    name: Untrusted
    handle: Untrusted


@dataclass(frozen=True, slots=True)
class Scene:
    """For whom, about what and by whom a text is made; everything that placeholders draw on."""

    customer: Person
    agent_name: str
    agent_initials: str
    company: str
    thread_title: Untrusted
    case_number: str
    today: str
    form: str  # "de.du", "de.sie", "en"


@dataclass(frozen=True, slots=True)
class Place:
    """One placeholder: its name, what it means, a sample, whether its value is ours (trusted), and its source."""

    name: str
    label: str
    sample: str
    trusted: bool
    value: Callable[[Scene], str]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a text still needs from the agent."""

    name: str
    label: str
    sample: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its places filled as far as possible. ``filled`` are the values put in, for showing them."""

    text: str
    gaps: tuple[Gap, ...]
    filled: tuple[str, ...]


def first_name(name: str) -> str:
    """The first name in a display name, or nothing where it is no such name ("xX_strom_Xx", "Müller GmbH")."""
    words = [word for word in one_line(name, 80).split() if word]
    if words and words[0].rstrip(".").lower() in {"dr", "prof", "herr", "frau", "mr", "mrs", "ms", "familie", "fam"}:
        return ""
    if not words or not re.fullmatch(r"[^\W\d_]{2,20}(?:-[^\W\d_]{2,20})?", words[0]):
        return ""
    if len(words) == 1 and words[0] == words[0].lower():
        return ""
    return words[0] if words[0][0].isupper() else words[0].capitalize()


def salutation(scene: Scene) -> str:
    """Gives "Hallo Timo", "Guten Tag Karl Brandt", "Hi Ann" — and never a name that is none."""
    name = one_line(scene.customer.name, _MOST_VALUE)
    first = first_name(name)
    if scene.form == "de.sie":
        full = len(name.split()) > 1 and first and not _ADDRESS.search(name)
        return f"Guten Tag {name}" if full else "Guten Tag"
    word = "Hi" if scene.form == "en" else "Hallo"
    return f"{word} {first}" if first else word


PLACES: dict[str, Place] = {
    place.name: place
    for place in (
        Place("salutation", "Salutation as the customer is addressed", "Hallo Timo", trusted=False, value=salutation),
        Place("customer.name", "Name of the customer", "Timo Berger", trusted=False, value=lambda s: s.customer.name),
        Place("customer.first_name", "First name", "Timo", trusted=False, value=lambda s: first_name(s.customer.name)),
        Place("customer.handle", "Name on the channel", "@timo", trusted=False, value=lambda s: s.customer.handle),
        Place("thread.title", "What it is about", "Störung im Netz Süd", trusted=False, value=lambda s: s.thread_title),
        Place("agent.name", "Your name", "Alina Roth", trusted=True, value=lambda s: s.agent_name),
        Place("agent.initials", "Your initials", "AR", trusted=True, value=lambda s: s.agent_initials),
        Place("company", "Name of the company", "Auenwerke", trusted=True, value=lambda s: s.company),
        Place("case", "Number of the case", "1042", trusted=True, value=lambda s: s.case_number),
        Place("today", "Today's date", "23.11.2026", trusted=True, value=lambda s: s.today),
    )
}


def fill(text: str, scene: Scene, answers: Mapping[str, str] | None = None) -> Filled:
    """Fill every place that has a value, an answer or a fallback; what is left is named as a gap."""
    answers = answers or {}
    gaps: list[Gap] = []
    filled: list[str] = []

    def one(match: re.Match[str]) -> str:
        name, fallback = match.group(1), match.group(2)
        value = _value(name, scene) or _braceless(answers.get(name, "").strip()) or (fallback or "")
        if value:
            filled.append(value)
            return value
        gaps.append(gap_of(name))
        return match.group(0)

    done = _PLACE.sub(one, text)
    return Filled(done, tuple(dict.fromkeys(gaps)), tuple(dict.fromkeys(filled)))


def places_in(text: str) -> list[str]:
    """The names of all places in a text, in order."""
    return [match.group(1) for match in _PLACE.finditer(text)]


def cut_at_places(text: str) -> list[str]:
    """A text cut at its places: words at even positions, names of places at odd ones."""
    pieces, at = [], 0
    for match in _PLACE.finditer(text):
        pieces += [text[at : match.start()], match.group(1)]
        at = match.end()
    return [*pieces, text[at:]]


def unknown_places(text: str) -> list[str]:
    """Names that no placeholder has; a block with one cannot be published."""
    return [name for name in places_in(text) if name not in PLACES and not name.startswith(_ASK)]


def without_places(text: str) -> str:
    """A text with its well-formed places taken out."""
    return _PLACE.sub("", text)


def is_raw(text: str) -> bool:
    """Whether anything of a placeholder is left in a text that is about to leave."""
    return bool(_BRACES.search(text))


def gap_of(name: str) -> Gap:
    """The question to the agent for a place without a value."""
    if name.startswith(_ASK):
        return Gap(name, name.removeprefix(_ASK).strip(), "")
    place = PLACES.get(name)
    return Gap(name, place.label if place else name, place.sample if place else "")


def sample_scene(form: str) -> Scene:
    """A scene with which an editor sees what a text will look like."""
    return Scene(
        customer=Person(Untrusted("Timo Berger"), Untrusted("@timo")),
        agent_name="Alina Roth",
        agent_initials="AR",
        company="Auenwerke",
        thread_title=Untrusted("Störung im Netz Süd"),
        case_number="1042",
        today="23.11.2026",
        form=form,
    )


def _value(name: str, scene: Scene) -> str:
    place = PLACES.get(name)
    if place is None:
        return ""
    value = one_line(clean(place.value(scene)), _MOST_VALUE)
    if place.trusted:
        return value
    value = _braceless(value)
    bare = value.removeprefix("@") if name == "customer.handle" else value
    return "" if not bare or _ADDRESS.search(bare) else value


def _braceless(value: str) -> str:
    return _BRACE_RUN.sub("", value)

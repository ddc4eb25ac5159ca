"""What a request gives, read with care; and what speaks against it, said beside the form that gave it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.forms import Form

from resonanz.kit.errors import Conflict, Refused
from resonanz.web.said import sentence

MOST_DIGITS = 18  # what a column of ids can hold


def number(text: str | None) -> int | None:
    """The number that a form or an address names; nothing where it is none or larger than any id."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def words(given: Mapping[str, str], name: str, most: int = 100) -> str:
    """What somebody typed into a field of an address, at most so many characters; no zero bytes, which PostgreSQL
    refuses.
    """
    return given.get(name, "").replace("\x00", "").strip()[:most]


@contextmanager
def said_beside(form: Form) -> Iterator[None]:
    """A refusal inside is said above the form, which keeps what the person typed."""
    try:
        yield
    except (Refused, Conflict) as error:
        form.add_error(None, sentence(error.sentence, error.places))


def status_of(form: Form) -> int:
    """The status of a page with this form: 422 where something in it was refused."""
    return 422 if form.errors else 200

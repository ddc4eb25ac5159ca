"""What a request gives, read with care."""

MOST_DIGITS = 18  # what a column of ids can hold


def number(text: str | None) -> int | None:
    """The number that a form or an address names; nothing where it is none or larger than any id."""
    return int(text) if text and text.isdecimal() and len(text) <= MOST_DIGITS else None

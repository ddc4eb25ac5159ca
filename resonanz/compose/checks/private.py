"""Personal data does not belong into a public reply."""

from collections.abc import Iterator

from resonanz.compose.checks.finding import Finding, Hearer
from resonanz.connectors.contract import Outgoing, Visibility
from resonanz.kit.personal import personal_data

_HARD = frozenset({"iban", "number"})


def personal_data_in_public(outgoing: Outgoing, hearer: Hearer) -> Iterator[Finding]:  # noqa: ARG001 - every check has both
    """Account and customer numbers block; our own hotline or office address may be meant, so those only warn."""
    if outgoing.visibility is Visibility.PRIVATE:
        return
    words: dict[str, dict[str, None]] = {}
    for found in personal_data(outgoing.text):
        words.setdefault(found.kind, {})[outgoing.text[found.start : found.end].strip()] = None
    for kind, pieces in sorted(words.items()):
        yield Finding(
            "personal_data",
            "Everybody could read this {kind}: {words}. Take it out or answer privately.",
            blocks=kind in _HARD,
            places={"kind": kind, "words": ", ".join(pieces)},
            words=tuple(pieces),
        )

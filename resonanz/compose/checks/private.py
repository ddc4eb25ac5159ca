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
    for kind in sorted({found.kind for found in personal_data(outgoing.text)}):
        yield Finding(
            "personal_data",
            "This public reply contains personal data ({kind}). Take it out or answer privately.",
            blocks=kind in _HARD,
            places={"kind": kind},
        )

"""Nothing of a placeholder may leave the house."""

from collections.abc import Iterator

from resonanz.compose.checks.finding import Finding, Hearer
from resonanz.compose.render import is_raw
from resonanz.connectors.contract import Outgoing


def raw_placeholder(outgoing: Outgoing, hearer: Hearer) -> Iterator[Finding]:  # noqa: ARG001 - every check has both
    if is_raw(outgoing.text) or is_raw(outgoing.subject):
        yield Finding("raw_placeholder", "A placeholder is not filled yet. Fill it or take it out.", blocks=True)

"""Checks before a reply may be released: each is one small function that says what is wrong and what to do."""

from collections.abc import Callable, Iterator

from resonanz.compose.checks.finding import Finding, Hearer
from resonanz.compose.checks.form import wrong_form
from resonanz.compose.checks.language import other_language
from resonanz.compose.checks.placeholders import raw_placeholder
from resonanz.compose.checks.private import personal_data_in_public
from resonanz.connectors.contract import Outgoing

Check = Callable[[Outgoing, Hearer], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (raw_placeholder, personal_data_in_public, other_language, wrong_form)


def run_checks(outgoing: Outgoing, *, hearer: Hearer) -> list[Finding]:
    """Everything that the checks find."""
    return [finding for check in CHECKS for finding in check(outgoing, hearer)]

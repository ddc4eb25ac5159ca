"""Checks before a reply may be released: each is one small function that says what is wrong and what to do."""

from collections.abc import Callable, Iterator

from resonanz.compose.checks.finding import Finding
from resonanz.compose.checks.form import wrong_form
from resonanz.compose.checks.placeholders import raw_placeholder
from resonanz.compose.checks.private import personal_data_in_public
from resonanz.connectors.contract import Outgoing

Check = Callable[[Outgoing, str], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (raw_placeholder, personal_data_in_public, wrong_form)


def run_checks(outgoing: Outgoing, *, form: str) -> list[Finding]:
    """Everything that the checks find; ``form`` is how the customer should be spoken to ("de.du", …)."""
    return [finding for check in CHECKS for finding in check(outgoing, form)]

"""The reply should speak to the customer as the customer speaks to us."""

import re
from collections.abc import Iterator

from resonanz.compose.checks.finding import Finding
from resonanz.connectors.contract import Outgoing

_SIE = re.compile(r"(?<=[a-zäöüß,]\s)(?:Sie|Ihnen|Ihre?[nmrs]?)\b")
_DU = re.compile(r"\b(?:du|dich|dir|deine?[nmrs]?|euch|eure?[nmrs]?)\b", re.IGNORECASE)


def wrong_form(outgoing: Outgoing, form: str) -> Iterator[Finding]:
    """Only a warning: quotations and fixed phrases may contain the other form."""
    if form == "de.du" and _SIE.search(outgoing.text):
        yield Finding("wrong_form", "The customer says du; this reply says Sie.", blocks=False)
    if form == "de.sie" and _DU.search(outgoing.text):
        yield Finding("wrong_form", "The customer says Sie; this reply says du.", blocks=False)

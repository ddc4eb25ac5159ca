"""The reply should speak to the customer as the customer speaks to us."""

import re
from collections.abc import Iterator

from resonanz.compose.checks.finding import Finding, Hearer
from resonanz.connectors.contract import Outgoing

_SIE = re.compile(r"(?<=[a-zäöüß,]\s)(?:Sie|Ihnen|Ihre?[nmrs]?)\b")
_DU = re.compile(r"\b(?:du|dich|dir|deine?[nmrs]?|euch|eure?[nmrs]?)\b", re.IGNORECASE)


def wrong_form(outgoing: Outgoing, hearer: Hearer) -> Iterator[Finding]:
    """Only a warning: quotations and fixed phrases may contain the other form."""
    if hearer.form == "du" and _SIE.search(outgoing.text):
        yield Finding("wrong_form", "The customer says du; this reply says Sie.", blocks=False)
    if hearer.form == "sie" and _DU.search(outgoing.text):
        yield Finding("wrong_form", "The customer says Sie; this reply says du.", blocks=False)

"""The reply should be in a language that the customer reads."""

from collections.abc import Iterator

from resonanz.compose.checks.finding import Finding, Hearer
from resonanz.connectors.contract import Outgoing
from resonanz.kit.language import language_by_words, words_of

LONG_ENOUGH = 40  # characters: a name or a thank-you says nothing
TELLING = 3


def other_language(outgoing: Outgoing, hearer: Hearer) -> Iterator[Finding]:
    """Only a warning, and only where both languages are certain."""
    if not hearer.language or len(outgoing.text) < LONG_ENOUGH:
        return
    language, _because = language_by_words(words_of(outgoing.text.lower()), TELLING)
    if language and language != hearer.language:
        places = {"theirs": f"language.{hearer.language}", "ours": f"language.{language}"}
        yield Finding(
            "other_language", "The customer writes {theirs}; this reply is in {ours}.", blocks=False, places=places
        )

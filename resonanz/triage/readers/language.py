"""Which language a message is in: telling little words first, then py3langid (BSD) on a restricted list; very short
texts follow what is usual here.

Accuracy of the library measured on tweets of 8 languages with a restricted list: .986; under 40 characters about .70,
hence the rule. Two of our commonest words and none of another language's decide alone: that is as right, and faster.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from resonanz.kit.language import language_by_words
from resonanz.triage.readers.contract import Finding, Seen

LANGUAGES = ("de", "en", "fr", "it", "es", "nl", "pl", "tr", "ru", "uk", "pt", "cs", "ar", "ro", "hr")
_SHORT, _LONG_ENOUGH, _SURE = 25, 120, 0.9
_NOISE = re.compile(r"https?://\S+|[@#]\S+|\d+")


class LanguageReader:
    """The model is loaded once a process, on first need."""

    name = "language"
    version = 2

    def __init__(self, languages: Sequence[str] = LANGUAGES) -> None:
        self.languages = tuple(languages)

    def read(self, seen: Sequence[Seen]) -> list[Finding[str]]:
        return [self._one(one) for one in seen]

    def _one(self, one: Seen) -> Finding[str]:
        language, because = language_by_words(one.tokens)
        if language:
            return Finding(language, 0.97, because)
        return self._by_model(one, has_words=bool(one.tokens))

    def _by_model(self, one: Seen, *, has_words: bool) -> Finding[str]:
        plain = _NOISE.sub(" ", one.text[:_LONG_ENOUGH]).strip()
        told = one.told.split("-")[0]
        usual = one.usual or told
        if len(plain) < _SHORT and usual:
            return Finding(usual, 0.6, ("usual here",))
        if not has_words:
            return Finding(usual, 0.0, ())
        code, certainty = _model(self.languages).classify(plain)
        if certainty < _SURE and told in self.languages:
            return Finding(told, 0.7, ("the platform says so",))
        return Finding(str(code), round(float(certainty), 3))


@cache
def _model(languages: tuple[str, ...]) -> Any:
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(list(languages))
    return model

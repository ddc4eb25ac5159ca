"""Personal data in a text: see ``kit.personal`` for what is found and how."""

from collections.abc import Sequence

from resonanz.kit.personal import Found, personal_data
from resonanz.triage.readers.contract import Finding, Seen

_NOTHING: Finding[tuple[str, ...]] = Finding((), 0.7)


class PersonalDataReader:
    """The value is the sorted kinds found; the reasons are the kinds too, never the data itself."""

    name = "personal_data"
    version = 1

    def read(self, seen: Sequence[Seen]) -> list[Finding[tuple[str, ...]]]:
        return [self._one(personal_data(one.whole)) for one in seen]

    def _one(self, found: Sequence[Found]) -> Finding[tuple[str, ...]]:
        if not found:
            return _NOTHING
        kinds = tuple(sorted({one.kind for one in found}))
        return Finding(kinds, 0.9, kinds)

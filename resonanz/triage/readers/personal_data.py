"""Personal data in a text: see ``kit.personal`` for what is found and how."""

from collections.abc import Sequence

from resonanz.kit.personal import personal_data
from resonanz.triage.readers.contract import Finding, Seen


class PersonalDataReader:
    """The value is the sorted kinds found; the reasons are the kinds too, never the data itself."""

    name = "personal_data"
    version = 1

    def read(self, seen: Sequence[Seen]) -> list[Finding[list[str]]]:
        kinds = [sorted({found.kind for found in personal_data(one.whole)}) for one in seen]
        return [Finding(some, 0.9 if some else 0.7, tuple(some)) for some in kinds]

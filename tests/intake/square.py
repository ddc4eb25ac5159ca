"""What the square says, made by hand: events as its feed gives them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import orjson

from resonanz.connectors.contract import Arrival as Raw
from tests.make import NOON

START = NOON - timedelta(hours=2)
US = 1


def person(number: int, name: str = "") -> dict[str, object]:
    shown = name or ("Auenwerke" if number == US else f"Person {number}")
    return {"id": f"p-{number}", "name": shown, "handle": f"person{number}", "page": number == US}


@dataclass(frozen=True)
class Said:
    """One entry of the square and one thing that happened to it; ``at`` counts seconds from the start."""

    id: int
    author: int = 2
    verb: str = "add"
    version: int = 1
    text: str = "Wann kommt die Linie 2?"
    post: int = 900
    answers: "Said | None" = None
    to: int | None = None
    at: int = 0
    began: int = 0
    name: str = ""
    post_text: str = ""

    @property
    def native_id(self) -> str:
        return f"sq-{self.id}"

    def then(self, verb: str, version: int, at: int, text: str | None = None) -> "Said":
        """What happens to the same entry later."""
        return replace(self, verb=verb, version=version, at=at, text=self.text if text is None else text)

    def entry(self) -> dict[str, object]:
        direct = self.to is not None
        place = {
            "id": f"sq-{self.post}",
            "text": self.post_text or f"Beitrag {self.post}",
            "author": "Auenwerke",
            "created_at": _at(0),
        }
        return {
            "id": self.native_id,
            "kind": "direct" if direct else "comment",
            "version": self.version,
            "author": person(self.author, self.name),
            "to": person(self.to) if self.to is not None else None,
            "post": None if direct else place,
            "parent": None if direct else place["id"],
            "answers": {"id": self.answers.native_id, "author": f"p-{self.answers.author}"} if self.answers else None,
            "text": self.text,
            "created_at": _at(self.began),
            "edited_at": _at(self.at) if self.verb == "edit" else None,
            "hidden": self.verb == "hide",
            "deleted": self.verb == "delete",
            "likes": 0,
            "link": f"/square#{self.native_id}",
        }

    def body(self) -> bytes:
        event = {"seq": self.version, "verb": self.verb, "at": _at(self.at), "entry": self.entry()}
        return orjson.dumps(event)

    def raw(self, copy: int = 0) -> Raw:
        """As it arrives; a ``copy`` comes under another external id, as by another door."""
        return Raw(f"{self.native_id}@{self.version}" + (f"#{copy}" if copy else ""), self.body())


def _at(seconds: int) -> str:
    at: datetime = START + timedelta(seconds=seconds)
    return at.isoformat().replace("+00:00", "Z")

"""What comes after a reply was sent: stay, close, or go on to the next case of the same list."""

from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from resonanz.casework.inbox import Look, View, after_this, post_named
from resonanz.model.models import Agent, Case
from resonanz.web.given import number, words
from resonanz.web.pages.listing import queue_named

REMEMBERED = "then"  # in the session: how this person sent the last time


class Then(StrEnum):
    """What a person wants after sending."""

    STAY = ""
    NEXT = "next"
    CLOSE = "close"
    CLOSE_NEXT = "close-next"

    @property
    def closes(self) -> bool:
        return self in {Then.CLOSE, Then.CLOSE_NEXT}

    @property
    def goes_on(self) -> bool:
        return self in {Then.NEXT, Then.CLOSE_NEXT}


KEYS = {Then.NEXT: "ctrl ⇧ ⏎", Then.CLOSE: "ctrl alt ⏎", Then.CLOSE_NEXT: "ctrl alt ⇧ ⏎"}
CHORDS = {Then.STAY: "", Then.NEXT: "shift", Then.CLOSE: "alt", Then.CLOSE_NEXT: "alt shift"}
MAIN = "ctrl ⏎"


@dataclass(frozen=True, slots=True)
class Send:
    """One way to send. ``act`` is the name of its address; ``chord``: what is held beside ctrl and Enter."""

    act: str
    then: Then
    label: str
    keys: str
    chord: str
    is_main: bool = False


def ways_to_send(last: Then, *, may_write: bool, releases: bool, waits: bool) -> tuple[Send, ...]:
    """What the button that sends does for this person, and its alternatives; none where they only wait."""
    if releases:
        return _sends("release", _release_labels() if waits else _send_labels(), last)
    return _sends("submission", _submit_labels(), last) if may_write and not waits else ()


def then_of(request: HttpRequest) -> Then:
    """What the pressed button wants afterwards; the page of before had a box for closing."""
    wish = request.POST.get("then", "")
    if wish in set(Then):
        return Then(wish)
    return Then.CLOSE if request.POST.get("close_case") else Then.STAY


def remember(request: HttpRequest, then: Then) -> None:
    """The next reply is offered to be sent in the same way."""
    if last_of(request) is not then:
        request.session[REMEMBERED] = then.value


def last_of(request: HttpRequest) -> Then:
    """How this person sent the last time."""
    wish = request.session.get(REMEMBERED, "")
    return Then(wish) if wish in set(Then) else Then.STAY


def next_case(agent: Agent, here: Case, query: str) -> Case | None:
    """The case behind ``here`` in the list that ``query`` names, else its first one; only cases in which somebody
    waits. ``here`` as it stood before it was answered.
    """
    look = look_of(agent, QueryDict(query))
    return after_this(agent, look, here)


def look_of(agent: Agent, query: QueryDict) -> Look:
    """The look that a list's query names. Raises NotFound where its queue is not this person's."""
    view, named = query.get("view", ""), number(query.get("post"))
    return Look(
        View(view) if view in set(View) else View.ALL,
        queue_named(agent, query.get("queue", "")),
        words(query, "q", 200),
        post_named(agent, named) if named else None,
    )


def _sends(act: str, labels: dict[Then, str], last: Then) -> tuple[Send, ...]:
    """All ways to send, first the one that this person used last: ctrl and Enter do that."""
    found = [Send(act, last, labels[last], MAIN, CHORDS[last], is_main=True)]
    found += [Send(act, one, labels[one], KEYS.get(one, ""), CHORDS[one]) for one in Then if one is not last]
    return tuple(found)


def _submit_labels() -> dict[Then, str]:
    return {
        Then.STAY: _("Submit for release"),
        Then.NEXT: _("Submit and next"),
        Then.CLOSE: _("Submit, close once sent"),
        Then.CLOSE_NEXT: _("Submit, close once sent, next"),
    }


def _send_labels() -> dict[Then, str]:
    return {
        Then.STAY: _("Send"),
        Then.NEXT: _("Send and next"),
        Then.CLOSE: _("Send and close"),
        Then.CLOSE_NEXT: _("Send, close and next"),
    }


def _release_labels() -> dict[Then, str]:
    return {
        Then.STAY: _("Release and send"),
        Then.NEXT: _("Release and next"),
        Then.CLOSE: _("Release and close"),
        Then.CLOSE_NEXT: _("Release, close and next"),
    }

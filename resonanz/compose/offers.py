"""Which text blocks an agent may put in here: those that match what was typed, the likeliest for this case first.

A typed word matches where a word of the name begins with it, else of the folder, else (from three letters on) of the
text. Blocks are governed by people, so there are hundreds, not thousands: they are compared here, not in the database.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from resonanz.compose.render import Gap, Scene, fill, without_places
from resonanz.compose.scene import form_for, scene_for
from resonanz.kit import clock
from resonanz.kit.fold import plain
from resonanz.model.models import Agent, BlockVersion, Case, Message

MOST_OFFERED = 12
MOST_WORDS = 5
IN_NAME, IN_FOLDER, IN_TEXT = 0, 1, 2
_TEXT_FROM = 3  # letters; fewer begin too many words of a text
_STEM = 5  # letters by which a word of the customer's is known again
_WORD = re.compile(r"\w+")
_AS_TYPED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})  # on keyboards without umlauts


@dataclass(frozen=True, slots=True)
class Offer:
    """A block as this agent may insert it here: filled, with what it still asks for."""

    version: BlockVersion
    name: str
    folder: str
    form: str
    text: str
    missing: tuple[Gap, ...]
    fits: bool  # is it in the customer's language and form?


@dataclass(frozen=True, slots=True)
class Place:
    """What a block is compared with: the form that fits the customer, words of the queue, words of the
    customer and of the post.
    """

    form: str
    queue: frozenset[str]
    said: frozenset[str]


def offered(query: str, *, case: Case, target: Message, by: Agent, form: str = "") -> list[Offer]:
    """The usable blocks that match every word of ``query``, best match first; among equals those that fit this queue,
    this customer's language and form (or the ``form`` chosen for the draft), and what the customer and the post speak
    of.
    """
    place, scene = _place(case, target, form), scene_for(target, case=case, by=by, form=form)
    words = _folded(query)[:MOST_WORDS]
    usable = BlockVersion.objects.usable(clock.now().date()).select_related("block")
    found = [(match, version) for version in usable if (match := _match(version, words, place.form)) is not None]
    found.sort(key=lambda one: (one[0], *_order(one[1], place)))
    return [_offer(version, place.form, scene) for _match_, version in found[:MOST_OFFERED]]


def offered_version(version_id: int | None, *, case: Case, target: Message, by: Agent, form: str = "") -> Offer | None:
    """One block, if it may be used today."""
    version = BlockVersion.objects.usable(clock.now().date()).select_related("block").filter(pk=version_id or 0).first()
    return (
        None
        if version is None
        else _offer(version, form or form_for(target), scene_for(target, case=case, by=by, form=form))
    )


def _place(case: Case, target: Message, form: str) -> Place:
    queue = [*_folded(case.queue.name), *(word for one in case.queue.words for word in _folded(one))]
    thread = target.conversation.thread
    return Place(
        form or form_for(target),
        frozenset(queue),
        frozenset(_stems(_folded(f"{target.own_words} {thread.title} {thread.text}"))),
    )


def _match(version: BlockVersion, words: Sequence[str], form: str) -> int | None:
    """How well all words match, 0 best; nothing where one does not."""
    if not words:
        return IN_NAME
    fields = (
        _folded(f"{version.block.name} {version.block.slug} {version.block.name.lower().translate(_AS_TYPED)}"),
        _folded(version.block.folder),
        _folded(without_places(version.forms[_nearest(form, list(version.forms))])),
    )
    places = [_where(word, fields) for word in words]
    return None if None in places else sum(place for place in places if place is not None)


def _where(word: str, fields: Sequence[Sequence[str]]) -> int | None:
    for place, there in enumerate(fields):
        if (place < IN_TEXT or len(word) >= _TEXT_FROM) and any(one.startswith(word) for one in there):
            return place
    return None


def _order(version: BlockVersion, place: Place) -> tuple[int, int, int, str]:
    """Other languages last; then what this queue uses and the customer speaks of; then another form of address."""
    name, folder = _folded(version.block.name), _folded(version.block.folder)
    form = _nearest(place.form, list(version.forms))
    is_foreign = form.split(".", maxsplit=1)[0] != place.form.split(".", maxsplit=1)[0]
    is_here = bool(place.queue & {*name, *folder})
    spoken = len(_stems([*name, *folder]) & place.said)
    return int(is_foreign), -spoken - 2 * is_here, int(form != place.form), " ".join(name)


def _offer(version: BlockVersion, form: str, scene: Scene) -> Offer:
    chosen = _nearest(form, list(version.forms))
    filled = fill(version.forms[chosen], scene)
    return Offer(
        version, version.block.name, version.block.folder, chosen, filled.text, filled.gaps, fits=chosen == form
    )


def _nearest(form: str, there: Sequence[str]) -> str:
    if form in there:
        return form
    language = form.split(".", maxsplit=1)[0]
    return next((one for one in there if one.startswith(language)), there[0])


def _folded(text: str) -> list[str]:
    return _WORD.findall(plain(text))


def _stems(words: Sequence[str]) -> set[str]:
    return {word[:_STEM] for word in words if len(word) >= _STEM}

"""What the composer shows: the target, the ways to answer, the draft, what would leave and what speaks against it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from resonanz.compose.approve import may_release
from resonanz.compose.draft import Preview, limits_of, possible_visibilities, preview, words_hash
from resonanz.compose.render import Gap, fill, gap_of, places_in
from resonanz.compose.scene import scene_for
from resonanz.connectors.contract import Ability
from resonanz.connectors.registry import connector
from resonanz.model.models import (
    Agent,
    Approval,
    Case,
    Decision,
    DeliveryState,
    Draft,
    DraftState,
    May,
    Message,
    VisibleTo,
)

PLACE = re.compile(r"(\{\{[^{}]*\}\})")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer: publicly as the customer wrote, or directly."""

    visibility: VisibleTo
    is_here: bool

    @property
    def is_private(self) -> bool:
        return self.visibility == VisibleTo.PRIVATE


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the preview. ``kind``: "" (own words), var (a filled placeholder), gap (an open one)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Composing:
    """The composer of one case for one person."""

    target: Message
    ways: tuple[Way, ...]
    draft: Draft | None
    shown: Preview | None
    most: int
    has_subject: bool
    pieces: tuple[Piece, ...]
    gaps: tuple[Gap, ...]
    may_write: bool
    may_release: bool
    rejection: Approval | None
    is_on_its_way: bool

    @property
    def is_private(self) -> bool:
        return any(way.is_here and way.is_private for way in self.ways)

    @property
    def visibility(self) -> str:
        return next((way.visibility.value for way in self.ways if way.is_here), "")

    @property
    def words(self) -> str:
        return words_hash(self.target)

    @property
    def waits(self) -> bool:
        return self.draft is not None and self.draft.state == DraftState.WAITING

    @property
    def subject(self) -> str:
        return self.draft.subject if self.draft else ""

    @property
    def is_telling(self) -> bool:
        """Whether the preview shows more than the text area does."""
        return any(piece.kind for piece in self.pieces)


def composing(case: Case, target: Message | None, agent: Agent, wish: str = "") -> Composing | None:
    """The composer for an answer to ``target``; none where there is nobody to answer. ``wish``: a visibility."""
    if target is None:
        return None
    account = target.conversation.account
    draft = Draft.objects.alive().filter(target=target).select_related("written_by", "conversation__account").first()
    shown = preview(draft) if draft else None
    text = draft.text if draft else ""
    return Composing(
        target,
        _ways(possible_visibilities(account, target), wish or (draft.visibility if draft else "")),
        draft,
        shown,
        limits_of(account).text_max,
        Ability.SUBJECT in connector(account.channel).manifest.abilities,
        tuple(_pieces(text, _values(draft, case, target, agent))),
        tuple(dict.fromkeys(gap_of(name) for name in places_in(text))),
        agent.may(May.WORK_CASES) and not case.is_closed,
        draft is not None and may_release(draft, agent),
        _rejection(draft),
        target.deliveries.filter(state__in=(DeliveryState.WAITING, DeliveryState.SENDING)).exists(),
    )


def _ways(possible: Sequence[VisibleTo], wish: str) -> tuple[Way, ...]:
    chosen = wish if wish in possible else (possible[0] if possible else "")
    return tuple(Way(one, is_here=one == chosen) for one in possible)


def _values(draft: Draft | None, case: Case, target: Message, agent: Agent) -> list[str]:
    """The values that text blocks of this draft have put in, longest first."""
    if draft is None:
        return []
    scene = scene_for(target, case=case, by=draft.written_by or agent)
    texts = [text for version in draft.blocks.all() for text in version.forms.values()]
    values = {value for text in texts for value in fill(text, scene).filled if len(value) > 1}
    return sorted(values, key=len, reverse=True)


def _pieces(text: str, values: Sequence[str]) -> Iterator[Piece]:
    known = re.compile("|".join(re.escape(value) for value in values)) if values else None
    for part in PLACE.split(text):
        if PLACE.fullmatch(part):
            yield Piece("gap", gap_of(part.strip("{} ").split("|")[0].strip()).label)
            continue
        at = 0
        for match in known.finditer(part) if known else ():
            yield Piece("", part[at : match.start()])
            yield Piece("var", match.group(0))
            at = match.end()
        yield Piece("", part[at:])


def _rejection(draft: Draft | None) -> Approval | None:
    if draft is None or draft.state != DraftState.REJECTED:
        return None
    return draft.approvals.filter(decision=Decision.REJECTED).select_related("by").last()

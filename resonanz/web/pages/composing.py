"""What the composer shows: the target, the ways to answer, the draft, what would leave and what speaks against it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from resonanz.casework.story import UNNAMED
from resonanz.compose.approve import may_release, may_release_own
from resonanz.compose.checks.finding import Finding
from resonanz.compose.draft import Preview, closing_of, length_as_typed, possible_visibilities, preview, words_hash
from resonanz.compose.render import Gap, fill, gap_of, places_in
from resonanz.compose.scene import form_of, scene_for
from resonanz.connectors.contract import Ability, Length
from resonanz.connectors.registry import connector
from resonanz.kit import clock
from resonanz.model.models import (
    Agent,
    Alternative,
    Approval,
    Case,
    Decision,
    Delivery,
    DeliveryState,
    Draft,
    DraftState,
    May,
    Message,
    VisibleTo,
)
from resonanz.web.pages.onward import Send, Then, ways_to_send
from resonanz.web.said import sentence

CLOSES_SOON = timedelta(hours=1)
MOST_BESIDE = 3  # answers to the same message that are told of
PLACE = re.compile(r"(\{\{[^{}]*\}\})")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer: publicly as the customer wrote, or directly."""

    visibility: VisibleTo
    is_here: bool

    @property
    def is_private(self) -> bool:
        return self.visibility == VisibleTo.PRIVATE

    @property
    def label(self) -> str:
        return _("Answer privately") if self.is_private else _("Answer publicly")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the preview. ``kind``: "" (own words), var (a filled placeholder), gap (an open one), bare
    (personal data in public), cut (the place from which on it is too long). ``source``: characters in the draft's text.
    """

    kind: str
    text: str
    source: int
    is_over: bool = False  # does it stand where the text is too long already?


@dataclass(frozen=True, slots=True)
class FormChoice:
    """A form in which text blocks can stand."""

    form: str
    label: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Until when the channel lets us answer."""

    until: datetime
    is_closing: bool


@dataclass(frozen=True, slots=True)
class Composing:
    """The composer of one case for one person."""

    target: Message
    ways: tuple[Way, ...]
    draft: Draft | None
    shown: Preview | None
    length: Length
    has_subject: bool
    pieces: tuple[Piece, ...]
    gaps: tuple[Gap, ...]
    may_write: bool
    may_release: bool
    rejection: Approval | None
    on_their_way: tuple[Delivery, ...]
    sends: tuple[Send, ...]

    @property
    def is_private(self) -> bool:
        return any(way.is_here and way.is_private for way in self.ways)

    @property
    def visibility(self) -> str:
        return next((way.visibility.value for way in self.ways if way.is_here), "")

    @property
    def reach(self) -> str:
        """Who can read the answer, as a sentence."""
        match self.visibility:
            case VisibleTo.PRIVATE:
                return _("Only {name} can read this.").format(name=self.target.author or _("the customer"))
            case VisibleTo.FOLLOWERS:
                return _("Everybody who follows us can read this.")
            case _:
                return _("Everybody can read this.")

    @property
    def forms(self) -> tuple[FormChoice, ...]:
        here = form_of(self.draft, self.target)
        return tuple(FormChoice(form, label, form == here) for form, label in form_labels().items())

    @property
    def form_label(self) -> str:
        return next(choice.label for choice in self.forms if choice.is_here)

    @property
    def closing(self) -> str:
        """What is put beneath the text by the rule of the account."""
        return closing_of(self.draft).strip() if self.draft else ""

    @property
    def may_submit_too(self) -> bool:
        """Who may send at once may still ask a colleague."""
        return self.may_write and self.may_release and not self.waits

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
        return any(piece.kind or piece.is_over for piece in self.pieces)

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Other wordings that wait beside this one, oldest first."""
        return tuple(self.draft.alternatives.select_related("by").order_by("pk")) if self.draft else ()

    @property
    def price(self) -> str:
        """What the platform asks for this reply; "" where it asks nothing."""
        return connector(self.target.conversation.account.channel).manifest.price_per_send

    @property
    def window(self) -> Window | None:
        until = self.target.reply_until
        return Window(until, is_closing=until - clock.now() < CLOSES_SOON) if until else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person is asked before private words become public: in which way, and what speaks against it."""

    visibility: VisibleTo
    findings: tuple[Finding, ...]


def form_labels() -> dict[str, str]:
    """What the forms of text blocks are called on the screen."""
    return {"de.du": _("German, du"), "de.sie": _("German, Sie"), "en": _("English")}


def asked_of(draft: Draft, wish: str) -> Asked:
    """The question for this draft, as it would stand in public. Nothing is written."""
    draft.visibility = VisibleTo(wish)
    return Asked(VisibleTo(wish), tuple(preview(draft).findings))


def composing(
    case: Case, target: Message | None, agent: Agent, wish: str = "", last: Then = Then.STAY
) -> Composing | None:
    """The composer for an answer to ``target``; none where there is nobody to answer. ``wish``: a visibility, as long
    as nothing is written; ``last``: how this person sent the last time.
    """
    if target is None:
        return None
    account = target.conversation.account
    draft = Draft.objects.alive().filter(target=target).select_related("written_by", "conversation__account").first()
    shown = preview(draft) if draft else None
    text = draft.text if draft else ""
    may_write, releases = (
        agent.may(May.WORK_CASES) and not case.is_closed,
        may_release(draft, agent) if draft else may_release_own(agent),
    )
    waits = draft is not None and draft.state == DraftState.WAITING
    return Composing(
        target,
        _ways(possible_visibilities(account, target), (draft.visibility if draft and text else wish)),
        draft,
        shown,
        shown.length if shown else length_as_typed(target, text="", visibility=wish, by=agent),
        Ability.SUBJECT in connector(account.channel).manifest.abilities,
        tuple(_cut(_pieces(text, _values(draft, case, target, agent), _private_words(shown)), _cut_at(shown, text))),
        tuple(dict.fromkeys(gap_of(name) for name in places_in(text))),
        may_write,
        releases,
        _rejection(draft),
        _on_their_way(target),
        ways_to_send(last, may_write=may_write, releases=releases, waits=waits),
    )


def _on_their_way(target: Message) -> tuple[Delivery, ...]:
    """Other answers to the same message that wait, left or may have left; newest first."""
    found = target.deliveries.exclude(state__in=(DeliveryState.WITHDRAWN, DeliveryState.REFUSED))
    related = found.select_related("approval__draft__written_by").defer(*UNNAMED)
    return tuple(related.order_by("-pk")[:MOST_BESIDE])


def _ways(possible: Sequence[VisibleTo], wish: str) -> tuple[Way, ...]:
    chosen = wish if wish in possible else (possible[0] if possible else "")
    return tuple(Way(one, is_here=one == chosen) for one in possible)


def _values(draft: Draft | None, case: Case, target: Message, agent: Agent) -> list[str]:
    """The values that text blocks of this draft have put in, longest first."""
    if draft is None:
        return []
    scene = scene_for(target, case=case, by=draft.written_by or agent, form=draft.form)
    texts = [text for version in draft.blocks.all() for text in version.forms.values()]
    values = {value for text in texts for value in fill(text, scene).filled if len(value) > 1}
    return sorted(values, key=len, reverse=True)


def _private_words(shown: Preview | None) -> list[str]:
    """What in this reply nobody but its reader should see, longest first."""
    words = {word for finding in (shown.findings if shown else ()) for word in finding.words}
    return sorted(words, key=len, reverse=True)


def _pieces(text: str, values: Sequence[str], private: Sequence[str]) -> Iterator[Piece]:
    known = [*private, *(value for value in values if value not in private)]
    marked = re.compile("|".join(re.escape(value) for value in known)) if known else None
    for part in PLACE.split(text):
        if PLACE.fullmatch(part):
            yield Piece("gap", sentence(gap_of(part.strip("{} ").split("|")[0].strip()).label), len(part))
            continue
        at = 0
        for match in marked.finditer(part) if marked else ():
            yield Piece("", part[at : match.start()], match.start() - at)
            yield Piece("bare" if match.group(0) in private else "var", match.group(0), len(match.group(0)))
            at = match.end()
        yield Piece("", part[at:], len(part) - at)


def _cut_at(shown: Preview | None, text: str) -> int | None:
    """The cut as a place in the draft's text; what would leave stands without the white space around it."""
    return None if shown is None or shown.cut is None else shown.cut + len(text) - len(text.lstrip())


def _cut(pieces: Iterator[Piece], at: int | None) -> Iterator[Piece]:
    """The pieces, parted at this place of the text; those behind it are marked."""
    place, is_over = 0, False
    for piece in pieces:
        start, place = place, place + piece.source
        if at is None or place <= at:
            yield piece
            continue
        room = 0 if is_over or piece.kind == "gap" else at - start
        yield replace(piece, text=piece.text[:room], source=room)
        if not is_over:
            yield Piece("cut", _("too long from here"), 0)
        is_over = True
        yield replace(piece, text=piece.text[room:], source=piece.source - room, is_over=True)


def _rejection(draft: Draft | None) -> Approval | None:
    if draft is None or draft.state != DraftState.REJECTED:
        return None
    return draft.approvals.filter(decision=Decision.REJECTED).select_related("by").last()

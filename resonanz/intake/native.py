"""Words of our own that come back: echoes of what we sent, answers that a colleague gave on the platform itself,
our own posts; and bounces, which speak of what we sent.
"""

from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet

from resonanz.connectors.contract import Op, Visibility
from resonanz.intake.change import edit
from resonanz.intake.filters.verdict import Then
from resonanz.intake.place import threads_for
from resonanz.intake.understand import Outcome, Piece
from resonanz.kit import clock
from resonanz.model.models import (
    Account,
    ArrivalState,
    Conversation,
    Coverage,
    Direction,
    Message,
    MessageState,
)
from resonanz.outbox.confirm import bounced
from resonanz.outbox.cover import refresh_waiting

ONE_DAY = 24  # waits of an hour each, after which a private word of ours is taken for one that nobody answered
_BY_PLATFORM = Q(coverage__in=[Coverage.OPEN, Coverage.HIDDEN, Coverage.ANSWERED_NATIVELY]) | Q(
    coverage=Coverage.WITHDRAWN, deleted_at__isnull=False
)


def ours(account: Account, pieces: Sequence[Piece]) -> Iterator[tuple[Outcome | None, Piece]]:
    """Handle each piece that a filter took out; None where it answers something that has not come yet."""
    for piece in pieces:
        verdict = piece.verdict
        if verdict is None or verdict.then is Then.SET_ASIDE:
            yield Outcome(piece.arrival, ArrivalState.FILTERED, verdict.name if verdict else ""), piece
        elif verdict.then is Then.BOUNCE:
            bounced(account, about=piece.incoming.about_id, why=piece.incoming.subject or piece.incoming.text[:200])
            yield Outcome(piece.arrival, ArrivalState.FILTERED, verdict.name), piece
        else:
            yield _own_words(account, piece), piece


def _own_words(account: Account, piece: Piece) -> Outcome | None:
    said = piece.incoming
    known = Message.objects.filter(account=account, native_id=said.native_id).first()
    if known is not None:
        if said_elsewhere().filter(pk=known.pk).exists():
            edit(known, piece)
        return Outcome(piece.arrival, ArrivalState.FILTERED, "own_echo")
    conversation = _answered_conversation(account, piece)
    if conversation is None:
        answers = said.parent_id and said.parent_id != said.thread.native_id
        if answers or (said.visibility is Visibility.PRIVATE and piece.tries < ONE_DAY):
            return None  # what it answers has not come yet
        threads_for(account, [said])
        return Outcome(piece.arrival, ArrivalState.FILTERED, "own_post")
    Message.objects.create(
        account=account,
        conversation=conversation,
        native_id=said.native_id,
        direction=Direction.OUT,
        parent_native_id=said.parent_id,
        text=said.text,
        html=said.html,
        subject=said.subject,
        visibility=said.visibility,
        version=said.version,
        permalink=said.permalink,
        occurred_at=said.occurred_at,
        received_at=piece.received_at,
        state=MessageState.QUEUED,
        arrival_id=piece.arrival,
    )
    return Outcome(piece.arrival, ArrivalState.FILTERED, "answered_natively")


def _answered_conversation(account: Account, piece: Piece) -> Conversation | None:
    said = piece.incoming
    if said.op is not Op.UPSERT:
        return None
    parent = (
        Message.objects.filter(account=account, native_id=said.parent_id).select_related("conversation").first()
        if said.parent_id
        else None
    )
    if parent is not None:
        return parent.conversation
    return Conversation.objects.filter(account=account, native_id=said.conversation).first()


def said_elsewhere() -> QuerySet[Message]:
    """Messages of our side that this house did not send."""
    return Message.objects.filter(direction=Direction.OUT, agent__isnull=True, delivery__isnull=True)


def native_answers() -> QuerySet[Message]:
    """Those of them that still stand there."""
    return said_elsewhere().filter(deleted_at__isnull=True)


def cover_again(account: Account, touched: Sequence[int], changed: Sequence[str]) -> None:
    """Look again at what the platform says about messages: of conversations that got something new where our side
    answered there, and of conversations in which something was changed.
    """
    some = set(native_answers().filter(conversation__in=touched).values_list("conversation", flat=True))
    if changed:
        rows = Message.objects.filter(account=account, native_id__in=changed)
        some.update(rows.values_list("conversation", flat=True))
    cases = {case for pk in sorted(some) for case in _cover(pk)}
    if cases:
        refresh_waiting(cases)


def _cover(conversation: int) -> set[int]:
    """Give each message the coverage that follows from what stands on the platform; whatever people decided stays.
    Returns the cases in which somebody waits more or less than before.
    """
    answers = list(native_answers().filter(conversation=conversation).values_list("parent_native_id", "occurred_at"))
    parents, latest = {p for p, _ in answers if p}, max((at for p, at in answers if not p), default=None)
    cases: set[int] = set()
    for message in Message.objects.inbound().filter(_BY_PLATFORM, conversation=conversation):
        answered = message.native_id in parents or (latest is not None and message.occurred_at <= latest)
        coverage = _coverage_of(message, answered=answered)
        if coverage != message.coverage:
            _set(message, coverage)
            cases.update(
                Conversation.objects.filter(pk=conversation, case__isnull=False).values_list("case", flat=True)
            )
    return cases


def _coverage_of(message: Message, *, answered: bool) -> Coverage:
    if answered:
        return Coverage.ANSWERED_NATIVELY
    if message.deleted_at is not None:
        return Coverage.WITHDRAWN
    return Coverage.HIDDEN if message.hidden_at is not None else Coverage.OPEN


def _set(message: Message, coverage: Coverage) -> None:
    """A message that is open again comes into its case again, which may be closed."""
    message.coverage, message.covered_at = coverage, None if coverage == Coverage.OPEN else clock.now()
    if coverage == Coverage.OPEN and message.state == MessageState.QUEUED:
        message.state = MessageState.READ
    message.save(update_fields=["coverage", "covered_at", "state"])

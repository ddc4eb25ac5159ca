"""Words of our own that come back: echoes of what we sent, answers that a colleague gave on the platform itself,
our own posts; and bounces, which speak of what we sent.
"""

from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet

from resonanz.connectors.contract import Op
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
    if Message.objects.filter(account=account, native_id=said.native_id).exists():
        return Outcome(piece.arrival, ArrivalState.FILTERED, "own_echo")
    conversation = _answered_conversation(account, piece)
    if conversation is None:
        if said.parent_id and said.parent_id != said.thread.native_id:
            return None
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
    cover_natively(conversation)
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


def cover_natively(conversation: Conversation) -> None:
    """What our own side answered on the platform is no longer open: the message replied to, or (where the channel
    knows no parents) everything said before.
    """
    answers = native_answers().filter(conversation=conversation)
    for parent, at in answers.values_list("parent_native_id", "occurred_at"):
        answered = Q(native_id=parent) if parent else Q(occurred_at__lte=at)
        Message.objects.open().filter(answered, conversation=conversation).update(
            coverage=Coverage.ANSWERED_NATIVELY, covered_at=clock.now()
        )


def native_answers() -> QuerySet[Message]:
    """Messages of our side that this house did not send."""
    return Message.objects.filter(direction=Direction.OUT, agent__isnull=True, delivery__isnull=True)


def cover_late(conversations: Sequence[int]) -> None:
    """Messages that came after the native answer to them: look again at the conversations that they came into."""
    answered = native_answers().filter(conversation__in=conversations).values_list("conversation", flat=True)
    for conversation in Conversation.objects.filter(pk__in=set(answered)):
        cover_natively(conversation)

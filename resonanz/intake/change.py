"""What happened to a message that we have: edited, deleted, hidden, shown again, or merely repeated.

Texts and status are ordered apart, each by its own version, so that any order of arrival gives the same end.
"""

from collections.abc import Iterable, Iterator, Sequence

from resonanz.connectors.contract import Op
from resonanz.intake.understand import Outcome, Piece
from resonanz.kit import clock
from resonanz.model.models import Account, ArrivalState, Coverage, Direction, FormerText, Message, MessageState


def change(account: Account, pieces: Sequence[Piece]) -> Iterator[tuple[Outcome | None, Piece]]:
    """Apply each piece to its message; the outcome is None where the message is not known (yet)."""
    messages = _messages(account, pieces)
    for piece in pieces:
        message = messages.get(piece.incoming.native_id)
        if message is None:
            yield None, piece
        elif piece.incoming.op is Op.UPSERT:
            yield _edit(message, piece), piece
        else:
            yield _status(message, piece), piece


def _messages(account: Account, pieces: Iterable[Piece]) -> dict[str, Message]:
    ids = [p.incoming.native_id for p in pieces]
    if not ids:
        return {}
    rows = Message.objects.select_for_update().filter(account=account, native_id__in=ids)
    return {message.native_id: message for message in rows}


def _edit(message: Message, piece: Piece) -> Outcome:
    said = piece.incoming
    if said.version == message.version:
        return Outcome(piece.arrival, ArrivalState.STALE, "known already")
    if said.version < message.version:
        if said.text != message.text:
            _keep_former(message, said.version, said.text)
        return Outcome(piece.arrival, ArrivalState.STALE, "older than what we have")
    if said.text != message.text:
        _keep_former(message, message.version, message.text)
        message.text, message.fresh = said.text, "" if said.fresh == said.text else said.fresh
        message.edited_at = said.occurred_at if said.occurred_at > message.occurred_at else clock.now()
        if message.direction == Direction.IN and message.coverage == Coverage.OPEN:
            message.state = MessageState.UNREAD
    message.version = said.version
    message.save(update_fields=["text", "fresh", "edited_at", "state", "version"])
    return Outcome(piece.arrival, ArrivalState.UPDATE, "edited")


def _keep_former(message: Message, version: str, text: str) -> None:
    FormerText.objects.get_or_create(
        message=message, version=version, defaults={"text": text, "replaced_at": clock.now()}
    )


def _status(message: Message, piece: Piece) -> Outcome:
    said = piece.incoming
    if message.deleted_at is not None or (message.status_version and said.version <= message.status_version):
        return Outcome(piece.arrival, ArrivalState.STALE, "known already")
    message.status_version = said.version
    now = clock.now()
    if said.op is Op.DELETE:
        message.deleted_at = now
        _cover(message, Coverage.WITHDRAWN)
    elif said.op is Op.HIDE:
        message.hidden_at = now
        _cover(message, Coverage.HIDDEN)
    else:
        message.hidden_at = None
        if message.coverage == Coverage.HIDDEN:
            message.coverage, message.covered_at = Coverage.OPEN, None
    message.save(update_fields=["status_version", "deleted_at", "hidden_at", "coverage", "covered_at"])
    return Outcome(piece.arrival, ArrivalState.UPDATE, said.op.value)


def _cover(message: Message, coverage: Coverage) -> None:
    if message.coverage in {Coverage.OPEN, Coverage.HIDDEN}:
        message.coverage, message.covered_at = coverage, clock.now()

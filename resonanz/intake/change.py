"""What happened to a message that we have: edited, deleted, hidden, shown again, or merely repeated.

Texts and status are ordered apart, each by its own version, so that any order of arrival gives the same end.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_noop

from resonanz.connectors.contract import Op
from resonanz.intake.understand import Outcome, Piece
from resonanz.kit import clock
from resonanz.model.models import Account, ArrivalState, Direction, FormerText, Message, MessageState

NOT_THEIRS = gettext_noop("its id belongs to another person's message already")


def change(account: Account, pieces: Sequence[Piece]) -> Iterator[tuple[Outcome | None, Piece]]:
    """Apply each piece to its message; the outcome is None where the message is not known (yet)."""
    messages = _messages(account, pieces)
    for piece in pieces:
        message = messages.get(piece.incoming.native_id)
        if message is None:
            yield None, piece
        elif piece.incoming.op is Op.UPSERT:
            refused = Outcome(piece.arrival, ArrivalState.STALE, NOT_THEIRS)
            yield edit(message, piece) if _is_theirs(message, piece) else refused, piece
        else:
            yield _status(message, piece), piece


def _messages(account: Account, pieces: Iterable[Piece]) -> dict[str, Message]:
    ids = [p.incoming.native_id for p in pieces]
    if not ids:
        return {}
    of = ("self",) if connection.features.has_select_for_update_of else ()
    rows = Message.objects.select_for_update(of=of).filter(account=account, native_id__in=ids)
    return {message.native_id: message for message in rows.select_related("author")}


def _is_theirs(message: Message, piece: Piece) -> bool:
    """Nobody edits another person's message, or ours; an edit that names nobody is taken for the author's."""
    said = piece.incoming.author
    if message.direction == Direction.OUT:
        return said.is_self
    return message.author is None or not said.native_id or said.native_id == message.author.native_id


def edit(message: Message, piece: Piece) -> Outcome:
    """Bring one text to its newest version; each older one is kept, also where it came later."""
    said = piece.incoming
    if said.version == message.version:
        return Outcome(piece.arrival, ArrivalState.STALE, "known already")
    if said.version < message.version:
        _keep_former(message, said.version, said.text, at=message.edited_at or message.occurred_at)
        if said.occurred_at < message.occurred_at:  # the edit came first
            message.edited_at = message.edited_at or message.occurred_at
            message.occurred_at = said.occurred_at
            message.save(update_fields=["edited_at", "occurred_at"])
        return Outcome(piece.arrival, ArrivalState.STALE, "older than what we have")
    _keep_former(message, message.version, message.text, at=clock.now())
    if said.text != message.text:
        message.text, message.fresh = said.text, "" if said.fresh == said.text else said.fresh
        if message.direction == Direction.IN:
            message.state = MessageState.UNREAD
    message.edited_at = said.occurred_at if said.occurred_at > message.occurred_at else clock.now()
    message.version = said.version
    message.save(update_fields=["text", "fresh", "edited_at", "state", "version"])
    return Outcome(piece.arrival, ArrivalState.UPDATE, "edited")


def _keep_former(message: Message, version: str, text: str, *, at: datetime) -> None:
    """``at``: since when we know the newer text."""
    FormerText.objects.get_or_create(message=message, version=version, defaults={"text": text, "replaced_at": at})


def _status(message: Message, piece: Piece) -> Outcome:
    """Deletion is for good; hiding and showing again follow their versions. What they cover is looked at after."""
    said, now = piece.incoming, clock.now()
    if said.op is Op.DELETE:
        if message.deleted_at is not None:
            return Outcome(piece.arrival, ArrivalState.STALE, "known already")
        message.deleted_at = now
    else:
        if message.status_version and said.version <= message.status_version:
            return Outcome(piece.arrival, ArrivalState.STALE, "known already")
        message.status_version, message.hidden_at = said.version, now if said.op is Op.HIDE else None
    message.save(update_fields=["status_version", "deleted_at", "hidden_at"])
    return Outcome(piece.arrival, ArrivalState.UPDATE, said.op.value)

"""Words of our own that come back: echoes of what we sent, answers that a colleague gave on the platform itself,
our own posts; and bounces, which speak of what we sent. A fixed number of statements a batch.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from resonanz.connectors.contract import Receipt as Proof
from resonanz.connectors.contract import Visibility
from resonanz.intake.change import NOT_THEIRS, edit
from resonanz.intake.filters.verdict import Then
from resonanz.intake.place import threads_for
from resonanz.intake.understand import Outcome, Piece
from resonanz.model.bulk import insert, look_up
from resonanz.model.models import Account, ArrivalState, Case, Conversation, Direction, Message, MessageState
from resonanz.outbox.confirm import bounced
from resonanz.outbox.echo import Echo, take_echoes
from resonanz.outbox.shown import said_elsewhere

ONE_DAY = 24  # waits of an hour each, after which a private word of ours is taken for one that nobody answered
_COLUMNS = (
    "account_id", "conversation_id", "native_id", "direction", "parent_native_id", "text", "html", "subject",
    "visibility", "version", "permalink", "occurred_at", "received_at", "state", "arrival_id",
)  # fmt: skip


def ours(account: Account, pieces: Sequence[Piece]) -> Iterator[tuple[Outcome | None, Piece]]:
    """Handle each piece that a filter took out; None where it answers something that has not come yet."""
    became = _own_words(account, [p for p in pieces if p.verdict is not None and p.verdict.then is Then.OURS])
    for piece in pieces:
        verdict = piece.verdict
        if verdict is None or verdict.then is Then.SET_ASIDE:
            yield Outcome(piece.arrival, ArrivalState.FILTERED, verdict.name if verdict else ""), piece
        elif verdict.then is Then.BOUNCE:
            bounced(account, about=piece.incoming.about_id, why=piece.incoming.subject or piece.incoming.text[:200])
            yield Outcome(piece.arrival, ArrivalState.FILTERED, verdict.name), piece
        else:
            why = became.get(piece.arrival)
            state = ArrivalState.STALE if why == NOT_THEIRS else ArrivalState.FILTERED
            yield (Outcome(piece.arrival, state, why) if why else None), piece


def _own_words(account: Account, pieces: Sequence[Piece]) -> dict[int, str]:
    """What each arrival is: an echo, an answer given on the platform, a post of our own, or nothing, where its id is a
    customer's. One that waits for what it answers is left out.
    """
    first: dict[str, Piece] = {}
    for piece in pieces:
        first.setdefault(piece.incoming.native_id, piece)
    known: dict[str, str] = dict(
        look_up(Message, ["native_id", "direction"], "native_id", first, account_id=account.pk)
    )
    fresh = {native_id: piece for native_id, piece in first.items() if native_id not in known}
    talks = _talks(account, list(fresh.values()))
    new = [(piece, talks[native_id]) for native_id, piece in fresh.items() if native_id in talks]
    taken = take_echoes([_echo(piece, talk) for piece, talk in new])
    _write(account, [(piece, talk) for piece, talk in new if piece.incoming.native_id not in taken])
    _edit(account, [p for p in pieces if first[p.incoming.native_id] is not p or p.incoming.native_id in known])
    posts = {one: piece for one, piece in fresh.items() if one not in talks and not _waits(piece)}
    threads_for(account, [piece.incoming for piece in posts.values()])
    became = dict.fromkeys({*known, *talks}, "own_echo") | dict.fromkeys(posts, "own_post")
    became |= {one: NOT_THEIRS for one, direction in known.items() if direction == Direction.IN}
    found = {p.arrival: became[p.incoming.native_id] for p in pieces if p.incoming.native_id in became}
    return found | {p.arrival: "answered_natively" for p, _ in new if p.incoming.native_id not in taken}


def _talks(account: Account, pieces: Sequence[Piece]) -> dict[str, int]:
    """The conversation of each word, by what it answers (which may be another of these words), else by its key."""
    parents = {p.incoming.parent_id for p in pieces if p.incoming.parent_id}
    by_parent: dict[str, int] = dict(
        look_up(Message, ["native_id", "conversation_id"], "native_id", parents, account_id=account.pk)
    )
    by_key: dict[str, int] = dict(
        look_up(
            Conversation, ["native_id", "pk"], "native_id", [p.incoming.conversation for p in pieces],
            account_id=account.pk,
        )
    )  # fmt: skip
    found: dict[str, int] = {}
    waiting = sorted((p.incoming for p in pieces), key=lambda said: said.occurred_at)
    while waiting:
        rest = []
        for said in waiting:
            talk = by_parent.get(said.parent_id) or by_key.get(said.conversation)
            if talk is None:
                rest.append(said)
            else:
                found[said.native_id] = by_parent[said.native_id] = talk
        if len(rest) == len(waiting):
            break
        waiting = rest
    return found


def _echo(piece: Piece, talk: int) -> Echo:
    said = piece.incoming
    return Echo(
        talk, said.native_id, said.parent_id, said.text, Proof(said.native_id, said.occurred_at, said.permalink)
    )


def _write(account: Account, new: Sequence[tuple[Piece, int]]) -> None:
    insert(Message, _COLUMNS, [_row(account, piece, talk) for piece, talk in new])
    _index({talk for _piece, talk in new})


def _row(account: Account, piece: Piece, talk: int) -> tuple[object, ...]:
    said = piece.incoming
    return (
        account.pk, talk, said.native_id, Direction.OUT.value, said.parent_id, said.text, said.html, said.subject,
        said.visibility.value, said.version, said.permalink, said.occurred_at, piece.received_at,
        MessageState.QUEUED.value, piece.arrival,
    )  # fmt: skip


def _edit(account: Account, pieces: Sequence[Piece]) -> None:
    """What was said elsewhere follows its newest text; what this house sent stays as it was released."""
    if not pieces:
        return
    rows = said_elsewhere().filter(account=account, native_id__in={p.incoming.native_id for p in pieces})
    messages: Mapping[str, Message] = {message.native_id: message for message in rows}
    for piece in pieces:
        if (message := messages.get(piece.incoming.native_id)) is not None:
            edit(message, piece)
    _index({message.conversation_id for message in messages.values()})


def _index(talks: Collection[int]) -> None:
    if talks:
        Case.objects.filter(conversations__in=talks).words_changed()


def _waits(piece: Piece) -> bool:
    """What it answers has not come yet."""
    said = piece.incoming
    answers = bool(said.parent_id) and said.parent_id != said.thread.native_id
    return answers or (said.visibility is Visibility.PRIVATE and piece.tries < ONE_DAY)

"""One case as it is read: the public talk as the public sees it, private words apart, what is on its way."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Case as When_
from django.db.models import Prefetch, QuerySet, When, prefetch_related_objects

from resonanz.casework.beside import OTHERS, Beside, beside
from resonanz.kit import clock
from resonanz.model.base import besides
from resonanz.model.models import (
    Account,
    Agent,
    Approval,
    Attachment,
    Case,
    Contact,
    Conversation,
    Coverage,
    Delivery,
    DeliveryState,
    Direction,
    Draft,
    Identity,
    Message,
    Outcome,
    Reading,
    Thread,
    VisibleTo,
)
from resonanz.model.team import NAMED

LONG = 2400  # characters: about a page
# outcomes after which nothing of ours stands anywhere
NOT_LEFT = frozenset({Outcome.LATER, Outcome.REFUSED, Outcome.NOT_SENT})
# Columns that a page of a case does not show.
_ACCOUNT = besides("account", Account, "channel", "name")
_IDENTITY = besides("author", Identity, "name", "handle", "native_id")
_NOT_ASKED = [
    "html", "covered_at", "received_at",
    *besides("author", Identity, "contact", "name", "handle", "native_id"),
    *besides("author__contact", Contact, "name", "language", "address_form"),
    *besides("conversation__account", Account, "channel", "name", "limits", "signing", "state"),
    *besides("conversation__thread", Thread, "native_id", "title", "text", "author_name"),
    *besides("reading", Reading, "message", "language", "address_form", "found", "overruled"),
]  # fmt: skip
_NOT_SAID = [
    "html", "references", "version", "status_version", "covered_at", "received_at", "permalink",
    *_IDENTITY,
    *besides("agent", Agent, *NAMED),
    *besides("delivery", Delivery, "message", "state", "said", "due_at"),
]  # fmt: skip
# Of a reply on its way, besides who wrote it.
UNNAMED = [
    "key", "content_hash",
    *besides("approval", Approval, "draft"),
    *besides("approval__draft", Draft, "written_by"),
    *besides("approval__draft__written_by", Agent, *NAMED),
]  # fmt: skip
_NOT_ANSWERED = ["html", "references", *_IDENTITY, *besides("agent", Agent, *NAMED), *_ACCOUNT]


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance. ``kind``: customer, other (in another's talk), ours, pending (ours, not out yet).
    ``is_beneath``: it stands beneath what it answers.
    """

    kind: str
    at: datetime
    name: str
    text: str
    message: Message | None = None
    delivery: Delivery | None = None
    reading: Reading | None = None
    asks: bool = False
    is_beneath: bool = False
    answers: "Answers | None" = None

    @property
    def is_long(self) -> bool:
        """So long that only its beginning is shown until somebody asks for all of it."""
        return len(self.text) > LONG

    @property
    def may_be_taken_back(self) -> bool:
        """It waits, and no try of it may have reached anybody (``withdraw_delivery`` looks once more)."""
        if self.delivery is None or self.delivery.state != DeliveryState.WAITING:
            return False
        return all(one.outcome in NOT_LEFT for one in self.delivery.attempts.all())

    @property
    def former_texts(self) -> list[str]:
        """What it said before, each wording once, without the one that holds now."""
        if self.message is None:
            return []
        told = dict.fromkeys(former.text for former in self.message.former_texts.all())
        return [text for text in told if text.strip() != self.message.text.strip()]

    @property
    def edits(self) -> list[tuple[str, str]]:
        """Each former wording with the one that took its place, oldest first."""
        said = [*self.former_texts, self.message.text if self.message else ""]
        return list(itertools.pairwise(said))

    @property
    def seconds_left(self) -> int:
        return max(0, int((self.delivery.due_at - clock.now()).total_seconds())) if self.delivery else 0


@dataclass(frozen=True, slots=True)
class Answers:
    """What a word answers: whose, how it begins, its number, and whether it stands on this page."""

    name: str
    text: str
    message: int
    is_here: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said in one place. ``earlier`` and ``later``: how many words of other people are not shown."""

    account: Account
    thread: Thread
    is_private: bool
    lines: tuple[Line, ...] = ()
    earlier: int = 0
    later: int = 0
    identity: str = field(default="")


def story(case: Case, asks: int | None = None, others: int = OTHERS) -> tuple[Talk, ...]:
    """Every talk of a case, public ones first; a fixed number of queries. ``asks``: the message that is being answered.
    Around it (else around the customer's last words) stand the nearest ``others`` before and behind.
    """
    talks: dict[tuple[int, bool], Talk] = {}
    conversations = list(
        case.conversations.select_related("account", "thread", "identity").defer(*_ACCOUNT).order_by("pk")
    )
    said: dict[tuple[int, bool], list[Line]] = {}
    for conversation, is_private, line in [*_said(conversations, asks), *_pending(conversations)]:
        key = (conversation.thread_id, is_private)
        name = str(conversation.identity)
        talks.setdefault(key, Talk(conversation.account, conversation.thread, is_private, identity=name))
        said.setdefault(key, []).append(line)
    around = {thread: _middle(said[thread, False]) for thread, is_private in talks if not is_private}
    near = beside(case, around, others)
    shown = [line.message for lines in said.values() for line in lines if line.message]
    shown += [message for one in near.values() for message in one.messages]
    prefetch_related_objects(shown, "former_texts", _files())
    for key, talk in talks.items():
        talks[key] = replace(talk, lines=tuple(_in_time(said[key]))) if key[1] else _public(talk, said[key], near)
    sorted_talks = sorted(talks.values(), key=lambda talk: (talk.is_private, talk.lines[0].at))
    return tuple(_with_answers(sorted_talks))


def newest_word(talks: Iterable[Talk]) -> datetime | None:
    """When the customer spoke last in this case."""
    return max((line.at for talk in talks for line in talk.lines if line.kind == "customer"), default=None)


def newest_question(case: Case, message_id: int | None = None) -> Message | None:
    """The message that a reply answers: the named one, else the newest that waits, else the newest of the customer."""
    inbound = Message.objects.inbound().filter(conversation__case=case)
    related = ("author__contact", "conversation__account", "conversation__thread", "reading")
    inbound = inbound.select_related(*related).defer(*_NOT_ASKED)
    named = inbound.filter(pk=message_id).first() if message_id is not None else None
    waits = When_(When(coverage=Coverage.OPEN, then=0), default=1)
    found = named or inbound.order_by(waits, "-occurred_at", "-pk").first()
    if found is not None and found.account_id == found.conversation.account_id:
        found.account = found.conversation.account
    return found


def _said(conversations: list[Conversation], asks: int | None) -> Iterator[tuple[Conversation, bool, Line]]:
    messages = (
        Message.objects.filter(conversation__in=conversations)
        .select_related("author", "agent", "reading", "delivery")
        .defer(*_NOT_SAID)
        .prefetch_related("delivery__attempts")
        .order_by("occurred_at", "pk")
    )
    by_id = {conversation.pk: conversation for conversation in conversations}
    for message in messages:
        line = _line(message, asks=message.pk == asks)
        yield by_id[message.conversation_id], message.visibility == VisibleTo.PRIVATE, line


def _files() -> "Prefetch[str, QuerySet[Attachment], str]":
    """Attachments without their bytes."""
    return Prefetch("attachments", Attachment.objects.defer("content"))


def _line(message: Message, *, asks: bool = False) -> Line:
    ours = message.direction == Direction.OUT
    name = (message.agent.name if message.agent else "") if ours else str(message.author or "")
    return Line(
        "ours" if ours else "customer",
        message.occurred_at,
        name,
        message.own_words,
        message,
        getattr(message, "delivery", None) if ours else None,
        getattr(message, "reading", None),
        asks,
    )


def _pending(conversations: list[Conversation]) -> Iterator[tuple[Conversation, bool, Line]]:
    """Replies that have no message yet: waiting, on their way, uncertain or refused and not resolved."""
    deliveries = (
        Delivery.objects.filter(conversation__in=conversations, message=None, resolved_at=None)
        .exclude(state=DeliveryState.WITHDRAWN)
        .select_related("approval__draft__written_by")
        .defer(*UNNAMED)
        .prefetch_related("attempts")
        .order_by("pk")
    )
    by_id = {conversation.pk: conversation for conversation in conversations}
    for delivery in deliveries:
        writer = delivery.approval.draft.written_by
        text, visible = delivery.content.get("text", ""), delivery.content.get("visibility", "")
        line = Line("pending", delivery.created_at, writer.name if writer else "", text, delivery=delivery)
        yield by_id[delivery.conversation_id], visible == VisibleTo.PRIVATE, line


def _public(talk: Talk, said: list[Line], near: Mapping[int, Beside]) -> Talk:
    """A public talk as the public sees it: the words of others around, our answers beneath what they answer."""
    around = near.get(talk.thread.pk, Beside())
    lines = _in_time([*said, *(_other(message) for message in around.messages)])
    return replace(talk, lines=tuple(_beneath(lines)), earlier=around.earlier, later=around.later)


def _middle(lines: list[Line]) -> datetime:
    """When that was said around which the case is shown."""
    theirs = [line for line in lines if line.kind == "customer"] or lines
    return next((line.at for line in theirs if line.asks), max(line.at for line in theirs))


def _with_answers(talks: Sequence[Talk]) -> Iterator[Talk]:
    """The talks, each word with what it answers where that is another's word (not the post, and not where it stands
    beneath it anyway); one query.
    """
    asked = {
        (line.message.account_id, line.message.parent_native_id)
        for talk in talks
        for line in talk.lines
        if line.message and line.message.parent_native_id and not line.is_beneath
    }
    here = {line.message.pk for talk in talks for line in talk.lines if line.message}
    names = {native_id for _account, native_id in asked}
    accounts = {account for account, _native_id in asked}
    parents = Message.objects.filter(native_id__in=names, account__in=accounts) if asked else Message.objects.none()
    found = {
        (one.account_id, one.native_id): one
        for one in parents.select_related("author", "agent", "account").defer(*_NOT_ANSWERED)
    }
    for talk in talks:
        lines = (_with_answer(line, found, here, is_private=talk.is_private) for line in talk.lines)
        yield replace(talk, lines=tuple(lines))


def _with_answer(
    line: Line, found: Mapping[tuple[int, str], Message], here: Collection[int], *, is_private: bool
) -> Line:
    if line.message is None or line.is_beneath:
        return line
    parent = found.get((line.message.account_id, line.message.parent_native_id))
    if parent is None or (parent.visibility == VisibleTo.PRIVATE) != is_private:
        return line
    ours = parent.direction == Direction.OUT
    name = parent.account.name if ours else str(parent.author or "")
    answers = Answers(name, parent.own_words, parent.pk, parent.pk in here, parent.deleted_at is not None)
    return replace(line, answers=answers)


def _in_time(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.at)


def _beneath(lines: list[Line]) -> Iterator[Line]:
    """Each line, and behind it our answers to it."""
    there = {line.message.pk for line in lines if line.message and line.kind == "customer"}
    by_name = {line.message.native_id: line.message.pk for line in lines if line.message and line.kind == "customer"}
    answers: dict[int, list[Line]] = {}
    for line in lines:
        if (target := _answered(line, by_name)) in there:
            answers.setdefault(target, []).append(replace(line, is_beneath=True))
    for line in lines:
        if _answered(line, by_name) not in there:
            yield line
            yield from answers.get(line.message.pk, ()) if line.message else ()


def _answered(line: Line, by_name: Mapping[str, int]) -> int:
    """The message that this line of ours answers; 0 where it is not known."""
    if line.kind not in {"ours", "pending"}:
        return 0
    if line.delivery is not None:
        return line.delivery.target_id
    return by_name.get(line.message.parent_native_id, 0) if line.message else 0


def _other(message: Message) -> Line:
    is_ours = message.direction == Direction.OUT
    return Line("other", message.occurred_at, "" if is_ours else str(message.author or ""), message.own_words, message)

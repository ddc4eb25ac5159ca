"""One case as it is read: the public talk as the public sees it, private words apart, what is on its way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count, Prefetch, QuerySet

from resonanz.kit import clock
from resonanz.model.models import (
    Account,
    Attachment,
    Case,
    Conversation,
    Delivery,
    DeliveryState,
    Direction,
    Message,
    Reading,
    Thread,
    VisibleTo,
)

OTHERS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance. ``kind``: customer, other (another commenter), ours, pending (ours, not out yet)."""

    kind: str
    at: datetime
    name: str
    text: str
    message: Message | None = None
    delivery: Delivery | None = None
    reading: Reading | None = None
    asks: bool = False

    @property
    def may_be_taken_back(self) -> bool:
        """It has not left and is still within its undo seconds (or waits for its turn)."""
        return self.delivery is not None and self.delivery.state == DeliveryState.WAITING and not self.delivery.tries

    @property
    def seconds_left(self) -> int:
        return max(0, int((self.delivery.due_at - clock.now()).total_seconds())) if self.delivery else 0


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said in one place. ``hidden``: words of other people that are not shown."""

    account: Account
    thread: Thread
    is_private: bool
    lines: tuple[Line, ...] = ()
    hidden: int = 0
    identity: str = field(default="")


def story(case: Case, asks: int | None = None) -> tuple[Talk, ...]:
    """Every talk of a case, public ones first, each in order of time; a fixed number of queries. ``asks``: the message
    that is being answered.
    """
    talks: dict[tuple[int, bool], Talk] = {}
    conversations = list(case.conversations.select_related("account", "thread", "identity").order_by("pk"))
    said: dict[tuple[int, bool], list[Line]] = {}
    for conversation, is_private, line in [*_said(conversations, asks), *_pending(conversations)]:
        key = (conversation.thread_id, is_private)
        name = str(conversation.identity)
        talks.setdefault(key, Talk(conversation.account, conversation.thread, is_private, identity=name))
        said.setdefault(key, []).append(line)
    public = [thread for thread, is_private in talks if not is_private]
    others, counts = _others(case, public)
    for key, talk in talks.items():
        thread, is_private = key
        beside = [] if is_private else others.get(thread, [])
        lines = tuple(sorted([*said[key], *beside], key=lambda line: line.at))
        talks[key] = replace(talk, lines=lines, hidden=0 if is_private else counts.get(thread, 0) - len(beside))
    return tuple(sorted(talks.values(), key=lambda talk: (talk.is_private, talk.lines[0].at)))


def newest_question(case: Case, message_id: int | None = None) -> Message | None:
    """The message that a reply answers: the named one, else the newest that waits, else the newest of the customer."""
    inbound = Message.objects.inbound().filter(conversation__case=case)
    inbound = inbound.select_related("account", "author__contact", "conversation__account", "conversation__thread")
    if message_id is not None and (named := inbound.filter(pk=message_id).first()):
        return named
    newest = inbound.order_by("-occurred_at", "-pk")
    return newest.filter(coverage="open").first() or newest.first()


def _said(conversations: list[Conversation], asks: int | None) -> Iterator[tuple[Conversation, bool, Line]]:
    messages = (
        Message.objects.filter(conversation__in=conversations)
        .select_related("author", "agent", "reading", "delivery")
        .prefetch_related("former_texts", _files())
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
        .select_related("approval__draft__written_by", "conversation")
        .order_by("pk")
    )
    by_id = {conversation.pk: conversation for conversation in conversations}
    for delivery in deliveries:
        writer = delivery.approval.draft.written_by
        text, visible = delivery.content.get("text", ""), delivery.content.get("visibility", "")
        line = Line("pending", delivery.created_at, writer.name if writer else "", text, delivery=delivery)
        yield by_id[delivery.conversation_id], visible == VisibleTo.PRIVATE, line


def _others(case: Case, threads: Iterable[int]) -> tuple[dict[int, list[Line]], dict[int, int]]:
    """The newest words of other people under the same posts, and how many there are."""
    threads = list(threads)
    beside = (
        Message.objects.filter(conversation__thread__in=threads)
        .exclude(conversation__case=case)
        .exclude(visibility=VisibleTo.PRIVATE)
    )
    counts = dict(beside.order_by().values_list("conversation__thread").annotate(n=Count("pk")))
    lines: dict[int, list[Line]] = {}
    newest = beside.select_related("author", "agent", "conversation").prefetch_related("former_texts", _files())
    for message in newest.order_by("-occurred_at", "-pk")[:OTHERS]:
        ours = message.direction == Direction.OUT
        line = Line("ours" if ours else "other", message.occurred_at, str(message.author or ""), message.text, message)
        lines.setdefault(message.conversation.thread_id, []).append(line)
    return lines, counts

"""What a connector is: the shapes that go in and out, the abilities it declares, and the errors it may raise.

A connector is plain Python and synchronous; the house runs it in threads. It keeps no clock, never sleeps, never
retries and stores nothing: the cursor comes in and goes out. Raw material is an ``Arrival`` (kept as it came), its
meaning an ``Incoming`` (one each), our word to the outside an ``Outgoing``, the proof of it a ``Receipt``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from resonanz.kit.errors import ResonanzError
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret
from resonanz.kit.text import Counting, count, fingerprint


class Ability(StrEnum):
    """What a channel can do; the page offers nothing that the manifest does not name."""

    PULL = "pull"
    WATCH = "watch"  # can wait for news on an open line (IMAP IDLE)
    HOOK = "hook"
    SUBSCRIBE = "subscribe"  # can be told to push to our hook address, and says whether it does
    BACKFILL = "backfill"
    PUBLIC_REPLY = "public_reply"
    DIRECT = "direct"
    FIND = "find"  # can look for what we sent after an uncertain send
    KEYED_SEND = "keyed_send"  # the same Outgoing.key twice gives one post, guaranteed by the platform
    LOOK = "look"  # can re-fetch one message: edited? gone?
    THREAD = "thread"
    EDITS = "edits"
    DELETIONS = "deletions"
    MODERATED_SEND = "moderated_send"
    LIKE = "like"
    HIDE = "hide"
    DELETE_OWN = "delete_own"
    ATTACHMENTS = "attachments"
    SUBJECT = "subject"  # replies carry a subject line


class Op(StrEnum):
    """What happened to the message at the other side."""

    UPSERT = "upsert"
    DELETE = "delete"
    HIDE = "hide"
    UNHIDE = "unhide"


class Visibility(StrEnum):
    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    PRIVATE = "private"


class Mark(StrEnum):
    """What the connector recognised by the channel's own signs; the filters of intake decide what follows."""

    OWN = "own"  # written by our account
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    BULK = "bulk"  # newsletter, list mail
    SPAM = "spam"  # the platform's own verdict


@dataclass(frozen=True, slots=True)
class Setting:
    """One field that an administrator fills in. ``secret`` ones are encrypted at rest and never shown again."""

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    default: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The channel's limits for one account, read from the server where it says them."""

    text_max: int
    counting: Counting = "characters"
    attachment_max_bytes: int = 0
    attachments_max: int = 0
    sends_per_minute: int = 60
    window: timedelta | None = None  # how long after the customer's last word we may answer


@dataclass(frozen=True, slots=True)
class Length:
    """How long a reply is as it would leave, in the channel's own unit, and how long it may be."""

    count: int
    most: int

    @property
    def excess(self) -> int:
        """How much is too much; 0 where it fits."""
        return max(0, self.count - self.most)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the house, the administrator and the pages need to know of a channel before any call."""

    channel: str
    name: str
    icon: str  # one or two letters for the list
    abilities: frozenset[Ability]
    limits: Limits
    settings: tuple[Setting, ...]
    api_read_on: date
    identity_scope: Literal["channel", "account"] = "channel"  # are author ids the same for all our accounts?
    price_per_send: str = ""  # what the platform asks for one reply, as an amount with its currency: "0.015 USD"
    poll_every_s: int = 60
    past_page_s: int = 5  # between two pages of backfill on average, so that quota is left for news
    only_to_try: bool = False  # a platform of the sandbox: offered only where one is connected already, as in the demo
    begins_in_past: bool = False  # the first pull itself goes back, as far as the channel's own settings say


def _keep_nothing(renewed: Mapping[str, str]) -> None:
    """Where nobody keeps them, secrets are renewed again the next time."""


@dataclass(frozen=True, slots=True)
class Access:
    """One account of ours as the connector sees it. ``settings`` and ``secrets`` by the manifest's names. ``keep``:
    the house keeps secrets that a platform has renewed (by name) and gives them again from then on.
    """

    account: str
    settings: Mapping[str, str]
    secrets: Mapping[str, Secret]
    http: Http
    now: datetime
    keep: Callable[[Mapping[str, str]], None] = field(default=_keep_nothing, repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came, as it came. ``external_id`` is unique for the account *and* the version of the thing, so an edit is a
    new arrival and a repeat is none.
    """

    external_id: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One pull. ``cursor`` is opaque, kept by the house in the same transaction as the arrivals; ``more`` asks to be
    called again at once.
    """

    arrivals: Sequence[Arrival]
    cursor: str
    more: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it, by the channel's own id (never merged by name)."""

    native_id: str
    name: str = ""
    handle: str = ""
    avatar_url: str = ""
    is_self: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the text: its bytes where they came along, else an address to fetch later (guarded)."""

    name: str
    media_type: str
    content: bytes = b""
    url: str = ""
    size: int = 0
    inline_id: str = ""


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """Where it happens: a post, a video, a review page, a mail subject. Empty strings where not known yet."""

    native_id: str
    title: str = ""
    text: str = ""
    url: str = ""
    author_name: str = ""
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """The meaning of one arrival.

    ``native_id`` names the message at the platform; ``version`` orders its states (a larger string is newer) and an
    older one never overwrites a newer. ``conversation`` is the channel's key for "we and one contact in one thread".
    ``fresh`` is the customer's own new text where ``text`` also quotes (mail); empty means the same as ``text``.
    """

    native_id: str
    op: Op
    version: str
    occurred_at: datetime
    author: Author
    text: str
    thread: ThreadRef
    conversation: str
    visibility: Visibility = Visibility.PUBLIC
    parent_id: str = ""
    fresh: str = ""
    html: str = ""
    subject: str = ""
    language: str = ""  # as the platform says it (BCP 47), if it does
    permalink: str = ""
    attachments: tuple[Attachment, ...] = ()
    marks: frozenset[Mark] = frozenset()
    about_id: str = ""  # the message of ours that a bounce speaks of
    references: tuple[str, ...] = ()
    rating: int | None = None
    reply_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One reply, complete. ``key`` is the same at each try; ``to`` and the rest are native ids and handles."""

    key: str
    text: str
    visibility: Visibility
    in_reply_to: str = ""
    thread: str = ""
    conversation: str = ""
    to: Author = field(default_factory=lambda: Author(""))
    subject: str = ""
    references: tuple[str, ...] = ()
    from_name: str = ""
    language: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a reply looks to whoever reads it there: with what the platform adds, and as it writes addresses and names.
    ``to`` and ``subject`` where the channel shows such lines above the text.
    """

    kind: Literal["comment", "message", "mail"]
    text: str
    to: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof: the platform's id of what we sent. ``moderated`` means accepted, not visible yet."""

    native_id: str
    sent_at: datetime
    permalink: str = ""
    moderated: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """Why a reply cannot leave as it is; ``said`` is a message id with places."""

    code: Literal["too_long", "empty", "window_closed", "not_possible", "bad_address"]
    said: str
    places: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """How the connection stands, in plain words with the next step."""

    ok: bool
    said: str
    places: Mapping[str, object] = field(default_factory=dict)
    account_name: str = ""
    account_id: str = ""
    limits: Limits | None = None


class ChannelError(ResonanzError):
    """A platform said no, or nothing. ``permanent``: repeating cannot help. ``retry_after``: seconds until it may.
    ``unknown``: the send may have happened; only ``find`` or a person can tell.
    """

    code = "channel_error"
    status = 502
    said = "The channel answered: {why}"
    permanent: ClassVar[bool] = False
    unknown: ClassVar[bool] = False

    def __init__(self, why: str = "", *, retry_after: float | None = None) -> None:
        self.why = why
        self.retry_after = retry_after
        super().__init__(self.said, why=why)


class AuthExpired(ChannelError):
    code = "auth_expired"
    said = "The channel no longer accepts our log-in ({why}). Connect the account again."
    permanent = True


class RateLimited(ChannelError):
    code = "rate_limited"
    said = "The channel asks us to wait ({why})."


class Postponed(ChannelError):
    """This one reply is not taken now (its recipient's server cannot, or wants a second try); others may leave."""

    code = "postponed"
    said = "The channel does not take this reply yet ({why})."


class Rejected(ChannelError):
    """The platform will not take this text or this act."""

    code = "rejected"
    said = "The channel does not accept this: {why}"
    permanent = True


class TargetGone(Rejected):
    """What we answer is no longer there."""

    code = "target_gone"
    said = "What this answers is no longer there ({why})."


class Unreachable(ChannelError):
    """Not reached, or a 5xx to a reading call: safe to repeat later."""

    code = "unreachable"
    said = "The channel could not be reached ({why})."


class OutcomeUnclear(ChannelError):
    """The send left, the answer did not come (time-out, reset, 5xx after bytes were sent)."""

    code = "outcome_unclear"
    said = "It is not certain whether this was sent ({why})."
    unknown = True


class NotOurs(ChannelError):
    """This payload is not from this platform, or is damaged; it is kept and shown."""

    code = "not_ours"
    said = "This does not look like something from this channel: {why}"
    permanent = True


class BadSignature(NotOurs):
    code = "bad_signature"
    status = 403
    said = "The signature of this call is wrong."


class Unsupported(ChannelError):
    """Known and ignored on purpose (counted), or an act that this channel does not have."""

    code = "unsupported"
    said = "This channel does not do this: {why}"
    permanent = True


class Connector(Protocol):
    """The interface. Everything but ``parse`` and ``check`` may call the platform through ``access.http`` (or, for
    mail, its own protocol library with the same time-outs).
    """

    manifest: Manifest
    folder: Path

    def handshake(self, access: Access, query: Mapping[str, str]) -> str | None:
        """Answer a platform's proof-of-ownership call; None where the query is none."""

    def verify(self, access: Access, headers: Mapping[str, str], body: bytes) -> None:
        """Raise BadSignature unless the call is the platform's. Constant time, over the raw bytes."""

    def subscribed(self, access: Access, url: str) -> bool:
        """Whether the platform pushes to this hook address."""

    def subscribe(self, access: Access, url: str) -> None:
        """Have it push there from now on, signed with the account's own hook secret."""

    def receive(self, headers: Mapping[str, str], body: bytes) -> Sequence[Arrival]:
        """Take one verified hook body apart into arrivals; pure. Raises NotOurs."""

    def parse(self, access: Access, arrival: Arrival) -> Incoming:
        """The meaning of one arrival; pure (uses only ``access.account`` and ``access.settings``). Raises NotOurs,
        Unsupported.
        """

    def pull(self, access: Access, cursor: str) -> Page:
        """Ask for news since ``cursor`` ("" the first time)."""

    def backfill(self, access: Access, since: datetime, cursor: str) -> Page:
        """Older material back to ``since``, page by page, with our own answers where the channel shows them. ``cursor``
        is its own ("" the first time); what the news brought already is the same arrival again.
        """

    def watch(self, access: Access, seconds: float) -> bool:
        """Wait at most ``seconds`` on an open line; True as soon as there is news."""

    def look(self, access: Access, native_id: str, *, thread: str = "") -> Arrival:
        """Re-fetch one message as it stands now. Raises TargetGone where it is no longer there."""

    def gone(self, access: Access, native_id: str) -> Arrival:
        """What says that a message is deleted, where only its absence tells: ``parse`` understands it; pure."""

    def thread(self, access: Access, native_id: str) -> Sequence[Arrival]:
        """Everything in one thread, for reconciliation."""

    def limits(self, access: Access) -> Limits:
        """The limits that hold for this account, read from the server where it says them."""

    def length(self, outgoing: Outgoing, limits: Limits) -> Length:
        """How long this reply is with everything that the channel adds; ``check`` says "too_long" exactly where there
        is an excess. Pure.
        """

    def check(self, outgoing: Outgoing, limits: Limits) -> Sequence[Violation]:
        """Why this reply cannot leave as it is; pure."""

    def appear(self, outgoing: Outgoing) -> Appearance:
        """How this reply will look on the platform; pure."""

    def send(self, access: Access, outgoing: Outgoing) -> Receipt:
        """Send once. Raises OutcomeUnclear where it may have happened."""

    def find(self, access: Access, outgoing: Outgoing, since: datetime) -> Receipt | None:
        """Was it sent? Look for our reply at the target; None when certainly not. Raises Unsupported."""

    def recognises(self, outgoing: Outgoing, native_id: str, *, parent: str, text: str) -> bool:
        """Whether a word of our own account, as it came in, is this reply, however the platform decorated it; pure.
        ``parent`` is what it answers there, empty where the platform does not say.
        """

    def act(self, access: Access, native_id: str, act: Literal["like", "hide", "unhide", "delete"]) -> None:
        """Another act on one message."""

    def health(self, access: Access) -> Health:
        """Is the connection good? Never raises for a bad log-in: it says so."""


class Base:
    """What a channel without an ability answers: ``Unsupported``. Connectors inherit this and override."""

    manifest: Manifest
    folder: Path

    def handshake(self, access: Access, query: Mapping[str, str]) -> str | None:  # noqa: ARG002
        return None

    def verify(self, access: Access, headers: Mapping[str, str], body: bytes) -> None:  # noqa: ARG002
        raise BadSignature("no hooks here")

    def subscribed(self, access: Access, url: str) -> bool:  # noqa: ARG002
        raise Unsupported("subscribe")

    def subscribe(self, access: Access, url: str) -> None:  # noqa: ARG002
        raise Unsupported("subscribe")

    def receive(self, headers: Mapping[str, str], body: bytes) -> Sequence[Arrival]:  # noqa: ARG002
        raise Unsupported("hooks")

    def pull(self, access: Access, cursor: str) -> Page:  # noqa: ARG002
        raise Unsupported("pull")

    def backfill(self, access: Access, since: datetime, cursor: str) -> Page:  # noqa: ARG002
        raise Unsupported("backfill")

    def watch(self, access: Access, seconds: float) -> bool:  # noqa: ARG002
        raise Unsupported("watch")

    def look(self, access: Access, native_id: str, *, thread: str = "") -> Arrival:  # noqa: ARG002
        raise Unsupported("look")

    def gone(self, access: Access, native_id: str) -> Arrival:  # noqa: ARG002
        raise Unsupported("gone")

    def thread(self, access: Access, native_id: str) -> Sequence[Arrival]:  # noqa: ARG002
        raise Unsupported("thread")

    def limits(self, access: Access) -> Limits:  # noqa: ARG002
        return self.manifest.limits

    def check(self, outgoing: Outgoing, limits: Limits) -> Sequence[Violation]:
        found: list[Violation] = []
        if not outgoing.text.strip():
            found.append(Violation("empty", "Write something first."))
        if excess := self.length(outgoing, limits).excess:
            found.append(
                Violation("too_long", "{excess} too many for this channel. Shorten the text.", {"excess": excess})
            )
        return found

    def length(self, outgoing: Outgoing, limits: Limits) -> Length:
        """Channels that add to the text or count otherwise override it."""
        return Length(count(outgoing.text, limits.counting), limits.text_max)

    def appear(self, outgoing: Outgoing) -> Appearance:
        """Channels that add to the text or show it otherwise override it."""
        return Appearance("message" if outgoing.visibility is Visibility.PRIVATE else "comment", outgoing.text.strip())

    def send(self, access: Access, outgoing: Outgoing) -> Receipt:  # noqa: ARG002
        raise Unsupported("send")

    def find(self, access: Access, outgoing: Outgoing, since: datetime) -> Receipt | None:  # noqa: ARG002
        raise Unsupported("find")

    def recognises(self, outgoing: Outgoing, native_id: str, *, parent: str, text: str) -> bool:  # noqa: ARG002 - few ids tell
        here = parent in {"", outgoing.in_reply_to, outgoing.thread}
        return here and fingerprint(outgoing.text) == fingerprint(text)

    def act(self, access: Access, native_id: str, act: Literal["like", "hide", "unhide", "delete"]) -> None:  # noqa: ARG002
        raise Unsupported(act)

    def health(self, access: Access) -> Health:  # noqa: ARG002
        return Health(ok=True, said="Ready.")

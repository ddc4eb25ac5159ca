"""Factories: each gives a saved row that is right as it stands."""

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from PIL import Image

from resonanz.accounts.access import vault
from resonanz.kit import clock
from resonanz.model.models import (
    Account,
    Agent,
    Attachment,
    BlockState,
    BlockVersion,
    Budget,
    Case,
    Contact,
    Conversation,
    Coverage,
    Direction,
    Identity,
    Message,
    MessageState,
    Queue,
    Reading,
    Team,
    TextBlock,
    Thread,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_numbers = count(1)


def agent(name: str, *, roles: Sequence[str] = ("agent",), teams: Sequence[Team] = ()) -> Agent:
    first = name.split(maxsplit=1)[0].lower()
    made = Agent.objects.create_user(f"{first}@auenwerke.example", "a good password", name=name, roles=list(roles))
    made.teams.set(teams)
    return made


def account(
    channel: str = "square", *, queue: Queue | None = None, name: str = "Auenwerke", **settings: str
) -> Account:
    number = next(_numbers)
    made = Account.objects.create(
        channel=channel,
        name=name,
        native_id="",
        settings=settings,
        locked_secrets=vault().lock({"token": "a-secret-token"}),
        hook_key=f"hook-key-{number}",
        queue=queue,
    )
    Budget.objects.create(account=made, most=60, since=clock.now())
    return made


def identity(contact: Contact, channel: str, native_id: str, name: str) -> Identity:
    return Identity.objects.create(contact=contact, channel=channel, native_id=native_id, name=name, handle=name)


def stranger() -> Contact:
    """Somebody who has not written before."""
    return Contact.objects.create(name=f"Person {next(_numbers)}")


def conversation(account: Account, who: Identity, *, case: Case | None = None, title: str = "A post") -> Conversation:
    number = next(_numbers)
    thread = Thread.objects.create(account=account, native_id=f"post-{number}", title=title, text=title)
    return Conversation.objects.create(
        account=account, native_id=f"talk-{number}", thread=thread, identity=who, case=case
    )


def message(talk: Conversation, text: str = "Wann kommt die Linie 2?", **fields: object) -> Message:
    number = next(_numbers)
    values: dict[str, object] = {
        "account": talk.account,
        "conversation": talk,
        "native_id": f"m-{number}",
        "direction": Direction.IN,
        "author": talk.identity,
        "text": text,
        "version": "1",
        "occurred_at": NOON + timedelta(seconds=number),
        "state": MessageState.QUEUED,
        "coverage": Coverage.OPEN,
    }
    made = Message.objects.create(**(values | fields))
    if made.direction == Direction.IN:
        Reading.objects.create(message=made, language="de", address_form="du", readers="test")
    return made


def case(town: object, *, who: Identity | None = None, text: str = "Wann kommt die Linie 2?", **fields: object) -> Case:
    """A case of Ada's (or another's) with one open public message, in the red team's queue."""
    person = who or town.ada_on_square  # type: ignore[attr-defined]
    values: dict[str, object] = {
        "contact": person.contact,
        "queue": town.queue,  # type: ignore[attr-defined]
        "title": text,
        "waiting_since": NOON,
        "urgency": 1,
    }
    made = Case.objects.create(**(values | fields))
    message(conversation(town.page, person, case=made), text)  # type: ignore[attr-defined]
    return made


def block(name: str = "Begrüßung", by: Agent | None = None, **forms: str) -> BlockVersion:
    """A published block; ``forms`` by name with underscores: de_du, de_sie, en."""
    number = next(_numbers)
    made = TextBlock.objects.create(name=name, slug=f"block-{number}", owner=by)
    texts = {form.replace("_", "."): text for form, text in forms.items()} or {"de.du": "{{ salutation }}, gern!"}
    return BlockVersion.objects.create(block=made, number=1, forms=texts, state=BlockState.PUBLISHED, written_by=by)


def file(message: Message, content: bytes, *, name: str, media_type: str) -> Attachment:
    """A file that came with the message, kept as intake keeps it."""
    return Attachment.objects.create(
        message=message,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def dots(width: int = 40, height: int = 20, kind: str = "PNG", **options: object) -> bytes:
    """A plain blue picture, written as ``kind``."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#2456a8").save(out, kind, **options)
    return out.getvalue()


def picture(message: Message, name: str = "laterne.png") -> Attachment:
    return file(message, dots(), name=name, media_type="image/png")

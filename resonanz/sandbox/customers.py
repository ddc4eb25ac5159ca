"""What customers do: say something on any channel. Used by the public page, the control API and the town."""

import re
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from resonanz.sandbox import bluesky_records, mailboxes, seeds
from resonanz.sandbox.mastodon_shapes import FIRST_ID, native
from resonanz.sandbox.world import Entry, Missing, World, slug

CHANNELS = ("comment", "direct", "mention", "mastodon_direct", "mail")
NAME_MOST = 60
TEXT_MOST = 5000


def say(
    world: World,
    channel: str,
    name: str,
    text: str,
    *,
    answers: str = "",
    language: str = "",
    at: datetime | None = None,
) -> str:
    """A customer writes; gives the id. ``answers``: what it speaks to (a comment needs a post or a comment; without
    one the newest post is taken). Raises ValueError with a sentence.
    """
    name, text = name.strip(), text.strip()
    if channel not in CHANNELS or not 0 < len(name) <= NAME_MOST or not 0 < len(text) <= TEXT_MOST:
        raise ValueError("Please give a name, a text and one of: " + ", ".join(CHANNELS))
    target = entry_of(world, answers) if answers else None
    if channel == "comment":
        return comment(world, name, text, target or _newest_post(world), language=language, at=at)
    if channel == "direct":
        author = world.join("square", name)
        us = world.us("square")
        fresh = world.write(
            author, text, kind="direct", to=us, answers=target, visibility="direct", language=language, at=at
        )
        return f"sq-{fresh.id}"
    if channel == "mail":
        return _mail(world, name, text, at or world.clock.now())
    visibility = "direct" if channel == "mastodon_direct" else "public"
    return toot(world, name, text, target, visibility=visibility, language=language, at=at)


def comment(
    world: World, name: str, text: str, target: Entry, *, language: str = "", at: datetime | None = None
) -> str:
    """A customer's comment beneath a post, or beneath a comment (one level)."""
    author = world.join("square", name)
    fresh = world.write(
        author, text, kind="comment", parent=world.place(target), answers=target, language=language, at=at
    )
    return f"sq-{fresh.id}"


def toot(
    world: World,
    name: str,
    text: str,
    target: Entry | None = None,
    *,
    visibility: str = "public",
    language: str = "",
    at: datetime | None = None,
) -> str:
    """A customer's status; it mentions the company whether the text says so or not."""
    us = f"@{seeds.MASTODON_HANDLE}"
    author = world.join("mastodon", name)
    text = text if us in text.lower() else f"{us} {text}"
    fresh = world.write(
        author, text, kind="status", parent=target, answers=target, visibility=visibility, language=language, at=at
    )
    return native(fresh.id)


def skeet(world: World, name: str, text: str, answers: Entry | None = None) -> Entry:
    """A customer's post at Bluesky: an answer, or one that names whom it names."""
    author = world.join("bluesky", name, f"{slug(name).replace('_', '-')}.auental.example")
    return bluesky_records.keep(world, author, bluesky_records.by_client(world, text, answers))


def entry_of(world: World, id: str) -> Entry:  # noqa: A002 - the word of the address
    """The entry behind a square or Mastodon id. Raises Missing."""
    found = re.fullmatch(r"sq-(\d{1,18})|(\d{1,18})", id)
    if not found:
        raise Missing(id)
    return world.entry(int(found.group(1)) if found.group(1) else int(found.group(2)) - FIRST_ID)


def _newest_post(world: World) -> Entry:
    posts = world.entries("platform = 'square' AND kind = 'post' ORDER BY at DESC LIMIT 1")
    if not posts:
        raise ValueError("There is no post to write under yet.")
    return posts[0]


def _mail(world: World, name: str, text: str, at: datetime) -> str:
    address = f"{slug(name)}@post.auental.example"
    letter = EmailMessage()
    letter["From"] = f'"{name.replace(chr(34), "")}" <{address}>'
    letter["To"] = seeds.MAIL_ADDRESS
    letter["Subject"] = text.split("\n", 1)[0][:70]
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = make_msgid(domain="post.auental.example")
    letter.set_content(text)
    mailboxes.deliver(world, seeds.MAIL_ADDRESS, letter.as_bytes())
    return str(letter["Message-ID"])

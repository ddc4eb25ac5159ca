"""What Mastodon's API gives: accounts, statuses, notifications and the server itself as JSON objects."""

import html
import re
from functools import partial

from resonanz.kit.text import count
from resonanz.sandbox import seeds
from resonanz.sandbox.clock import stamp
from resonanz.sandbox.world import MENTION, Entry, Missing, Person, World

TEXT_MAX = 500
URL_WEIGHT = 23
FIRST_ID = 115_000_000_000_000_000  # status ids are large whole numbers in strings
SCOPES = ["read", "write", "follow", "push"]
VISIBILITIES = ("public", "unlisted", "private", "direct")
IMAGE_TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp"]
_URL = re.compile(r"https?://[^\s<]+")

Json = dict[str, object]


def native(id: int) -> str:  # noqa: A002 - the word of the table
    return str(FIRST_ID + id)


def row_id(text: str) -> int:
    """The row behind a status id; 0 where the text is none."""
    return int(text) - FIRST_ID if re.fullmatch(r"\d{1,18}", text) else 0


def length(text: str) -> int:
    """As Mastodon counts: graphemes, an address is 23, of a mention only the local part counts."""
    bare = _URL.sub("x" * URL_WEIGHT, text)
    return count(MENTION.sub(lambda found: "@" + found.group(1), bare), "graphemes")


def account(world: World, base: str, person: Person) -> Json:
    picture = f"{base}/avatar/{person.handle}.svg"
    sql = "SELECT count(*) FROM entry WHERE author_id = ? AND deleted_at = ''"
    return {
        "id": str(person.id), "username": person.handle, "acct": person.handle, "display_name": person.name,
        "locked": False, "bot": False, "discoverable": True, "indexable": False, "group": False,
        "created_at": person.at.strftime("%Y-%m-%dT00:00:00.000Z"), "note": "", "url": f"{base}/@{person.handle}",
        "uri": f"{base}/users/{person.handle}", "avatar": picture, "avatar_static": picture, "header": picture,
        "header_static": picture, "followers_count": 0, "following_count": 0,
        "statuses_count": world.store.one(sql, person.id), "last_status_at": None, "emojis": [], "fields": [],
    }  # fmt: skip


def own_account(world: World, base: str, person: Person) -> Json:
    source = {
        "note": "", "fields": [], "privacy": "public", "sensitive": False, "language": "de",
        "follow_requests_count": 0, "attribution_domains": [], "hide_collections": False, "discoverable": True,
        "indexable": False, "quote_policy": "public",
    }  # fmt: skip
    role = {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False}
    return {**account(world, base, person), "source": source, "role": role}


def status(world: World, base: str, entry: Entry, viewer: Person | None = None) -> Json:
    author = world.person(entry.author)
    answered = _answered(world, entry)
    link = f"{base}/@{author.handle}/{native(entry.id)}"
    replies = world.store.one("SELECT count(*) FROM entry WHERE answers_id = ? AND deleted_at = ''", entry.id)
    shown: Json = {
        "id": native(entry.id), "created_at": stamp(entry.at),
        "edited_at": stamp(entry.edited_at) if entry.edited_at else None,
        "in_reply_to_id": native(answered.id) if answered else None,
        "in_reply_to_account_id": str(answered.author) if answered else None,
        "sensitive": False, "spoiler_text": "", "visibility": entry.visibility, "language": entry.language or None,
        "uri": f"{base}/users/{author.handle}/statuses/{native(entry.id)}", "url": link,
        "replies_count": replies, "reblogs_count": 0, "favourites_count": world.likes(entry.id), "quotes_count": 0,
        "content": content(world, base, entry), "reblog": None, "account": account(world, base, author),
        "media_attachments": attachments(world, base, entry), "mentions": mentions(world, base, entry),
        "tags": [], "emojis": [], "card": None, "poll": None,
        "application": {"name": "Auental", "website": None}, "filtered": [],
    }  # fmt: skip
    if viewer:
        shown |= {"favourited": bool(world.likes(entry.id, viewer)), "reblogged": False, "muted": False,
                  "bookmarked": False, "pinned": False}  # fmt: skip
    return shown


def content(world: World, base: str, entry: Entry) -> str:
    """The text as Mastodon's HTML: paragraphs, line breaks, mentions and addresses as links."""
    known = {person.handle.lower() for person in world.mentioned(entry.id)}
    pieces = re.split(r"\n{2,}", entry.text.strip())
    paragraphs = [_linked(base, html.escape(piece, quote=False), known).replace("\n", "<br />") for piece in pieces]
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def mentions(world: World, base: str, entry: Entry) -> list[Json]:
    return [
        {"id": str(one.id), "username": one.handle, "url": f"{base}/@{one.handle}", "acct": one.handle}
        for one in world.mentioned(entry.id)
    ]


def attachments(world: World, base: str, entry: Entry) -> list[Json]:
    found = world.store.rows("SELECT id, type, words FROM media WHERE entry_id = ? ORDER BY id", entry.id)
    return [medium(base, row["id"], row["type"], row["words"]) for row in found]


def medium(base: str, id: int, media_type: str, words: str) -> Json:  # noqa: A002 - the word of the table
    kind = "image" if media_type.startswith("image/") else "unknown"
    link = f"{base}/media/{id}"
    return {"id": str(id), "type": kind, "url": link, "preview_url": link, "remote_url": None, "meta": {},
            "description": words or None, "blurhash": None}  # fmt: skip


def notification(world: World, base: str, row: Json, viewer: Person) -> Json:
    entry = world.entry(int(str(row["entry_id"])))
    return {
        "id": str(row["id"]), "type": row["kind"], "created_at": row["at"], "group_key": f"ungrouped-{row['id']}",
        "account": account(world, base, world.person(int(str(row["by_id"])))),
        "status": status(world, base, entry, viewer),
    }  # fmt: skip


def instance(world: World, base: str) -> Json:
    """GET /api/v2/instance."""
    return {
        "domain": seeds.DOMAIN, "title": f"{seeds.CITY} (Sandbox)", "version": "4.5.0",
        "source_url": "https://github.com/mastodon/mastodon", "description": "A place to try things.",
        "usage": {"users": {"active_month": world.store.one("SELECT count(*) FROM person")}},
        "thumbnail": {"url": f"{base}/avatar/auental.svg"}, "icon": [], "languages": ["de"],
        "configuration": {
            "urls": {}, "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "statuses": {
                "max_characters": TEXT_MAX, "max_media_attachments": 4, "characters_reserved_per_url": URL_WEIGHT,
            },
            "media_attachments": _media_limits(), "polls": _poll_limits(), "translation": {"enabled": False},
        },
        "registrations": {"enabled": False, "approval_required": False, "message": None, "url": None},
        "api_versions": {"mastodon": 7}, "contact": {"email": f"admin@{seeds.DOMAIN}", "account": None}, "rules": [],
    }  # fmt: skip


def instance_v1(world: World, base: str) -> Json:
    """GET /api/v1/instance, the older form."""
    new = instance(world, base)
    return {
        "uri": seeds.DOMAIN, "title": new["title"], "short_description": new["description"],
        "description": new["description"], "email": f"admin@{seeds.DOMAIN}", "version": new["version"],
        "urls": {"streaming_api": ""}, "thumbnail": f"{base}/avatar/auental.svg", "languages": ["de"],
        "stats": {"user_count": 1, "status_count": world.store.one("SELECT count(*) FROM entry"), "domain_count": 1},
        "registrations": False, "approval_required": False, "invites_enabled": False,
        "configuration": new["configuration"],
        "contact_account": account(world, base, world.us("mastodon")), "rules": [],
    }  # fmt: skip


def _answered(world: World, entry: Entry) -> Entry | None:
    if not entry.answers:
        return None
    try:
        return world.entry(entry.answers)
    except Missing:
        return None


def _linked(base: str, escaped: str, known: set[str]) -> str:
    pieces, last = [], 0
    for found in _URL.finditer(escaped):
        pieces += [
            MENTION.sub(partial(_mention_link, base, known), escaped[last : found.start()]),
            _link(found.group()),
        ]
        last = found.end()
    return "".join(pieces) + MENTION.sub(partial(_mention_link, base, known), escaped[last:])


def _link(url: str) -> str:
    scheme, rest = url.split("://", 1)
    return (
        f'<a href="{url}" target="_blank" rel="nofollow noopener"><span class="invisible">{scheme}://</span>'
        f'<span class="">{rest}</span></a>'
    )


def _mention_link(base: str, known: set[str], found: "re.Match[str]") -> str:
    name = found.group(1)
    if name.lower() not in known:
        return found.group()
    link = f'<a href="{base}/@{name}" class="u-url mention">@<span>{name}</span></a>'
    return f'<span class="h-card" translate="no">{link}</span>'


def _media_limits() -> Json:
    return {
        "supported_mime_types": IMAGE_TYPES, "description_limit": 1500, "image_size_limit": 16_777_216,
        "image_matrix_limit": 33_177_600, "video_size_limit": 103_809_024, "video_frame_rate_limit": 120,
        "video_matrix_limit": 8_294_400,
    }  # fmt: skip


def _poll_limits() -> Json:
    return {"max_options": 4, "max_characters_per_option": 50, "min_expiration": 300, "max_expiration": 2_629_746}

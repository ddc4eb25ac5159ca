"""What leaves, as it is kept and approved: an ``Outgoing`` as JSON, and the hash that binds an approval to it."""

import hashlib
from dataclasses import asdict
from typing import Any

import orjson

from resonanz.connectors.contract import Author, Outgoing, Visibility

_BOUND = (
    "text",
    "subject",
    "visibility",
    "in_reply_to",
    "thread",
    "conversation",
    "to",
    "from_name",
    "references",
    "language",
)


def content_of(outgoing: Outgoing, *, account: int) -> dict[str, Any]:
    """The reply as JSON values, without its key; ``account`` is part of what was approved."""
    content: dict[str, Any] = orjson.loads(orjson.dumps(asdict(outgoing)))
    return {"account": account, **{name: content[name] for name in _BOUND}}


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 over the canonical form: any changed character, recipient or visibility gives another."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def outgoing_of(content: dict[str, Any], *, key: str) -> Outgoing:
    """The reply as connectors take it."""
    return Outgoing(
        key=key,
        text=content["text"],
        visibility=Visibility(content["visibility"]),
        in_reply_to=content["in_reply_to"],
        thread=content["thread"],
        conversation=content["conversation"],
        to=Author(**content["to"]),
        subject=content["subject"],
        references=tuple(content["references"]),
        from_name=content["from_name"],
        language=content["language"],
    )

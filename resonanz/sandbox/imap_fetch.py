"""IMAP FETCH: the wanted pieces of one mail."""

import re
from collections.abc import Sequence

from resonanz.sandbox.imap_grammar import BadCommand, Tokens, as_text, stamped
from resonanz.sandbox.mailboxes import Mail

MACROS = {"ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"], "FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"]}
WHOLE = {"RFC822": "", "RFC822.HEADER": "HEADER", "RFC822.TEXT": "TEXT"}
_SECTION = re.compile(r"BODY(\.PEEK)?\[([^\]]*)\](?:<(\d+)(?:\.(\d+))?>)?", re.IGNORECASE)


def wanted(part: object) -> list[str]:
    """The items of a FETCH as texts. Raises BadCommand."""
    items = [as_text(one) for one in _flat(part if isinstance(part, list) else [part])]
    return [item for one in items for item in MACROS.get(one.upper(), [one])]


def marks_seen(items: Sequence[str]) -> bool:
    """Reading a body marks it as seen unless one only peeks."""
    sections = [found for item in items if (found := _SECTION.fullmatch(item))]
    return any(not found.group(1) for found in sections) or any(
        item.upper() in {"RFC822", "RFC822.TEXT"} for item in items
    )


def fetched(mail: Mail, items: Sequence[str], *, with_uid: bool) -> bytes:
    """What stands between the brackets of a FETCH answer. Raises BadCommand for items that are not known."""
    pieces = [_piece(mail, item) for item in items]
    if with_uid and not any(item.upper() == "UID" for item in items):
        pieces.insert(0, f"UID {mail.uid}".encode())
    return b" ".join(pieces)


def _piece(mail: Mail, item: str) -> bytes:
    name = item.upper()
    if name == "UID":
        return f"UID {mail.uid}".encode()
    if name == "FLAGS":
        return f"FLAGS ({' '.join(sorted(mail.flags))})".encode()
    if name == "RFC822.SIZE":
        return f"RFC822.SIZE {len(mail.raw)}".encode()
    if name == "INTERNALDATE":
        return f"INTERNALDATE {stamped(mail.at)}".encode()
    if name in WHOLE:
        return _literal(name, _section(mail.raw, WHOLE[name]))
    if found := _SECTION.fullmatch(item):
        content, label = _section(mail.raw, found.group(2)), f"BODY[{found.group(2).upper()}]"
        if found.group(3):
            start = int(found.group(3))
            content = content[start : start + int(found.group(4) or len(content))]
            label += f"<{start}>"
        return _literal(label, content)
    raise BadCommand(f"{item} is not known here")


def _section(raw: bytes, name: str) -> bytes:
    head, _, body = raw.partition(b"\r\n\r\n")
    upper = name.upper()
    if upper == "":
        return raw
    if upper == "TEXT":
        return body
    if upper == "HEADER":
        return head + b"\r\n\r\n"
    if found := re.fullmatch(r"HEADER\.FIELDS \(([^)]*)\)", upper):
        return _fields(head, found.group(1).split())
    raise BadCommand(f"the section {name} is not known here")


def _fields(head: bytes, names: list[str]) -> bytes:
    lines = re.split(rb"\r\n(?![ \t])", head)
    chosen = [line for line in lines if line.split(b":")[0].decode("ascii", "replace").strip().upper() in names]
    return b"".join(line + b"\r\n" for line in chosen) + b"\r\n"


def _literal(label: str, content: bytes) -> bytes:
    return f"{label} {{{len(content)}}}\r\n".encode() + content


def _flat(parts: Tokens) -> Tokens:
    """``BODY[HEADER.FIELDS (X)]`` is one item also where its brackets look like a list."""
    return [one for one in parts if not isinstance(one, list)]

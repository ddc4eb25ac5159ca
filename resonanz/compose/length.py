"""How long a reply is as its channel counts, and from where on it would be too much."""

import re
from dataclasses import replace

from resonanz.connectors.contract import Connector, Length, Limits, Outgoing
from resonanz.kit.text import graphemes

_ADDRESS = re.compile(r"https?://\S+")


def length_of(outgoing: Outgoing, speaks: Connector, limits: Limits) -> Length:
    """The length that the channel's own check goes by. Where nothing is written, nothing would leave: 0."""
    length = speaks.length(outgoing, limits)
    return length if outgoing.text.strip() else Length(0, length.most)


def cut_of(outgoing: Outgoing, speaks: Connector, limits: Limits, *, tail: str = "") -> int | None:
    """The place in ``outgoing.text`` from which on it is too much; none where all fits. Neither what a reader takes for
    one character nor an address is parted. ``tail``: how the text ends in any case (a signature), which is not cut.
    """
    if not speaks.length(outgoing, limits).excess:
        return None
    pieces = graphemes(outgoing.text.removesuffix(tail))
    fits, too_long = 0, len(pieces)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        beginning = replace(outgoing, text="".join(pieces[:middle]) + tail)
        if speaks.length(beginning, limits).excess:
            too_long = middle
        else:
            fits = middle
    cut = len("".join(pieces[:fits]))
    inside = (one for one in _ADDRESS.finditer(outgoing.text) if one.start() < cut < one.end())
    return next((one.start() for one in inside), cut)

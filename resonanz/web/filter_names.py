"""Why something that came did not become a message, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from resonanz.web.kept import kept

FILTER_NAMES: dict[str, str | Promise] = {
    "own_echo": _("our own words coming back"),
    "own_post": _("a post of our own"),
    "answered_natively": _("an answer that a colleague gave on the platform"),
    "bounce": _("undeliverable mail"),
    "auto_reply": _("automatic reply"),
    "out_of_office": _("out of office"),
    "bulk": _("newsletter or list"),
    "empty": _("nothing in it"),
}


def why(reason: str) -> str:
    """The reason in words: a filter's name, else as it was kept."""
    return str(FILTER_NAMES.get(reason) or kept(reason))

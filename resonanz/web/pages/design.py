"""The design language as it is: every value and every part that pages are made of, side by side in light and dark.

It is made of the same templates and styles as the pages, so it cannot tell of a house that is not there.
"""

from dataclasses import dataclass

from django import forms
from django.contrib.messages import constants
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resonanz.model.models import May
from resonanz.web.allowed import allowed
from resonanz.web.frame import SIGNS
from resonanz.web.pages.done import Undo
from resonanz.web.pages.situation import Figure
from resonanz.web.tabs import Tab

COLOURS = (
    "paper", "sheet", "well", "line", "line-soft", "edge", "ink", "ink-2", "ink-3",
    "accent", "accent-wash", "hot", "hot-wash", "warm", "warm-wash", "good", "good-wash", "private", "private-wash",
)  # fmt: skip
SIZES = ("2xl", "xl", "l", "read", "m", "s", "xs")
SPACES = ("s1", "s2", "s3", "s4", "s5", "s6", "s7")


class Sample(forms.Form):
    """A form with one field of each kind, one of them refused."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As colleagues read it."))
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    kind = forms.ChoiceField(label=gettext_lazy("Queue"), choices=[("a", "Störungen"), ("b", "Rechnung")])
    is_default = forms.BooleanField(label=gettext_lazy("Default queue"), required=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as a page shows it after an act."""

    said: str
    level: str = ""
    undo: Undo | None = None


@allowed(May.RUN_ACCOUNTS)
def design(request: HttpRequest) -> HttpResponse:
    """Every part in both themes."""
    tabs = [Tab(_("All"), "#", is_here=True, count=12), Tab(_("Mine"), "#", count=3), Tab(_("Later"), "#")]
    figures = [Figure(140, _("open"), "#"), Figure(15, _("urgent"), "#", is_hot=True), Figure(0, _("mine"), "#")]
    notices = [
        Notice(_("Closed."), undo=Undo("#", _("Open again"))),
        Notice(_("The page is out of reach."), constants.DEFAULT_TAGS[constants.ERROR]),
    ]
    values = {
        "colours": COLOURS,
        "sizes": SIZES,
        "spaces": SPACES,
        "tabs": tabs,
        "figures": figures,
        "notices": notices,
        "icons": dict.fromkeys(icon for icon, _key in SIGNS.values()),
        "themes": [(name, _form(name)) for name in ("light", "dark")],
    }
    return render(request, "pages/design.html", values)


def _form(theme: str) -> Sample:
    """The form, checked, with ids of its own."""
    form = Sample({"name": "Netz", "email": "netz@", "kind": "a", "is_default": "on"}, auto_id=f"{theme}-%s")
    form.full_clean()
    return form

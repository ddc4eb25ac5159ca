"""How many days back what came earlier is brought in: asked when an account is connected, and on its page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from resonanz.accounts.past import MOST_DAYS, USUAL_DAYS

PAST_DAYS = "past_days"


def past_field(*, least: int) -> forms.IntegerField:
    """A whole number of days; 0, where it may be, brings in nothing."""
    hint = _("0: only what comes from now on.") if least == 0 else ""
    return forms.IntegerField(
        label=_("Bring in what came in the last … days"),
        help_text=hint,
        initial=USUAL_DAYS,
        min_value=least,
        max_value=MOST_DAYS,
        required=least > 0,
    )


class PastForm(forms.Form):
    """The same on the page of an account, where it is asked for on its own."""

    past_days = past_field(least=1)

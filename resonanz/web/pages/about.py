"""The forms on a person's page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from resonanz.model.models import AddressForm, Purpose


class AboutForm(forms.Form):
    """How a person is called and addressed."""

    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("as the person writes")), ("de", _("German")), ("en", _("English"))],
    )
    address_form = forms.ChoiceField(
        label=_("Form of address"),
        required=False,
        choices=[("", _("as the person writes")), (AddressForm.DU, "du"), (AddressForm.SIE, "Sie")],
    )


class ConsentForm(forms.Form):
    """What a person agreed to."""

    purpose = forms.ChoiceField(label=_("The person agrees to"), choices=Purpose.choices)
    how = forms.CharField(
        label=_("How they said so"),
        max_length=300,
        help_text=_("Where, when, in which words: whoever has to prove it looks here."),
    )

"""How people come in: nobody signs up alone, people are invited; everything else is django-allauth's."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.sites.requests import RequestSite
from django.http import HttpRequest, HttpResponse

from resonanz.kit.errors import NotFound


class ClosedDoor(NotFound):
    """A page of allauth on which an open session would be enough to take an account over."""

    code = "closed_door"
    said = "This page is closed: an operator changes the address with which somebody signs in, on the page Team."


class Doors(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """No open sign-up; mails speak for the company."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """The mail names the company and its address, not the machine that was asked."""
        config, site = settings.CONFIG, RequestSite(self.request)
        site.name, site.domain = config.house_name, config.public_url or site.domain
        super().send_mail(template_prefix, email, {**context, "current_site": site})


def closed(_request: HttpRequest, _which: str) -> HttpResponse:
    """Addresses are changed by an operator, see ``casework.team.change_address``."""
    raise ClosedDoor

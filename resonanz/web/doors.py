"""How people come in: nobody signs up alone, people are invited; everything else is django-allauth's."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Doors(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """No open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        return False

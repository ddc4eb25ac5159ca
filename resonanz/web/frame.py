"""What every page shows around its content: who is signed in and what they may do."""

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001 - Django's signature
    """Values for the frame of every page."""
    return {}

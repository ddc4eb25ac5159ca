"""Saved views as places to go to."""

from urllib.parse import urlencode

from django.urls import reverse

from resonanz.model.models import SavedView


def address_of(view: SavedView) -> str:
    """Where a saved view is shown."""
    return _address(view, saved=str(view.pk))


def address_without_name(view: SavedView) -> str:
    """Where the same is shown without its name, as after the view was taken away."""
    return _address(view, saved="")


def _address(view: SavedView, saved: str) -> str:
    parts = {"view": "" if view.view == "all" else view.view, "q": view.search, "saved": saved}
    query = urlencode({name: value for name, value in parts.items() if value})
    base = reverse("inbox_queue", args=[view.queue.slug]) if view.queue else reverse("inbox")
    return f"{base}?{query}" if query else base

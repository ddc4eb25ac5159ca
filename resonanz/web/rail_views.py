"""Saved views as places to go to."""

from urllib.parse import urlencode

from django.urls import reverse

from resonanz.model.models import SavedView


def address_of(view: SavedView) -> str:
    """Where a saved view is shown."""
    parts = {"view": "" if view.view == "all" else view.view, "q": view.search, "saved": str(view.pk)}
    base = reverse("inbox_queue", args=[view.queue.slug]) if view.queue else reverse("inbox")
    return f"{base}?{urlencode({name: value for name, value in parts.items() if value})}"

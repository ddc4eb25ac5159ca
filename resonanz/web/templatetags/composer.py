"""Small words for the composer's templates."""

from django import template

from resonanz.web.pages.done import Undo, undo_kept

register = template.Library()


@register.filter
def undo(tags: str) -> Undo | None:
    """The way back that a notice carries."""
    return undo_kept(tags or "")

"""What the first person of a fresh process would wait for is done before."""

from pathlib import Path

from django.template.loader import get_template
from django.urls import reverse

TEMPLATES = Path(__file__).parent / "templates"


def compile_pages() -> int:
    """Compile every template and all addresses; returns how many templates that were."""
    reverse("situation")
    names = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")]
    for name in names:
        get_template(name)
    return len(names)

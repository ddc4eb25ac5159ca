"""The pages as a WSGI application, with the platforms' door in front; granian serves it."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resonanz.site.settings")
_pages = get_wsgi_application()

from resonanz.api.hooks import PREFIX, door  # noqa: E402 - tables are loaded by the line above
from resonanz.kit.collector import calm_for_pages  # noqa: E402
from resonanz.web.warm import compile_pages  # noqa: E402

compile_pages()
calm_for_pages()


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Hooks go through their bare door, everything else to Django."""
    if str(environ.get("PATH_INFO", "")).startswith(PREFIX):
        return door(environ, start)
    return _pages(environ, start)

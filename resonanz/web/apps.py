from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, their templates and static files; no tables."""

    name = "resonanz.web"
    label = "web"

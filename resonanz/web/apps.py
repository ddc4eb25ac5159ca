from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, their templates and static files; no tables."""

    name = "resonanz.web"
    label = "web"

    def ready(self) -> None:
        """Listen to the doors; once all tables are loaded."""
        from resonanz.web import door_events  # noqa: F401, PLC0415

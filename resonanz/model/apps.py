from django.apps import AppConfig


class ModelConfig(AppConfig):
    """The one app that holds every table."""

    name = "resonanz.model"
    label = "model"
    default_auto_field = "django.db.models.BigAutoField"

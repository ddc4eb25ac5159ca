"""Which address leads to which door."""

from django.urls import include, path

urlpatterns = [
    path("doors/", include("allauth.urls")),
    path("hooks/", include("resonanz.api.urls")),
    path("", include("resonanz.web.tools")),
    path("", include("resonanz.web.urls")),
]

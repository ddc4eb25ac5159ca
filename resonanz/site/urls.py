"""Which address leads to which door."""

from django.urls import include, path, re_path

from resonanz.web.doors import closed

urlpatterns = [
    re_path(r"^doors/(email|confirm-email)/", closed, name="account_closed"),
    path("doors/", include("allauth.urls")),
    path("hooks/", include("resonanz.api.urls")),
    path("", include("resonanz.web.tools")),
    path("", include("resonanz.web.urls")),
]

"""Addresses of the pages."""

from django.urls import URLPattern, path

from resonanz.web.pages import own, situation

urlpatterns: list[URLPattern] = [
    path("", situation.situation, name="situation"),
    path("stamp", own.newest, name="stamp"),
    path("alive", own.alive, name="alive"),
    path("rail/", own.rail, name="rail"),
    path("doors/language/", own.language, name="language"),
    path("inbox/", situation.situation, name="inbox"),
    path("inbox/<slug:slug>/", situation.situation, name="inbox_queue"),
    path("cases/<int:case_id>/", situation.situation, name="case"),
    path("approvals/", situation.situation, name="approvals"),
    path("me/theme/", own.theme, name="theme"),
]

"""Addresses of the pages."""

from django.urls import URLPattern, path

from resonanz.web.pages import acts, approvals, case, inbox, own, replies, situation

urlpatterns: list[URLPattern] = [
    path("", situation.situation, name="situation"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<slug:slug>/", inbox.inbox, name="inbox_queue"),
    path("cases/<int:case_id>/", case.case, name="case"),
    path("cases/<int:case_id>/talk/", case.talk, name="talk"),
    path("cases/<int:case_id>/composer/", case.composer, name="composer"),
    path("cases/<int:case_id>/files/<int:attachment_id>/", case.attachment, name="attachment"),
    path("cases/<int:case_id>/claim/", acts.claim, name="claim"),
    path("cases/<int:case_id>/assignment/", acts.assignment, name="assignment"),
    path("cases/<int:case_id>/closure/", acts.closure, name="closure"),
    path("cases/<int:case_id>/snooze/", acts.snooze, name="snooze"),
    path("cases/<int:case_id>/queue/", acts.move, name="move"),
    path("cases/<int:case_id>/notes/", acts.notes, name="notes"),
    path("cases/<int:case_id>/draft/", replies.draft, name="draft"),
    path("cases/<int:case_id>/draft/submission/", replies.submission, name="submission"),
    path("cases/<int:case_id>/draft/release/", replies.release, name="release"),
    path("cases/<int:case_id>/draft/rejection/", replies.rejection, name="rejection"),
    path("cases/<int:case_id>/draft/insertion/", replies.insertion, name="insertion"),
    path("cases/<int:case_id>/blocks/", replies.blocks, name="case_blocks"),
    path("readings/<int:reading_id>/overrule/", acts.overrule, name="overrule"),
    path("deliveries/<int:delivery_id>/withdrawal/", replies.withdrawal, name="withdrawal"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("stamp", own.newest, name="stamp"),
    path("alive", own.alive, name="alive"),
    path("rail/", own.rail, name="rail"),
    path("doors/language/", own.language, name="language"),
    path("me/theme/", own.theme, name="theme"),
]

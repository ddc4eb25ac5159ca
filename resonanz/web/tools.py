"""Addresses of the tools: what is governed, sent, counted, connected, and who belongs to the house."""

from django.urls import URLPattern, path

from resonanz.web.pages import accounts, arrivals, blocks, journal, ledger, outbox, people, team

urlpatterns: list[URLPattern] = [
    path("blocks/", blocks.blocks, name="blocks"),
    path("blocks/new/", blocks.new, name="block_new"),
    path("blocks/<int:pk>/", blocks.block, name="block"),
    path("blocks/<int:pk>/versions/", blocks.write, name="block_write"),
    path("versions/<int:pk>/submission/", blocks.submission, name="version_submission"),
    path("versions/<int:pk>/approval/", blocks.approval, name="version_approval"),
    path("versions/<int:pk>/rejection/", blocks.rejection, name="version_rejection"),
    path("versions/<int:pk>/retirement/", blocks.retirement, name="version_retirement"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("deliveries/<int:pk>/resolution/", outbox.resolution, name="delivery_resolution"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/messages/", ledger.counted, name="ledger_messages"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/<slug:channel>/", accounts.new, name="account_new"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/<int:pk>/check/", accounts.check, name="account_check"),
    path("accounts/<int:pk>/pause/", accounts.pause, name="account_pause"),
    path("accounts/<int:pk>/push/", accounts.subscribe, name="account_push"),
    path("accounts/<int:pk>/budget/", accounts.set_most, name="account_budget"),
    path("accounts/<int:pk>/past/", accounts.past, name="account_past"),
    path("accounts/<int:pk>/arrivals/retry/", arrivals.retry_all, name="account_arrivals"),
    path("imports/", arrivals.imports, name="imports"),
    path("imports/<int:pk>/", arrivals.one_import, name="import"),
    path("arrivals/", arrivals.arrivals, name="arrivals"),
    path("arrivals/<int:pk>/", arrivals.arrival, name="arrival"),
    path("arrivals/<int:pk>/retry/", arrivals.retry, name="arrival_retry"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("journal/", journal.journal, name="journal"),
    path("team/", team.team, name="team"),
    path("team/people/", team.invite, name="team_invite"),
    path("team/people/<int:pk>/", team.agent, name="team_agent"),
    path("team/queues/", team.queue, name="team_queue"),
    path("team/queues/<int:pk>/", team.one_queue, name="queue_change"),
    path("team/teams/", team.add_team, name="team_team"),
    path("me/", team.me, name="me"),
]

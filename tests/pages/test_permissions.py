"""Every address, for everybody: what a page or act answers to each person. An address that is missing here fails."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from resonanz.casework.inbox import Look, View
from resonanz.casework.views import save_view
from resonanz.compose.approve import submit_draft
from resonanz.compose.draft import open_draft, save_draft
from resonanz.model.models import Arrival, FileImport, Message, Notice, Reading, Tag
from tests import make

pytestmark = [pytest.mark.page]

PEOPLE = ("alice", "bob", "charlie", "lead", "editor", "privacy", "operator")
OK, MOVED, DOOR, NO, GONE, NOT_SO, TAKEN, ILL = 200, 302, 302, 403, 404, 405, 409, 422
ALL = dict.fromkeys(PEOPLE, OK)
READ = {**ALL, "operator": NO}
MINE = {**READ, "charlie": GONE}  # a case in the red team's queue: the blue team does not see it
WORK = {**MINE, "editor": NO, "privacy": NO}  # acts: what reading roles may not do

# name: (verb, what each person gets). Acts are sent without values, so those who may do them get "not like this" or
# a redirect; what counts is who is stopped before.
ACT = {"alice": MOVED, "bob": MOVED, "lead": MOVED, "charlie": GONE, "editor": NO, "privacy": NO, "operator": NO}
BAD_ACT = {**ACT, "alice": ILL, "bob": ILL, "lead": ILL}
LOST_ACT = {**ACT, "alice": GONE, "bob": GONE, "lead": GONE}
TABLE: dict[str, tuple[str, dict[str, int]]] = {
    "situation": ("get", ALL),
    "inbox": ("get", READ),
    "inbox_queue": ("get", MINE),
    "bulk": ("post", {**BAD_ACT, "charlie": ILL}),
    "bulk_act": ("get", {**LOST_ACT, "charlie": GONE}),
    "views": ("post", {**dict.fromkeys(PEOPLE, ILL), "operator": NO}),
    "saved_view": ("delete", {**dict.fromkeys(PEOPLE, GONE), "alice": MOVED, "operator": NO}),
    "case": ("get", {**MINE, "operator": NO}),
    "talk": ("get", {**dict.fromkeys(PEOPLE, MOVED), "charlie": GONE, "operator": NO}),
    "case_journal": ("get", {**MINE, "operator": NO}),
    "past": ("get", {**dict.fromkeys(PEOPLE, MOVED), "charlie": GONE, "operator": NO}),
    "composer": ("get", {**dict.fromkeys(PEOPLE, MOVED), "charlie": GONE, "operator": NO}),
    "attachment": ("get", {**MINE, "operator": NO}),
    "picture": ("get", {**MINE, "operator": NO}),
    "claim": ("post", {**ACT, "bob": TAKEN, "lead": TAKEN}),  # Alice was first
    "assignment": ("post", LOST_ACT),
    "closure": ("post", BAD_ACT),
    "snooze": ("post", BAD_ACT),
    "move": ("post", BAD_ACT),
    "notes": ("post", BAD_ACT),
    "tags": ("post", BAD_ACT),
    "tags_known": ("get", WORK),
    "tag": ("post", ACT),
    "due": ("post", BAD_ACT),
    "follow_ups": ("post", BAD_ACT),
    "follow_up": ("post", LOST_ACT),
    "colleagues": ("get", WORK),
    "notices": ("get", ALL),
    "notices_reading": ("post", dict.fromkeys(PEOPLE, MOVED)),
    "notice_reading": ("post", {**dict.fromkeys(PEOPLE, GONE), "bob": MOVED}),
    "notice_ways": ("post", dict.fromkeys(PEOPLE, MOVED)),
    "browsers": ("post", dict.fromkeys(PEOPLE, ILL)),
    "browser": ("delete", dict.fromkeys(PEOPLE, GONE)),
    "browser_trial": ("post", dict.fromkeys(PEOPLE, GONE)),
    "links": ("post", BAD_ACT),
    "link": ("delete", LOST_ACT),
    "draft": ("post", ACT),
    "draft_visibility": ("post", ACT),
    "draft_form": ("post", BAD_ACT),
    "amendment": ("post", dict.fromkeys(PEOPLE, GONE)),
    "draft_length": ("post", WORK),
    "alternatives": ("post", BAD_ACT),
    "alternative": ("post", LOST_ACT),
    "submission": ("post", BAD_ACT),
    "release": ("post", {**dict.fromkeys(PEOPLE, GONE)}),
    "rejection": ("post", {**dict.fromkeys(PEOPLE, GONE)}),
    "insertion": ("post", LOST_ACT),
    "case_blocks": ("get", WORK),
    "overrule": ("post", BAD_ACT),
    "withdrawal": ("post", LOST_ACT),
    "approvals": ("get", READ),
    "stamp": ("get", ALL),
    "rail": ("get", ALL),
    "palette": ("get", ALL),
    "theme": ("post", dict.fromkeys(PEOPLE, MOVED)),
    "density": ("post", dict.fromkeys(PEOPLE, MOVED)),
    "keys": ("post", dict.fromkeys(PEOPLE, MOVED)),
}
RUN_ACCOUNTS = {**dict.fromkeys(PEOPLE, NO), "operator": OK}
READ_ACCOUNTS = {**RUN_ACCOUNTS, "lead": OK}
IMPORT = {**RUN_ACCOUNTS, "lead": OK}
WRITE_BLOCKS = {**dict.fromkeys(PEOPLE, NO), "lead": OK, "editor": OK}
ACTS_ON_ACCOUNTS = {**RUN_ACCOUNTS, "operator": MOVED}
BAD_BLOCK = {**WRITE_BLOCKS, "lead": ILL, "editor": ILL}
RUN_TEAM = IMPORT
TABLE |= {
    "blocks": ("get", READ),
    "block": ("get", READ),
    "block_new": ("get", WRITE_BLOCKS),
    "block_write": ("post", BAD_BLOCK),
    "version_submission": ("post", BAD_BLOCK),
    "version_approval": ("post", {**BAD_BLOCK, "lead": MOVED, "editor": NO}),  # the editor wrote it
    "version_rejection": ("post", BAD_BLOCK),
    "version_retirement": ("post", {**BAD_BLOCK, "lead": MOVED, "editor": MOVED}),
    "outbox": ("get", READ),
    "delivery_resolution": ("post", LOST_ACT),
    "ledger": ("get", {**ALL, "editor": NO}),
    "ledger_messages": ("get", {**ALL, "editor": NO}),
    "design": ("get", RUN_ACCOUNTS),
    "accounts": ("get", READ_ACCOUNTS),
    "account_new": ("get", RUN_ACCOUNTS),
    "account": ("get", READ_ACCOUNTS),
    "account_check": ("post", ACTS_ON_ACCOUNTS),
    "account_pause": ("post", ACTS_ON_ACCOUNTS),
    "account_push": ("post", ACTS_ON_ACCOUNTS),
    "account_signing": ("post", ACTS_ON_ACCOUNTS),
    "account_budget": ("post", ACTS_ON_ACCOUNTS),
    "account_past": ("post", {**RUN_ACCOUNTS, "operator": ILL}),
    "account_arrivals": ("post", ACTS_ON_ACCOUNTS),
    "imports": ("get", IMPORT),
    "import": ("get", IMPORT),
    "samples": ("delete", {**IMPORT, "lead": MOVED, "operator": MOVED}),
    "import_retry": ("post", {**IMPORT, "lead": ILL, "operator": ILL}),  # it waits, and never stopped
    "arrivals": ("get", RUN_ACCOUNTS),
    "arrival": ("get", RUN_ACCOUNTS),
    "arrival_retry": ("post", ACTS_ON_ACCOUNTS),
    "people": ("get", READ),
    "person": ("get", MINE),
    "person_about": ("post", BAD_ACT),
    "person_notes": ("post", BAD_ACT),
    "person_consents": ("post", BAD_ACT),
    "person_merge": ("get", LOST_ACT),
    "person_two": ("post", LOST_ACT),
    "consent_ending": ("post", LOST_ACT),
    "merge_parting": ("post", LOST_ACT),
    "journal": ("get", {**dict.fromkeys(PEOPLE, NO), "lead": OK, "privacy": OK, "operator": OK}),
    "keeping": ("get", {**dict.fromkeys(PEOPLE, NO), "privacy": OK}),
    "team": ("get", RUN_TEAM),
    "team_invite": ("get", RUN_TEAM),
    "team_agent": ("get", RUN_TEAM),
    "queue_change": ("get", RUN_TEAM),
    "team_queue": ("post", {**RUN_TEAM, "lead": ILL, "operator": ILL}),
    "team_team": ("post", {**RUN_TEAM, "lead": ILL, "operator": ILL}),
    "team_change": ("get", RUN_TEAM),
    "team_absence": ("get", RUN_TEAM),
    "me": ("get", ALL),
    "absence": ("get", ALL),
}
OPEN_TO_ALL = {"alive", "language", "worker"}  # no sign-in needed, nothing to see
LIBRARY = ("account_", "mfa_")  # allauth's own doors, tested as doors
OTHERS = {"hook"}  # called by platforms, tested with the hooks


@pytest.fixture
def arguments(town):
    case = make.case(town)
    message = Message.objects.get(conversation__case=case)
    file = make.picture(message)
    block = make.block(by=town.editor)
    arrival = Arrival.objects.create(account=town.page, external_id="a", body=b"{}", state="unreadable")
    imported = FileImport.objects.create(account=town.page, name="a.csv", path="a.csv", by=town.lead)
    return {
        "pk": {
            "block": block.block_id,
            "version": block.pk,
            "account": town.page.pk,
            "arrival": arrival.pk,
            "import": imported.pk,
            "person": town.ada.pk,
            "consent": 0,
            "merge": 0,
            "team": town.bob.pk,
            "team_change": town.queue.team_id,
            "queue": town.queue.pk,
            "delivery": 0,
        },
        "channel": "square",
        "case_id": case.pk,
        "slug": "everyday",
        "attachment_id": file.pk,
        "reading_id": Reading.objects.get(message=message).pk,
        "delivery_id": 0,
        "tag_id": Tag.objects.create(name="Strom", folded="strom").pk,
        "link_id": 0,
        "follow_up_id": 0,
        "act_id": 0,
        "view_id": save_view(Look(View.MINE), "Mine", by=town.alice).pk,
        "browser_id": 0,
        "alternative_id": 0,
        "notice_id": Notice.objects.create(agent=town.bob, kind="mentioned", case=case).pk,
    }


def names(patterns=None):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)


def address(name, arguments):
    pattern = next(p for p in _all() if p.name == name)
    values = {**arguments, "pk": arguments["pk"].get(name, arguments["pk"].get(name.partition("_")[0]))}
    wanted = {key: values[key] for key in pattern.pattern.converters}
    return reverse(name, kwargs=wanted)


def _all(patterns=None):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _all(pattern.url_patterns)
        else:
            yield pattern


def test_every_address_stands_in_the_table():
    known = set(TABLE) | OPEN_TO_ALL | OTHERS

    missing = {name for name in names() if name not in known and not name.startswith(LIBRARY)}

    assert missing == set()


@pytest.mark.parametrize("name", TABLE)
def test_each_person_gets_what_the_table_says(town, arguments, as_, name):
    verb, expected = TABLE[name]
    path = address(name, arguments)

    got = {who: getattr(as_(getattr(town, who)), verb)(path).status_code for who in PEOPLE}

    assert got == expected


@pytest.mark.parametrize("name", TABLE)
def test_nobody_gets_in_without_signing_in(client, arguments, name):
    response = getattr(client, TABLE[name][0])(address(name, arguments))

    assert response.status_code == DOOR
    assert response["Location"].startswith("/doors/login/")


@pytest.mark.parametrize("name", [name for name, (verb, _) in TABLE.items() if verb == "post"])
def test_an_act_is_never_done_by_looking(town, arguments, as_, name):
    response = as_(town.lead).get(address(name, arguments))

    assert response.status_code == NOT_SO


def test_a_stranger_s_case_looks_like_one_that_does_not_exist(town, arguments, as_):
    browser = as_(town.charlie)

    foreign, missing = browser.get(f"/cases/{arguments['case_id']}/"), browser.get("/cases/999999/")

    assert (foreign.status_code, missing.status_code) == (GONE, GONE)


def test_a_writer_cannot_release_their_own_reply_and_an_agent_no_colleague_s(town, as_):
    case = make.case(town)
    target = Message.objects.get(conversation__case=case)
    draft = open_draft(case, target=target, by=town.alice)
    draft = save_draft(draft, text="Gern, um 9.", revision=draft.revision, by=town.alice)
    submit_draft(draft, by=town.alice, revision=draft.revision)

    got = {
        who: as_(getattr(town, who)).post(f"/cases/{case.pk}/draft/release/", {"draft": draft.pk}).status_code
        for who in ("alice", "bob", "charlie", "editor", "privacy", "operator")
    }

    assert got == {"alice": NO, "bob": NO, "charlie": GONE, "editor": NO, "privacy": NO, "operator": NO}

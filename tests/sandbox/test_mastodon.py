"""A stranger's client walks the whole loop, and the answers keep the published schema."""

from datetime import timedelta

import pytest
from mastodon import (
    Mastodon,
    MastodonAPIError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonUnauthorizedError,
)

from resonanz.sandbox import customers, seeds
from resonanz.sandbox.mastodon_shapes import length, native


@pytest.fixture
def client(base):
    return Mastodon(access_token=seeds.MASTODON_TOKEN, api_base_url=base, ratelimit_method="throw")


@pytest.fixture
def mention(world):
    return customers.say(world, "mention", "Grace Hopper", "Fährt die 5 heute noch?", language="de")


def test_a_stranger_can_sign_in_with_a_password(base):
    key, secret = Mastodon.create_app("Test", api_base_url=base, scopes=["read", "write"])
    client = Mastodon(client_id=key, client_secret=secret, api_base_url=base)

    client.log_in(seeds.MASTODON_LOGIN, seeds.MASTODON_PASSWORD, scopes=["read", "write"])

    assert client.account_verify_credentials().username == seeds.MASTODON_HANDLE


def test_a_wrong_password_is_refused(base):
    key, secret = Mastodon.create_app("Test", api_base_url=base)
    client = Mastodon(client_id=key, client_secret=secret, api_base_url=base)

    with pytest.raises(Exception, match=r"(?i)invalid"):
        client.log_in(seeds.MASTODON_LOGIN, "wrong")


def test_a_mention_can_be_read_and_answered(client, mention):
    notices = client.notifications(types=["mention"])
    answer = client.status_post("@grace_hopper Ja, bis 0:40 Uhr.", in_reply_to_id=notices[0].status.id, language="de")

    assert [notice.status.id for notice in notices] == [int(mention) if isinstance(answer.id, int) else mention]
    assert notices[0].account.acct == "grace_hopper"
    assert client.status_context(notices[0].status.id).descendants[0].id == answer.id
    assert answer.mentions[0].acct == "grace_hopper"


def test_content_is_html_with_mentions_as_links(client, mention, base):
    content = client.status(mention).content

    assert content == (
        f'<p><span class="h-card" translate="no"><a href="{base}/@auenwerke" class="u-url mention">'
        "@<span>auenwerke</span></a></span> Fährt die 5 heute noch?</p>"
    )


def test_the_same_key_gives_the_same_status(client):
    first = client.status_post("Guten Morgen", idempotency_key="k1")
    second = client.status_post("Guten Morgen", idempotency_key="k1")

    assert second.id == first.id


def test_a_key_is_forgotten_after_an_hour(client, world):
    first = client.status_post("Guten Morgen", idempotency_key="k1")
    world.clock.advance(timedelta(minutes=61))

    assert client.status_post("Guten Morgen", idempotency_key="k1").id != first.id


def test_an_edit_shows_when_it_happened(client, world):
    status = client.status_post("Guten Morgen")
    world.clock.advance(timedelta(minutes=5))

    client.status_update(status.id, "Guten Abend")

    assert client.status(status.id).content == "<p>Guten Abend</p>"
    assert client.status(status.id).edited_at == world.clock.now()


def test_a_deleted_status_takes_its_notification_with_it(client, world, mention):
    world.delete(customers.entry_of(world, mention))

    assert client.notifications() == []
    with pytest.raises(MastodonNotFoundError):
        client.status(mention)


def test_an_answer_to_a_deleted_status_is_not_found(client, world, mention):
    world.delete(customers.entry_of(world, mention))

    with pytest.raises(MastodonNotFoundError):
        client.status_post("Zu spät", in_reply_to_id=mention)


@pytest.mark.parametrize("text", ["x" * 501, "   "])
def test_a_text_that_does_not_fit_is_refused(client, text):
    with pytest.raises(MastodonAPIError, match="422"):
        client.status_post(text)


def test_an_address_weighs_twenty_three_and_a_mention_its_local_part():
    assert length("https://auenwerke.example/" + "a" * 200) == 23
    assert length("@ada@far.away.example hi") == 7
    assert length("👨‍👩‍👧") == 1


def test_a_direct_status_is_seen_by_those_it_names_only(base, client, world):
    direct = customers.say(world, "mastodon_direct", "Grace Hopper", "Meine Nummer ist 4711")
    stranger = Mastodon(api_base_url=base)

    assert client.status(direct).visibility == "direct"
    with pytest.raises(MastodonNotFoundError):
        stranger.status(direct)


def test_notifications_page_forward_from_min_id(client, world):
    for number in range(5):
        customers.say(world, "mention", f"Person {number}", "Hallo")
    oldest = client.notifications()[-1].id

    above = client.notifications(min_id=oldest, limit=2)

    assert [notice.account.display_name for notice in above] == ["Person 2", "Person 1"]
    assert client.fetch_previous(above)[0].account.display_name == "Person 4"


def test_the_link_header_keeps_the_types(call, world, base):
    customers.say(world, "mention", "Person", "Hallo")

    call("GET", "/api/v1/notifications?types[]=mention&limit=1", token=seeds.MASTODON_TOKEN)

    assert call.headers["Link"].startswith(f"<{base}/api/v1/notifications?types%5B%5D=mention&limit=1&max_id=1>")


def test_a_picture_can_be_attached(client):
    medium = client.media_post(b"\x89PNG\r\n\x1a\n", mime_type="image/png", description="Plan")

    assert client.status_post("Der Plan", media_ids=[medium.id]).media_attachments[0].description == "Plan"


def test_a_like_counts_once(client, mention):
    client.status_favourite(mention)

    assert client.status_favourite(mention).favourites_count == 1


def test_accounts_are_found(client, mention):
    assert client.account_lookup("grace_hopper").display_name == "Grace Hopper"
    assert [one.acct for one in client.account_search("grace")] == ["grace_hopper"]


def test_own_statuses_are_listed_newest_first(client):
    me = client.me().id
    for text in ("eins", "zwei"):
        client.status_post(text)

    assert [one.content for one in client.account_statuses(me)] == ["<p>zwei</p>", "<p>eins</p>"]


def test_a_revoked_token_is_unauthorized(client, world):
    world.revoke("mastodon")

    with pytest.raises(MastodonUnauthorizedError):
        client.notifications()


def test_the_quota_is_counted_and_said(call, world):
    world.quota = 2

    statuses = [call("GET", "/api/v2/instance")[0] for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert call.headers["X-RateLimit-Remaining"] == "0"
    assert call.headers["X-RateLimit-Reset"] == "2026-11-23T12:05:00.000Z"


def test_a_planned_rate_limit_says_when_to_come_back(client, world):
    world.faults.plan("mastodon", "rate_limit", seconds=90)

    with pytest.raises(MastodonRatelimitError):
        client.notifications()
    assert client.notifications() == []


@pytest.mark.parametrize("kind", ["fail_after_commit", "vanish_after_commit"])
def test_a_status_can_be_stored_without_a_good_answer(client, world, kind):
    world.faults.plan("mastodon", kind)

    with pytest.raises(Exception, match=r"(?i)50[02]|connection|server"):
        client.status_post("Angekommen?")

    assert [one.content for one in client.account_statuses(client.me().id)] == ["<p>Angekommen?</p>"]


def test_native_ids_grow(world):
    first, second = (customers.say(world, "mention", "A", "x") for _ in range(2))

    assert int(second) > int(first) >= int(native(1))

"""The public page: what one sees, in both languages, and the form to write as a customer."""

import urllib.error
import urllib.parse
import urllib.request

import pytest

from resonanz.sandbox import customers, mailboxes, words


def get(url, language="en"):
    request = urllib.request.Request(url, headers={"Accept-Language": language})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - loopback
        return answer.read().decode()


def send(url, **fields):
    body = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(url, body, timeout=5) as answer:  # noqa: S310 - loopback
        return answer.url


def test_post_comment_and_answer_stand_on_the_page(world, base, comment):
    world.write(world.us("square"), "Um 18 Uhr.", kind="comment", parent=comment, answers=comment)

    page = get(base)

    assert [page.index(text) for text in ("Störung im Netz Süd", "Wann ist der Strom", "Um 18 Uhr.")] == sorted(
        page.index(text) for text in ("Störung im Netz Süd", "Wann ist der Strom", "Um 18 Uhr.")
    )
    assert "2 comments" in page
    assert "http-equiv=refresh" in page


def test_the_page_speaks_german_to_germans(base, post):
    assert "0 Kommentare" in get(base, "de-DE,de;q=0.9,en;q=0.5")


@pytest.mark.parametrize(
    ("accept", "language"),
    [("", "en"), ("de", "de"), ("fr, de;q=0.3", "de"), ("en-GB, de;q=0.9", "en"), ("de;q=0", "en"), ("*;q=x", "en")],
)
def test_the_language_follows_the_header(accept, language):
    assert words.chosen(accept) == language


def test_what_people_write_is_escaped_everywhere(world, base, post):
    wild = "<script>alert('x')</script>"
    comment = customers.say(world, "comment", wild, wild)
    for channel in ("direct", "mention", "mastodon_direct"):
        customers.say(world, channel, wild, wild)
    mailboxes.deliver(world, "ada@post.auental.example", f"Subject: {wild}\r\n\r\n{wild}".encode())

    pages = [get(base + path) for path in ("/", "/fediverse", "/private", "/mail", f"/write?answers={comment}")]

    assert [page for page in pages if "<script" in page] == []
    assert [page.count("&lt;script&gt;") > 0 for page in pages] == [True] * 5


def test_hidden_and_deleted_comments_are_not_shown(world, base, comment):
    world.hide(comment, hidden=True)
    other = customers.say(world, "comment", "Ada", "Gleich weg")
    world.delete(customers.entry_of(world, other))

    page = get(base)

    assert "Wann ist der Strom" not in page
    assert "Gleich weg" not in page


def test_private_messages_stand_on_their_own_page_only(world, base, post):
    customers.say(world, "direct", "Ada Lovelace", "Meine Nummer ist 4711")
    customers.say(world, "mastodon_direct", "Grace Hopper", "Meine ist 4712")

    assert "4711" in get(base + "/private?as=4") or "4711" in get(base + "/private?as=3")
    assert "4711" not in get(base)
    assert "4712" not in get(base + "/fediverse")


def test_an_answer_by_mail_is_shown_as_the_customer_gets_it(world, base):
    mailboxes.deliver(world, "ada@post.auental.example", b"Subject: Gut\r\n\r\nAlles erledigt.")

    assert "Alles erledigt." in get(base + "/mail")


@pytest.mark.parametrize(
    ("channel", "place"),
    [
        ("comment", "/"),
        ("direct", "/private"),
        ("mention", "/fediverse"),
        ("mastodon_direct", "/private"),
        ("mail", "/mail"),
    ],
)
def test_a_newcomer_can_write_on_every_channel(base, post, channel, place):
    assert send(base + "/write", channel=channel, name="Neu Hier", text="Guten Tag!") == base + place


def test_an_empty_form_says_what_is_missing(base, post):
    with pytest.raises(urllib.error.HTTPError) as caught:
        send(base + "/write", channel="comment", name="", text="")

    with caught.value as answer:
        assert answer.code == 422
        assert "Please give a name and a text." in answer.read().decode()


def test_the_form_does_not_reload_by_itself(base):
    assert "http-equiv=refresh" not in get(base + "/write")


def test_the_talk_that_moved_last_stands_first_and_old_ones_wait_behind_a_link(world, base, post):
    first = customers.say(world, "comment", "Ada", "Frage 0")
    for number in range(1, 82):
        customers.say(world, "comment", "Ada", f"Frage {number}.")

    before = get(base)
    customers.say(world, "comment", "Grace", "Das frage ich mich auch", answers=first)
    after = get(base)

    assert ("Frage 0" in before, "2 earlier talks" in before) == (False, True)
    assert after.index("Frage 0") < after.index("Das frage ich mich auch") < after.index("Frage 81.")
    assert "Frage 1." in get(base + "/?all=1")


def test_a_customer_can_go_on_writing_privately(world, base, post):
    customers.say(world, "direct", "Ada & Co", "Hallo")

    assert "/write?channel=direct&amp;name=Ada+%26+Co" in get(base + "/private")
    assert "value='Ada &amp; Co'" in get(base + "/write?channel=direct&name=Ada+%26+Co")

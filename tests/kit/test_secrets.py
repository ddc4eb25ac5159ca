"""A secret shows itself to nobody: not printed, not logged, not in a header that is kept, not at rest."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonanz.kit.secrets import HIDDEN, CannotUnlock, Secret, Vault, redact, redacted, same, signed
from resonanz.site.logs import blank_secrets

WORD = "s3cr3t-word-of-ours"


@pytest.mark.parametrize("shown", [str, repr, "{}".format, "{!r}".format, lambda secret: f"{secret:>30}"])
def test_a_secret_does_not_show_itself(shown):
    assert shown(Secret(WORD)).strip() == HIDDEN


def test_a_secret_is_revealed_on_purpose_only():
    assert Secret(WORD).reveal() == WORD


def test_a_logged_secret_is_hidden(caplog):
    logging.getLogger("test").warning("token %s and %r", Secret(WORD), {"token": Secret(WORD)})

    assert WORD not in caplog.text


@pytest.mark.parametrize("name", ["token", "access_token", "password", "secret", "authorization", "api_key"])
def test_logs_hide_what_sounds_secret(name):
    event = blank_secrets(None, "info", {"event": "x", name: WORD})

    assert WORD not in str(event)


@given(text=st.text(max_size=50), secret=st.text(min_size=4, max_size=30))
def test_a_redacted_text_does_not_contain_the_secret(text, secret):
    told = redact(f"{text}{secret}{text}", Secret(secret))

    assert secret not in told.replace(HIDDEN, "")


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {WORD}",
        f"https://example.org/?access_token={WORD}&a=b",
        f"basic {WORD}",
        f"?code={WORD}",
    ],
)
def test_tokens_are_redacted_without_being_known(text):
    assert WORD not in redact(text)


def test_headers_are_kept_without_their_secrets():
    kept = redacted({"Authorization": WORD, "X-Signature": WORD, "Cookie": WORD, "Accept": "text/html"})

    assert kept == {"Authorization": HIDDEN, "X-Signature": HIDDEN, "Cookie": HIDDEN, "Accept": "text/html"}


@given(secrets=st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=3))
@settings(deadline=None, max_examples=20)
def test_what_is_locked_can_be_unlocked_and_is_not_readable(secrets):
    vault = _vault()
    locked = vault.lock(secrets)

    assert {name: secret.reveal() for name, secret in vault.unlock(locked).items()} == secrets
    assert all(secret.encode() not in locked for secret in secrets.values() if len(secret) > 3)


def _vault(made=[]):  # noqa: B006 - one vault for all examples: deriving its key is slow on purpose
    if not made:
        made.append(Vault("the key", "a former key"))
    return made[0]


def test_another_key_unlocks_nothing():
    locked = Vault("one").lock({"token": WORD})

    with pytest.raises(CannotUnlock) as error:
        Vault("two").unlock(locked)

    assert WORD not in str(error.value)


def test_a_former_key_still_unlocks():
    assert Vault("new", "old").unlock(Vault("old").lock({"token": WORD}))["token"].reveal() == WORD


def test_signatures_are_compared_whole():
    good = signed(Secret("key"), b"body")

    assert (same(good, signed("key", b"body")), same(good[:-1], good), same("ä", good)) == (True, False, False)

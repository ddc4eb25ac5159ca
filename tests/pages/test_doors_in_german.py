"""The doors that django-allauth brings speak German to Germans, with Sie, also when there is something on them."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.utils import timezone

pytestmark = [pytest.mark.page]
ENGLISH = re.compile(
    r"\b(?:the|your|you|not|used|are|added|key|keys|please|with|this|that|have|has|been|app|security|sign|email)\b",
    re.IGNORECASE,
)
KNOWN = {"app", "key"}  # "Authenticator-App", and the name that the person gave
DU = re.compile(r"\b(?:du|dich|dir|dein\w*)\b", re.IGNORECASE)
BARE = ("login/", "password/reset/", "password/reset/done/", "signup/", "inactive/")
INSIDE = (
    "2fa/", "2fa/webauthn/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/",
    "2fa/totp/deactivate/", "password/change/", "reauthenticate/", "logout/",
)  # fmt: skip


def words_of(response):
    page = response.content.decode()
    page = re.sub(
        r"(?s)<head>.*?</head>|<script.*?</script>|<nav.*?</nav>|<dialog.*?</dialog>|<header.*?</header>", " ", page
    )
    page = re.sub(r'(?s)<form class="languages?.*?</form>', " ", page)
    return re.sub(r"<[^>]+>", " ", page)


def check(response):
    words = words_of(response)
    english = {found.lower() for found in ENGLISH.findall(words)} - KNOWN
    assert (english, DU.findall(words)) == (set(), [])


@pytest.mark.parametrize("path", BARE)
def test_the_doors_before_signing_in_are_german(client, db, path):
    check(client.get(f"/doors/{path}", headers={"Accept-Language": "de"}))


@pytest.fixture
def inside(town, client):
    """Alice, who has signed in again a moment ago, has an app, two keys and recovery codes."""
    cache.clear()  # how often one may say the password again is counted over all tests
    client.force_login(town.alice)
    town.alice.language = "de"
    town.alice.save()
    Authenticator.objects.create(user=town.alice, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    for name, used in (("Mein Stick", None), ("Mein Telefon", timezone.now())):
        Authenticator.objects.create(
            user=town.alice, type="webauthn", data={"name": name, "credential": {}}, last_used_at=used
        )
    RecoveryCodes.activate(town.alice)
    client.post("/doors/reauthenticate/", {"password": "a good password"})
    return client


@pytest.mark.parametrize("path", [*INSIDE, "edit", "remove"])
def test_the_pages_of_one_s_own_sign_in_are_german(inside, path):
    key = Authenticator.objects.filter(type="webauthn").first()
    path = f"2fa/webauthn/keys/{key.pk}/{path}/" if path in {"edit", "remove"} else path

    response = inside.get(f"/doors/{path}", headers={"Accept-Language": "de"})

    assert response.status_code == 200
    check(response)


def test_the_list_of_keys_says_when_each_was_used(inside, inline_parts):
    response = inside.get("/doors/2fa/webauthn/", headers={"Accept-Language": "de"})

    assert "noch nicht verwendet" in response.content.decode()
    assert "zuletzt verwendet" in response.content.decode()
    assert inline_parts(response) == []


def test_adding_the_first_key_is_german(inside):
    Authenticator.objects.filter(type="webauthn").delete()

    check(inside.get("/doors/2fa/webauthn/add/", headers={"Accept-Language": "de"}))

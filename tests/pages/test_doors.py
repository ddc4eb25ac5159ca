"""Who sits down at an open session cannot take the account along: addresses, factors and passwords stay guarded."""

from dataclasses import replace

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from resonanz.model.models import Agent

pytestmark = [pytest.mark.page]
EVERYBODY = ("alice", "lead", "editor", "privacy", "operator")
STRANGE = "stranger@elsewhere.example"
SHOWN = ("2fa/recovery-codes/", "2fa/recovery-codes/download/")
CHANGED = (
    "2fa/totp/activate/", "2fa/totp/deactivate/", "2fa/webauthn/", "2fa/webauthn/add/", "2fa/recovery-codes/generate/",
)  # fmt: skip
GUARDED = [("get", path) for path in SHOWN + CHANGED] + [("post", path) for path in CHANGED]


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("act", ["action_add", "action_primary", "action_remove", "action_send"])
def test_nobody_changes_an_address_at_the_door(town, as_, mailoutbox, who, act):
    one = getattr(town, who)

    response = as_(one).post("/doors/email/", {"email": STRANGE, act: ""}, headers={"accept-language": "en"})

    assert response.status_code == 404
    assert "operator" in response.content.decode()
    assert (list(EmailAddress.objects.all()), mailoutbox) == ([], [])
    assert Agent.objects.get(pk=one.pk).email == one.email


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/MQ:1abc/"])
def test_the_pages_for_addresses_are_closed_in_both_languages(town, as_, path):
    german = as_(town.alice).get(f"/doors/{path}", headers={"accept-language": "de"})
    english = as_(town.alice).get(f"/doors/{path}", headers={"accept-language": "en"})

    assert (german.status_code, english.status_code) == (404, 404)
    assert "Die Adresse ändert der Betrieb" in german.content.decode()


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_factors_are_shown_and_changed_only_after_the_password_was_said_again(town, as_, method, path):
    Authenticator.objects.create(user=town.alice, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    if "deactivate" in path or "webauthn" in path:
        Authenticator.objects.create(user=town.alice, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    if path.endswith("webauthn/"):
        path += f"keys/{_key(town).pk}/remove/"
    before = list(Authenticator.objects.values_list("pk", "type"))

    response = getattr(as_(town.alice), method)(f"/doors/{path}", {"name": "mine", "credential": "{}"})

    assert response.status_code == 302
    assert "/reauthenticate/" in response.url
    assert list(Authenticator.objects.values_list("pk", "type")) == before


def test_a_new_password_needs_the_old_one(town, as_):
    response = as_(town.alice).post(
        "/doors/password/change/",
        {"oldpassword": "not it at all", "password1": "an other good one", "password2": "an other good one"},
    )

    assert response.status_code == 200
    assert Agent.objects.get(pk=town.alice.pk).check_password("a good password")


def failed(client, email, **headers):
    typed = {"login": email, "password": "not it at all"}
    return client.post("/doors/login/", typed, headers={"accept-language": "en", **headers})


def is_blocked(response):
    return response.status_code == 429 or "Too many" in response.content.decode()


def test_behind_a_proxy_one_caller_s_failures_block_nobody_else(town, client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(12):
        last = failed(client, f"nobody{number}@x.example", **{"x-forwarded-for": f"10.9.9.{number}, 203.0.113.7"})

    other = failed(client, town.alice.email, **{"x-forwarded-for": "203.0.113.8"})

    assert (is_blocked(last), is_blocked(other)) == (True, False)


def test_without_a_proxy_nobody_gets_round_the_limit_by_claiming_to_be_elsewhere(client, db):
    for number in range(12):
        last = failed(client, f"nobody{number}@x.example", **{"x-forwarded-for": f"203.0.113.{number}"})

    assert is_blocked(last)


def test_the_mail_for_a_new_password_speaks_for_the_company(town, client, settings, mailoutbox):
    settings.CONFIG = replace(settings.CONFIG, company="Auenwerke", public_url="https://care.example")
    settings.DEFAULT_FROM_EMAIL = settings.CONFIG.sender

    client.post("/doors/password/reset/", {"email": town.alice.email}, headers={"accept-language": "de"})

    [mail] = mailoutbox
    assert (mail.from_email, mail.to) == ("Auenwerke <resonanz@care.example>", [town.alice.email])
    assert mail.body.startswith("Hallo von Auenwerke!")
    assert "testserver" not in mail.body.replace("http://testserver/doors/password/reset/key/", "")


def test_a_stranger_s_address_gets_no_mail(town, client, mailoutbox):
    response = client.post("/doors/password/reset/", {"email": STRANGE})

    assert (response.status_code, mailoutbox) == (302, [])


def _key(town):
    return Authenticator.objects.create(user=town.alice, type="webauthn", data={"name": "Stick", "credential": {}})

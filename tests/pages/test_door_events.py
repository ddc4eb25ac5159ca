"""What happens at the doors stands in the journal, without passwords and without addresses of strangers."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache

from resonanz.model.models import Event
from resonanz.web.event_names import EVENT_NAMES

pytestmark = [pytest.mark.page]
PASSWORD = "a good password"
STRANGE = "stranger@elsewhere.example"


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


def journal():
    rows = Event.objects.order_by("pk").values_list("kind", "by", "subject_id", "told")
    assert [kind for kind, *_ in rows if kind not in EVENT_NAMES] == []
    assert [word for word in (PASSWORD, STRANGE, "wrong") if word in str(list(rows))] == []
    return list(rows)


def enters(client, address, password=PASSWORD):
    return client.post("/doors/login/", {"login": address, "password": password})


def code_now(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def test_coming_and_going_stand_in_the_journal(town, client):
    enters(client, town.alice.email)
    client.post("/doors/logout/")

    who = town.alice.pk
    assert journal() == [
        ("agent.signed_in", who, who, {"ways": ["password"]}),
        ("agent.signed_out", who, who, {}),
    ]


def test_a_wrong_password_is_noted_for_whom_it_was_meant(town, client):
    enters(client, town.alice.email.upper(), "wrong")

    assert journal() == [("agent.sign_in_failed", None, town.alice.pk, {"person": "Alice Adler"})]


def test_a_try_at_an_address_that_nobody_has_is_counted_without_it(town, client):
    enters(client, STRANGE, "wrong")

    assert journal() == [("agent.sign_in_failed", None, None, {"person": ""})]


def test_a_wrong_password_inside_is_the_one_s_who_is_inside(town, as_):
    as_(town.alice).post("/doors/reauthenticate/", {"password": "wrong"})

    assert journal() == [("agent.sign_in_failed", town.alice.pk, town.alice.pk, {"again": True})]


def test_a_new_password_is_noted(town, as_):
    new = "quite another one"

    as_(town.alice).post("/doors/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert journal() == [("agent.password_changed", town.alice.pk, town.alice.pk, {})]


def test_a_password_set_by_mail_is_noted(town, client, mailoutbox):
    new = "quite another one"
    client.post("/doors/password/reset/", {"email": town.alice.email})
    link = re.search(r"/doors/password/reset/key/\S+", mailoutbox[0].body).group(0)
    form = client.get(link).url

    client.post(form, {"password1": new, "password2": new})

    assert journal() == [("agent.password_reset", town.alice.pk, town.alice.pk, {})]


def test_an_app_that_comes_and_goes_is_noted(town, as_, django_capture_on_commit_callbacks):
    client, who = as_(town.alice), town.alice.pk
    client.post("/doors/reauthenticate/", {"password": PASSWORD})

    with django_capture_on_commit_callbacks(execute=True):
        client.get("/doors/2fa/totp/activate/")
        client.post("/doors/2fa/totp/activate/", {"code": code_now(client.session[totp.SECRET_SESSION_KEY])})
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/doors/2fa/recovery-codes/generate/")
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/doors/2fa/totp/deactivate/")

    told = [(kind, by, told) for kind, by, _, told in journal()]
    assert ("agent.factor_added", who, {"factor": "totp"}) in told
    assert ("agent.codes_renewed", who, {}) in told
    assert ("agent.factor_removed", who, {"factor": "totp"}) in told


def test_a_passkey_that_goes_is_noted(town, as_, django_capture_on_commit_callbacks):
    client = as_(town.alice)
    key = Authenticator.objects.create(user=town.alice, type="webauthn", data={"name": "Stick", "credential": {}})
    client.post("/doors/reauthenticate/", {"password": PASSWORD})

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/doors/2fa/webauthn/keys/{key.pk}/remove/")

    assert journal() == [("agent.factor_removed", town.alice.pk, town.alice.pk, {"factor": "webauthn"})]


def test_a_second_factor_is_named_and_a_wrong_one_noted(town, client):
    secret = "JBSWY3DPEHPK3PXP"
    Authenticator.objects.create(user=town.alice, type="totp", data={"secret": secret})
    RecoveryCodes.activate(town.alice)
    enters(client, town.alice.email)

    client.post("/doors/2fa/authenticate/", {"code": "000001"})
    client.post("/doors/2fa/authenticate/", {"code": code_now(secret)})

    who = town.alice.pk
    assert journal() == [
        ("agent.factor_refused", None, who, {"person": "Alice Adler", "factor": "totp"}),
        ("agent.signed_in", who, who, {"ways": ["password", "totp"]}),
    ]

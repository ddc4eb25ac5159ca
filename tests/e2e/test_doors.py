"""The further factors at the door, as people use them: a passkey instead of the password, a code from an app."""

import base64
import hashlib
import hmac
import struct
import time

import pytest

from tests.e2e.furnish import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.page]
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(chromium, house):
    """A browser with a key of its own. A passkey belongs to a name, never to an IP address."""
    context = chromium.new_context(locale="de", base_url=house.address.replace("127.0.0.1", "localhost"))
    one = context.new_page()
    one.set_default_timeout(15_000)
    line = context.new_cdp_session(one)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield one
    context.close()


def say_password(page, path="/doors/login/"):
    page.goto(path)
    if path == "/doors/login/":
        page.fill("input[name=login]", "alice@auenwerke.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("button.main")


def leave(page):
    page.context.clear_cookies()
    page.goto("/inbox/")
    page.wait_for_url("**/doors/login/**")


def code_now(secret: str) -> str:
    """RFC 6238: six digits, new every half minute."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_passkey_opens_the_door_without_a_password(page):
    say_password(page)
    page.wait_for_url("**/")
    say_password(page, "/doors/2fa/webauthn/add/")
    page.wait_for_url("**/2fa/webauthn/add/")
    page.fill("input[name=name]", "Mein Telefon")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/2fa/**recovery-codes/**")
    page.goto("/doors/2fa/webauthn/")
    assert "Mein Telefon" in page.locator("main").inner_text()
    leave(page)

    page.get_by_role("button", name="Passkey").click()

    page.wait_for_url(lambda address: "/doors/" not in address)
    assert "Alice Adler" in page.locator("body").inner_text()


def test_a_code_from_an_app_is_asked_for_after_the_password_and_a_wrong_one_lets_nobody_in(page):
    say_password(page)
    page.wait_for_url("**/")
    say_password(page, "/doors/2fa/totp/activate/")
    page.wait_for_url("**/2fa/totp/activate/")
    secret = page.locator("#authenticator_secret").input_value()
    page.fill("input[name=code]", code_now(secret))
    page.click("button.main")
    page.wait_for_url("**/2fa/recovery-codes/**")
    page.goto("/doors/2fa/recovery-codes/")
    spare = page.locator("main textarea").input_value().split()[0]
    leave(page)

    say_password(page, "/doors/login/")
    page.wait_for_url("**/doors/2fa/authenticate/**")
    page.fill("input[name=code]", "000000" if code_now(secret) != "000000" else "111111")
    page.click("button.main")
    page.locator("[role=alert], .errorlist, .error").first.wait_for()
    page.goto("/inbox/")
    assert page.url.endswith("/doors/2fa/authenticate/")  # not in, and asked again
    page.fill("input[name=code]", spare)
    page.click("button.main")

    page.wait_for_url(lambda address: "/doors/" not in address)
    assert "Alice Adler" in page.locator("body").inner_text()

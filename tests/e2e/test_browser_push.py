"""Notices in the browser: asked for by a click, pushed by the house, shown by a real Chromium.

The push service of the browser's maker is not reached from a test: what the browser would get from it is given by the
page (an address of ours, keys made there), and what the house pushed is checked; the worker is then given a message
as the browser gives it.
"""

import json

import pytest
from playwright.sync_api import expect

from tests.connectors.programmed import Reply, programmed

pytestmark = [pytest.mark.e2e]
SERVICE = """there => {
PushManager.prototype.getSubscription = async () => window.given ?? null;
PushManager.prototype.subscribe = async (wish) => {
  if (!wish.userVisibleOnly || wish.applicationServerKey.length !== 65) throw new Error("not as browsers want it");
  const pair = await crypto.subtle.generateKey({name: "ECDH", namedCurve: "P-256"}, true, ["deriveBits"]);
  const key = await crypto.subtle.exportKey("raw", pair.publicKey);
  window.given = {endpoint: there + "/push/one", unsubscribe: async () => true,
    getKey: (name) => name === "p256dh" ? key : crypto.getRandomValues(new Uint8Array(16)).buffer};
  return window.given;
}; }"""
WORDS = {
    "de": {"on": "In diesem Browser Bescheid geben", "done": "Ab jetzt erreichen Sie Hinweise", "try": "Probe senden"},
    "en": {
        "on": "Tell me in this browser",
        "done": "Notices reach you in this browser from now on",
        "try": "Send a trial",
    },
}


@pytest.fixture
def service(monkeypatch):
    with programmed() as plan:
        plan.always(Reply(201))
        monkeypatch.setenv("PUSH_SERVICE", plan.base_url.removeprefix("http://"))
        yield plan


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_browser_is_asked_for_tried_and_shows_what_is_pushed(service, house, sign_in, language):
    words = WORDS[language]
    alice = sign_in("alice", language)
    alice.context.grant_permissions(["notifications"])
    alice.add_init_script(f"({SERVICE})({json.dumps(service.base_url)})")
    alice.goto("/notices/")

    alice.get_by_role("button", name=words["on"]).click()
    expect(alice.locator("#toasts, .toast").first).to_contain_text(words["done"])
    alice.get_by_role("button", name=words["try"]).click()
    alice.wait_for_url("**/notices/")
    expect(alice.locator(".browsers")).to_contain_text("Chrome")

    assert [one.headers.get("content-encoding", one.headers.get("Content-Encoding")) for one in service.asked] == [
        "aes128gcm"
    ]
    line = alice.context.new_cdp_session(alice)
    found = []
    line.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    line.send("ServiceWorker.enable")
    alice.wait_for_timeout(500)
    message = json.dumps({"title": "Auenwerke", "body": "Probe", "url": "/notices/"})
    line.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": house.address, "registrationId": found[0]["registrationId"], "data": message},
    )
    shown = alice.wait_for_function(
        """async () => { const worker = await navigator.serviceWorker.getRegistration("/");
        const [one] = await worker.getNotifications();
        return one ? [one.title, one.body, one.data.url] : null }"""
    )
    assert shown.json_value() == ["Auenwerke", "Probe", "/notices/"]
    assert alice.faults == []

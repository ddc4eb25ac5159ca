// Notices in this browser: asked for here, by a click; what stands in the way is said.
const part = document.getElementById("push");
const button = document.getElementById("push-on");

function say(why, detail = "") {
  for (const one of part.querySelectorAll("[data-why]")) one.hidden = one.dataset.why !== why;
  part.querySelector("[data-detail]").textContent = detail;
  button.hidden = !["off", "failed"].includes(why);
}

const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
const markOf = async (endpoint) => hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint)));
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

async function subscribed() {
  const worker = await navigator.serviceWorker.getRegistration("/");
  return worker ? worker.pushManager.getSubscription() : null;
}

async function look() {
  if (!window.isSecureContext) return say("insecure");
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return say("unsupported");
  if (Notification.permission === "denied") return say("denied");
  const here = await subscribed();
  const row = here && part.querySelector(`[data-mark="${await markOf(here.endpoint)}"]`);
  if (!row) return say("off");
  row.querySelector("[data-here]").hidden = false;
  row.querySelector("form[data-remove]").addEventListener("submit", () => here.unsubscribe());
  say(row.hasAttribute("data-off") ? "off" : "on");
}

async function turnOn() {
  button.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") return await look();
    await navigator.serviceWorker.register(part.dataset.worker, { scope: "/" });
    const worker = await navigator.serviceWorker.ready;
    const old = await worker.pushManager.getSubscription();
    if (old) await old.unsubscribe(); // it may be signed for another key
    const given = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(part.dataset.public) });
    const form = document.getElementById("push-form");
    form.elements.endpoint.value = given.endpoint;
    form.elements.key.value = base64(given.getKey("p256dh"));
    form.elements.auth.value = base64(given.getKey("auth"));
    form.submit();
  } catch (error) {
    say("failed", error.message);
  } finally {
    button.disabled = false;
  }
}

if (part) {
  button.addEventListener("click", turnOn);
  look();
}

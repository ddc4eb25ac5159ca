// Sending: one send at a time, never before what was typed is kept; the seconds in which it can be taken back.
const form = () => document.getElementById("reply");
const field = () => document.querySelector("#reply textarea[name=text]");
const status = { keeping: false, wanted: null, sent: false };

const isKeep = (element) => element?.matches("textarea#text");
const isSend = (element) => element?.matches(".send");

// Somebody is at the answer who writes it, or who reads the case that it belongs to.
function isAtAnswer(place) {
  if (!form()) return false;
  return form().contains(place) || (place.closest(".case") !== null && place.closest("a, button, summary, form, dialog") === null);
}

// ctrl and Enter send as the button says; with shift or alt as its alternatives say.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !isAtAnswer(event.target)) return;
    const chord = [event.altKey && "alt", event.shiftKey && "shift"].filter(Boolean).join(" ");
    const plain = chord === "" ? form().querySelector("[data-main]") : form().querySelector(`[data-send="${chord}"]`);
    event.preventDefault();
    event.stopImmediatePropagation();
    plain?.click();
  },
  { capture: true },
);

// Every act of the composer waits until what was typed is kept, so that what leaves is what the page has shown.
document.addEventListener("htmx:confirm", (event) => {
  const { elt, triggeringEvent } = event.detail;
  if (isKeep(elt) && status.sent) return event.preventDefault();
  if (isKeep(elt) || !form()?.contains(elt)) return;
  const area = field();
  if (isSend(elt) && status.sent) return event.preventDefault(); // pressed twice
  if (!status.keeping && (area.readOnly || area.value === area.defaultValue)) return;
  event.preventDefault();
  status.wanted = elt === form() ? (triggeringEvent?.submitter ?? elt) : elt;
  if (!status.keeping) window.htmx.trigger(area, "flush");
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isKeep(event.detail.elt)) status.keeping = true;
  if (isSend(event.detail.elt)) status.sent = true;
});

// The one who asked may be gone from the page by now (the next case is there), and the event then names the page.
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt } = event.detail.requestConfig;
  if (isSend(elt)) status.sent = false;
  if (!isKeep(elt)) return;
  status.keeping = false;
  if (!event.detail.successful) status.wanted = null;
  // What was kept by itself counts as unchanged, so that the next live look may refresh it.
  else elt.defaultValue = event.detail.requestConfig.parameters.get?.("text") ?? elt.value;
});

document.addEventListener("htmx:afterSettle", () => {
  const wanted = status.wanted;
  if (!wanted || status.keeping) return;
  status.wanted = null;
  if (document.querySelector("#draft-state [data-conflict]") && wanted.name !== "mine") return; // look first
  if (wanted === form()) return form().requestSubmit();
  const same = wanted.isConnected ? wanted : [...form().querySelectorAll("button")].find((one) => isSame(one, wanted));
  if (same) same.click();
  else document.querySelector("#reply [data-main]")?.focus(); // another act is due now; the person decides
});

function isSame(one, other) {
  return ["name", "value", "hx-post"].every((name) => one.getAttribute(name) === other.getAttribute(name));
}

// The next case is there: its title tells readers of the screen, its row is marked.
document.body.addEventListener("onward", () => {
  const shown = document.querySelector("#case[data-case]")?.dataset.case;
  for (const row of document.querySelectorAll(".row-case")) {
    const isHere = new URL(row.href).pathname === `/cases/${shown}/`;
    if (isHere) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  document.getElementById("case-title")?.focus();
});

// Questions that must be answered first stand above everything else.
function ask(root) {
  for (const dialog of root.querySelectorAll("dialog[data-modal][open]")) {
    dialog.removeAttribute("open");
    dialog.showModal();
  }
}
document.addEventListener("htmx:load", (event) => ask(event.detail.elt));
ask(document);

// How long a reply can still be taken back; then the way back is gone, as it is in truth.
const ends = new WeakMap();
function count() {
  for (const left of document.querySelectorAll("[data-seconds]")) {
    if (!ends.has(left)) ends.set(left, performance.now() + 1000 * Number(left.dataset.seconds));
    const seconds = Math.ceil((ends.get(left) - performance.now()) / 1000);
    const toast = left.closest(".toast");
    if (toast) toast.dataset.seen = "0"; // it leaves with its last second, not before
    const said = `(${seconds} s)`;
    if (seconds > 0 && left.textContent !== said) left.textContent = said;
    if (seconds <= 0) (toast ?? left).remove();
  }
}
setInterval(count, 250);
count();

// The keyboard: one key, one act, never while somebody types; `g` and a letter go somewhere. A person can switch the
// single keys off (body[data-keys="off"]); Ctrl+Enter, Ctrl+K, Escape and the arrows in menus stay.
const sheet = document.getElementById("keys");
const GO_MS = 1500;
let going = 0; // until when the next letter is a place

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable], dialog") !== null;
}

function rows() {
  return [...document.querySelectorAll(".row-case")];
}

// Which place of the list one is at: who closes a case goes on with the one that took its place, not with the first.
let place = -1;
function placeIn(all) {
  const at = all.indexOf(document.activeElement?.closest(".row-case"));
  return at < 0 ? all.findIndex((row) => row.hasAttribute("aria-current")) : at;
}
document.addEventListener("focusin", () => {
  const at = placeIn(rows());
  if (at >= 0) place = at;
});

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = placeIn(all);
  const to = at < 0 && place >= 0 ? place + Math.min(by, 0) : at + by;
  const next = all[Math.min(all.length - 1, Math.max(0, to))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function press(selector) {
  const found = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
  if (!found) return;
  if (found.matches("details")) {
    found.open = true;
    (found.querySelector("input:not([type=hidden]), textarea, button:not(summary)") ?? found).focus();
  } else if (found.matches("input, textarea")) {
    found.focus();
  } else {
    found.click();
  }
}

// The newest act that can be taken back.
function undo() {
  [...document.querySelectorAll(".toast form button")].at(-1)?.click();
}

const acts = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => press("[data-key='/']"),
  "?": () => sheet?.showModal(),
  u: undo,
  g: () => (going = Date.now() + GO_MS),
};
for (const key of ["a", "c", "r", "n", "e", "s", "t", "h"]) acts[key] = () => press(`[data-key=${key}]`);

function go(key) {
  going = 0;
  document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
}

// From one choice of an open menu to the next.
function inMenu(event) {
  const menu = event.target.closest?.(".menu");
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (!menu || !(event.key in moves) || event.target.matches("textarea, input")) return false;
  const all = [...menu.querySelectorAll("button, a, input:not([type=hidden])")];
  all[(all.indexOf(event.target) + moves[event.key] + all.length) % all.length]?.focus();
  return true;
}

// Escape leaves a field, so that the single keys work again; what was typed stays.
function leaveField(target) {
  if (!target.matches("textarea, input") || target.closest("dialog, details.pick")) return false;
  if (document.getElementById("offers")?.childElementCount) return false;
  const there = target.closest(".case") ? "talk" : "rows";
  (document.getElementById(there) ?? document.getElementById("main"))?.focus({ preventScroll: true });
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const main = event.target.closest("form")?.querySelector("[data-main]");
    if (main) {
      event.preventDefault();
      main.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (inMenu(event) || (event.key === "Escape" && leaveField(event.target))) return event.preventDefault();
  if (document.body.dataset.keys === "off" || isTyping(event.target)) return;
  const act = going > Date.now() ? () => go(event.key) : acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// The open case is marked in the list at once, before the answer comes.
document.addEventListener("htmx:beforeRequest", (event) => {
  const row = event.detail.elt.closest(".row-case");
  if (!row) return;
  for (const other of rows()) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  document.getElementById("open")?.classList.add("is-coming");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.closest(".row-case")) document.getElementById("open")?.classList.remove("is-coming");
});

// A part that is drawn anew takes the focus away with it: the same thing has it again, else the answer that is still being
// written, else the title of the case (an answer that was sent is not: its composer has to follow what becomes of it).
let last = null;
document.addEventListener("focusin", ({ target }) => {
  last = { target, id: target.id, key: target.closest("[data-key]")?.dataset.key, isCase: target.closest("#open") !== null, isAnswer: target.closest("#draft-state, #set-aside") !== null };
});
function keepFocus() {
  if (document.activeElement !== document.body || !last || last.target.isConnected) return;
  const sameKey = last.key ? [...document.querySelectorAll(`[data-key="${CSS.escape(last.key)}"]`)] : [];
  const named = last.id ? document.getElementById(last.id) : null;
  const folded = named?.checkVisibility() === false ? named.closest("details:not([open])") : null;
  const same = folded ?? named ?? sameKey.find((one) => one.checkVisibility());
  const found = same?.matches("details") ? same.querySelector("summary") : same;
  const answer = last.isAnswer ? document.querySelector("#text:not([readonly])") : null;
  (found ?? answer ?? (last.isCase ? document.getElementById("case-title") : null))?.focus({ preventScroll: true });
}
for (const drawn of ["htmx:afterSettle", "htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(drawn, keepFocus);

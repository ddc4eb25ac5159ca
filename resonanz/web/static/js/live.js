// Live parts: ask every few seconds whether anything happened; if so, let the parts that listen fetch themselves.
const PAUSE_MS = 3000;
const REST_MS = 15000; // where nobody has touched the page for a while
const TOUCHED_MS = 120000;
const MINUTE_MS = 60000;
const PATIENCE_MS = 10000;
const MOST_MISSED = 2; // looks in a row without an answer; one alone is nothing
const body = document.body;
const status = { stamp: Number(body.dataset.stamp || 0), busy: false, missed: 0, asked: 0, touched: performance.now() };

function openCase() {
  return document.querySelector("#case[data-case]");
}

async function look() {
  if (document.hidden || status.busy) return;
  status.busy = true;
  status.asked = performance.now();
  try {
    const shown = openCase();
    const address = new URL(body.dataset.stampUrl, location.href);
    if (shown) {
      address.searchParams.set("case", shown.dataset.case);
      if (document.activeElement?.closest(".composer")) address.searchParams.set("writing", "1");
    }
    if (document.getElementById("rows")) address.searchParams.set("list", "1");
    const isDue = document.querySelector("#rows [data-due]") !== null; // words of a search still wait for the index
    if (isDue) address.searchParams.set("due", "1");
    const answer = await fetch(address, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status === 401) return sayAway("door");
    if (!answer.ok) return missed();
    const told = await answer.json();
    if (String(told.who) !== body.dataset.who) return sayAway("other");
    back(told.token);
    sayPresence(shown, told);
    here = told.here ?? {};
    sayHere();
    if (told.stamp !== status.stamp || (isDue && !told.due)) {
      status.stamp = told.stamp;
      changed();
    }
  } catch {
    missed();
  } finally {
    status.busy = false;
  }
}

// The house is out of reach, the door has closed, or somebody else came in by it in another tab: the page says so, and
// whatever was typed stays where it is.
const away = document.getElementById("away");
function sayAway(why) {
  if (!away) return;
  for (const one of away.children) one.hidden = one.dataset.why !== why;
  away.hidden = false;
}

function missed() {
  status.missed += 1;
  if (status.missed >= MOST_MISSED) sayAway("line");
}

// Everything is as before: acts carry the fresh token, and what was typed meanwhile is kept.
function back(token) {
  status.missed = 0;
  if (!away || away.hidden) return;
  away.hidden = true;
  body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  const area = document.querySelector("#composer textarea[name=text]");
  if (area && area.value !== area.defaultValue) window.htmx?.trigger(area, "input");
  changed();
}

// An act that did not arrive is said at once; it can be done again.
document.addEventListener("htmx:sendError", () => sayAway("line"));
document.addEventListener("htmx:timeout", () => sayAway("line"));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) sayAway("door");
});

// A note that is being written survives a reload of this tab; the answer is kept by the house itself.
const drawer = (area) => `${location.pathname}#${area.id}`;
const isNote = (area) => area.matches?.(".case textarea[id]:not(#text)");
document.addEventListener("input", ({ target }) => {
  if (!isNote(target)) return;
  if (target.value) sessionStorage.setItem(drawer(target), target.value);
  else sessionStorage.removeItem(drawer(target));
});
// What was taken is not offered again: before the answer comes onto the page, which would give it back its words.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, verb } = detail.requestConfig;
  const note = verb === "post" && !detail.isError ? elt.querySelector?.("textarea[id]:not(#text)") : null;
  if (note) sessionStorage.removeItem(drawer(note));
});
function remember() {
  for (const area of document.querySelectorAll(".case textarea[id]:not(#text)")) {
    const kept = sessionStorage.getItem(drawer(area));
    if (!kept || area.value) continue;
    area.value = kept;
    area.closest("details")?.setAttribute("open", "");
  }
}

function sayPresence(shown, told) {
  const line = document.getElementById("presence");
  if (line && shown && line.textContent !== (told.present || "")) line.textContent = told.present || "";
}

// Who else is at a case of the list, beside its row.
let here = {};
function sayHere() {
  for (const chip of document.querySelectorAll("[data-here]")) {
    const said = here[chip.dataset.here] ?? "";
    if (chip.textContent !== said) chip.textContent = said;
    chip.hidden = !said;
  }
}
document.addEventListener("htmx:afterSwap", sayHere);

function changed() {
  window.htmx?.trigger(body, "changed");
}

// A composer is left alone while somebody is at it.
function isBusy(composer) {
  const area = composer.querySelector("textarea[name=text]");
  const changed = area && area.value !== area.defaultValue;
  return changed || composer.contains(document.activeElement) || composer.querySelector("details[open]:not(#as-there)") !== null;
}

// An act that was begun in a part is still on its way: without its button its answer would find nothing to stand in.
function isActing(part) {
  return part.querySelector(".htmx-request") !== null;
}

// Lists that refresh themselves keep their place and the focus.
const places = new WeakMap();
document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (!target) return; // going back in the browser's history
  if (target.id === "waiting" && target.querySelector("details[open]")) event.detail.shouldSwap = false;
  const itself = event.detail.requestConfig?.verb === "get" && event.detail.elt === target;
  if (target.id === "composer" && itself && isBusy(target)) event.detail.shouldSwap = false;
  if (event.detail.requestConfig?.elt === target && isActing(target)) event.detail.shouldSwap = false;
  if (target.matches?.("[data-keep]")) {
    const focused = target.contains(document.activeElement) ? document.activeElement.id : "";
    const open = [...target.querySelectorAll("details[open][id]")].map((one) => one.id);
    const typed = [...target.querySelectorAll("textarea[id]")].map((one) => [one.id, one.value, one.selectionStart, one.selectionEnd]);
    places.set(target, { top: target.scrollTop, asks: askedAt(target), focused, open, typed });
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (!target) return;
  const place = places.get(target);
  if (!place) return;
  places.delete(target);
  for (const id of place.open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, text, from, to] of place.typed) {
    const area = document.getElementById(id);
    if (!area) continue;
    area.value = text;
    area.setSelectionRange(from, to);
  }
  target.scrollTop = place.top + (place.asks === null ? 0 : (askedAt(target) ?? place.asks) - place.asks);
  if (place.focused) document.getElementById(place.focused)?.focus({ preventScroll: true });
});

// Our own acts are seen at once.
document.addEventListener("htmx:afterRequest", (event) => {
  const verb = event.detail.requestConfig?.verb;
  if (event.detail.successful && verb && verb !== "get" && !event.detail.elt.matches("[data-quiet]")) look();
});

// Notices leave by themselves: after a while in which nobody is at them and the page is seen. What went wrong stays.
const NOTICE_S = 8;
const UNDO_S = 16;
function age() {
  for (const toast of document.querySelectorAll(".toast:not([role=alert])")) {
    if (document.hidden || toast.matches(":hover, :focus-within")) toast.dataset.seen = "0";
    else toast.dataset.seen = String(Number(toast.dataset.seen ?? 0) + 1);
    if (Number(toast.dataset.seen) > (toast.querySelector("form") ? UNDO_S : NOTICE_S)) toast.remove();
  }
}
setInterval(age, 1000);
document.addEventListener("click", (event) => event.target.closest("[data-leave]")?.closest(".toast").remove());

// An open menu closes when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.pick[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.pick[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Five hundred open tabs, of which most only lie there, cost the house little: a page that nobody touches asks less often,
// and at once when somebody is back.
const isResting = () => performance.now() - status.touched > TOUCHED_MS;
setInterval(() => {
  if (!isResting() || performance.now() - status.asked >= REST_MS) look();
}, PAUSE_MS);
for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"])
  document.addEventListener(kind, () => {
    const rested = isResting();
    status.touched = performance.now();
    if (rested) look();
  }, { passive: true });
setInterval(() => document.hidden || changed(), MINUTE_MS); // waiting times grow though nothing happens
document.addEventListener("visibilitychange", look);

// The list knows which case is open; on a phone a case is a page of its own.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id === "rows") event.detail.parameters.open = openCase()?.dataset.case ?? "";
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const row = event.detail.elt.closest(".row-case");
  if (row && matchMedia("(max-width: 860px)").matches) {
    event.preventDefault();
    location.href = row.href;
  }
});

// A bar in which somebody has a menu open, or an act is on its way, is not taken away under their hand.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const target = event.detail.target;
  const isHeld = target.querySelector("details[open]") || target.contains(document.activeElement);
  if (target.id === "bar" && (isHeld || isActing(target))) event.detail.shouldSwap = false;
});

// An act of a slow moment redraws the case while somebody is already writing: the words, the caret and the focus are
// there again in the fresh composer, if it is the same answer and no colleague has changed it.
let typing = null;
const answer = () => document.querySelector("#composer textarea[name=text]");
const named = (area) => `${openCase()?.dataset.case} ${area.form?.elements.target?.value}`;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "open") return;
  const area = answer();
  const isAt = area && (area === document.activeElement || area.value !== area.defaultValue);
  typing = isAt
    ? { which: named(area), text: area.value, was: area.defaultValue, caret: area.selectionStart, isFocused: area === document.activeElement }
    : null;
});
function typeOn() {
  const [area, before] = [answer(), typing];
  typing = null;
  if (!area || area.readOnly || !before || named(area) !== before.which || area.defaultValue !== before.was) return;
  area.value = before.text;
  if (before.isFocused) {
    area.focus({ preventScroll: true });
    area.setSelectionRange(before.caret, before.caret);
  }
  if (area.value !== area.defaultValue) area.dispatchEvent(new Event("input", { bubbles: true }));
}

// How far below the beginning of the talk the question stands: what grows above it does not push it away.
function askedAt(talk) {
  const asks = talk.querySelector(".msg.asks");
  return asks ? asks.offsetTop : null;
}

// A case that was opened shows the word that waits for an answer and what we answered beneath it, with as much of the
// post above as there is room for, and tells readers of the screen its name.
const MARGIN_PX = 20;
function arrive() {
  const talk = document.getElementById("talk");
  const asks = talk?.querySelector(".msg.asks");
  if (!asks) return;
  if (talk.scrollHeight <= talk.clientHeight) {
    // all is shown at once; on a phone the page is what scrolls
    if (asks.getBoundingClientRect().bottom > innerHeight) asks.scrollIntoView({ block: "center" });
    return;
  }
  let last = asks;
  while (last.nextElementSibling?.matches(".beneath")) last = last.nextElementSibling;
  const begin = asks.offsetTop - MARGIN_PX;
  const end = last.offsetTop + last.offsetHeight + MARGIN_PX - talk.clientHeight;
  talk.scrollTop = Math.max(0, Math.min(begin, end));
}

// When the composer grows, the talk above it keeps its last visible line in view.
const heights = new WeakMap();
const room = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const before = heights.get(target) ?? target.clientHeight;
    if (target.scrollHeight > target.clientHeight) target.scrollTop += before - target.clientHeight;
    heights.set(target, target.clientHeight);
  }
});
function watchRoom() {
  const talk = document.getElementById("talk");
  if (talk) room.observe(talk);
}
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "open") return;
  remember();
  typeOn();
  const isOpened = event.detail.requestConfig?.elt?.matches(".row-case");
  requestAnimationFrame(() => {
    // before anything of it is drawn, but not in one breath with putting it there
    arrive();
    watchRoom();
    if (isOpened && !document.activeElement?.closest(".case")) document.getElementById("case-title")?.focus({ preventScroll: true });
  });
});
arrive();
watchRoom();
remember();

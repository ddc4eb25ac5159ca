// Live parts: ask every few seconds whether anything happened; if so, let the parts that listen fetch themselves.
const PAUSE_MS = 3000;
const MINUTE_MS = 60000;
const body = document.body;
const status = { stamp: Number(body.dataset.stamp || 0), busy: false };

function openCase() {
  return document.querySelector("#case[data-case]");
}

async function look() {
  if (document.hidden || status.busy) return;
  status.busy = true;
  try {
    const shown = openCase();
    const address = new URL(body.dataset.stampUrl, location.href);
    if (shown) {
      address.searchParams.set("case", shown.dataset.case);
      if (document.activeElement?.closest(".composer")) address.searchParams.set("writing", "1");
    }
    const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) return;
    const told = await answer.json();
    sayPresence(shown, told);
    if (told.stamp !== status.stamp) {
      status.stamp = told.stamp;
      changed();
    }
  } catch {
    // The network is away for a moment; the next look will tell.
  } finally {
    status.busy = false;
  }
}

function sayPresence(shown, told) {
  const line = document.getElementById("presence");
  if (line && shown && line.textContent !== (told.present || "")) line.textContent = told.present || "";
}

function changed() {
  window.htmx?.trigger(body, "changed");
}

// A composer is left alone while somebody is at it.
function isBusy(composer) {
  const area = composer.querySelector("textarea[name=text]");
  const changed = area && area.value !== area.defaultValue;
  return changed || composer.contains(document.activeElement) || composer.querySelector("details[open]") !== null;
}

// Lists that refresh themselves keep their place and the focus.
const places = new WeakMap();
document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (!target) return; // going back in the browser's history
  if (target.id === "waiting" && target.querySelector("details[open]")) event.detail.shouldSwap = false;
  const itself = event.detail.requestConfig?.verb === "get" && event.detail.elt === target;
  if (target.id === "composer" && itself && isBusy(target)) event.detail.shouldSwap = false;
  if (target.matches?.("[data-keep]")) {
    const focused = target.contains(document.activeElement) ? document.activeElement.id : "";
    const open = [...target.querySelectorAll("details[open][id]")].map((one) => one.id);
    const typed = [...target.querySelectorAll("textarea[id]")].map((one) => [one.id, one.value]);
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
  for (const [id, text] of place.typed) {
    const area = document.getElementById(id);
    if (area) area.value = text;
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

setInterval(look, PAUSE_MS);
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

// A bar in which somebody has a menu open is not taken away under their hand.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const target = event.detail.target;
  if (target.id === "bar" && (target.querySelector("details[open]") || target.contains(document.activeElement))) {
    event.detail.shouldSwap = false;
  }
});

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
  const begin = asks.offsetTop - talk.offsetTop - MARGIN_PX;
  const end = last.offsetTop + last.offsetHeight - talk.offsetTop + MARGIN_PX - talk.clientHeight;
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
  arrive();
  watchRoom();
  if (event.detail.requestConfig?.elt?.matches(".row-case")) document.getElementById("case-title")?.focus();
});
arrive();
watchRoom();

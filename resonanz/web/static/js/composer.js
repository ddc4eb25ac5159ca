// The composer: "::" looks for text blocks while one writes; the draft never changes under the hand of its writer.
const WAIT_MS = 200;
const COUNT_MS = 80; // after the last key; with the way to the house the count follows within 150
let timer = 0;
let asked = 0; // only the newest question is answered

const field = () => document.querySelector("#composer textarea[name=text]");
const offers = () => document.getElementById("offers");

// "::word" right before the caret, or null.
function wanted(area) {
  const match = /(?:^|\s)::([^\n:]{0,40})$/.exec(area.value.slice(0, area.selectionStart));
  return match ? match[1].trim() : null;
}

async function offer(query) {
  const link = document.getElementById("blocks-link");
  if (!link || !offers()) return;
  const address = new URL(link.dataset.blocks, location.href);
  address.searchParams.set("q", query);
  const mine = ++asked;
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok) return;
  const found = await answer.text();
  if (mine !== asked || !offers()) return;
  offers().innerHTML = found;
  choose(0);
}

function options() {
  return [...(offers()?.querySelectorAll("[data-insert]") ?? [])];
}

function chosen() {
  return options().findIndex((one) => one.getAttribute("aria-selected") === "true");
}

function choose(at) {
  const all = options();
  all.forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
  all[at]?.scrollIntoView({ block: "nearest" });
}

function close() {
  asked += 1;
  offers()?.replaceChildren();
}

function insert(option) {
  const area = field();
  const before = area.value.slice(0, area.selectionStart).replace(/::[^\n:]{0,40}$/, "");
  const after = area.value.slice(area.selectionStart);
  area.value = before + option.dataset.text + after;
  area.selectionStart = area.selectionEnd = (before + option.dataset.text).length;
  const used = document.createElement("input");
  used.type = "hidden";
  used.name = "version";
  used.value = option.dataset.version;
  area.form.append(used);
  close();
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
  asks.isNext = true;
  window.htmx?.trigger(area, "flush"); // what the block still asks for is asked at once
}

// What a text block asks for is answered next, unless its writer has gone on writing. Answers half given stay when the
// text is kept and this part draws itself anew.
const asks = { isNext: false, given: [] };
const questions = () => [...document.querySelectorAll("#draft-state .gaps input")];
document.addEventListener("keydown", () => (asks.isNext = false), { capture: true });
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target?.id === "draft-state")
    asks.given = questions().map((one) => ({ name: one.name, value: one.value, isAt: one === document.activeElement }));
});
document.addEventListener("htmx:afterSwap", () => {
  for (const { name, value, isAt } of asks.given.splice(0)) {
    const again = questions().find((one) => one.name === name);
    if (!again) continue;
    again.value = value;
    if (isAt) again.focus({ preventScroll: true });
  }
  const first = questions()[0];
  if (!asks.isNext || !first) return;
  asks.isNext = false;
  first.focus();
});

document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  const query = wanted(event.target);
  clearTimeout(timer);
  if (query === null) close();
  else timer = setTimeout(() => offer(query), WAIT_MS);
});

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || !offers()?.childElementCount) return;
  if (event.key === "Escape") return close();
  if (!options().length) return;
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) {
    event.preventDefault();
    choose((chosen() + moves[event.key] + options().length) % options().length);
  } else if (event.key === "Enter" || event.key === "Tab") {
    event.preventDefault();
    insert(options()[Math.max(0, chosen())]);
  }
});

document.addEventListener("click", (event) => {
  const option = event.target.closest("[data-insert]");
  if (option) return insert(option);
  const link = event.target.closest("#blocks-link");
  if (link && field()) {
    event.preventDefault();
    if (offers()?.childElementCount) close();
    else offer("");
  }
});

// The length follows the hand. The channel's own rule is the house's to know, so the house counts.
const counting = { timer: 0, asked: 0, isNewer: false }; // isNewer: typed since the text was last sent to be kept

async function recount() {
  const told = document.getElementById("length");
  if (!told || !field()) return;
  const mine = ++counting.asked;
  const body = new FormData(field().form);
  const options = { method: "POST", body, headers: { "HX-Request": "true" }, credentials: "same-origin" };
  const answer = await fetch(told.dataset.length, options).catch(() => null); // keeping tells that the house is away
  if (!answer?.ok || answer.redirected) return;
  const counted = await answer.text();
  if (mine === counting.asked) swapLength(counted);
}

function swapLength(counted) {
  const fresh = new DOMParser().parseFromString(counted, "text/html").getElementById("length");
  if (fresh) document.getElementById("length")?.replaceWith(fresh);
}

document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  counting.isNewer = true;
  clearTimeout(counting.timer);
  counting.timer = setTimeout(recount, COUNT_MS);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt === field()) counting.isNewer = false;
});
// A kept text comes back with its count; what was typed meanwhile is counted again.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id === "composer-foot" && counting.isNewer) recount();
});

// What was written in the moment before a fresh composer began to listen is kept as well.
document.addEventListener("htmx:load", (event) => {
  const area = field();
  if (!area || event.detail.elt === document.body || !event.detail.elt.contains(area)) return;
  if (area.value !== area.defaultValue) window.htmx.trigger(area, "input");
});

// Whoever looks at the answer as it will stand there goes on doing so, from one answer to the next.
const THERE = "as-there";
const showThere = () => document.getElementById(THERE)?.toggleAttribute("open", sessionStorage.getItem(THERE) === "yes");
document.addEventListener("toggle", ({ target }) => {
  if (target.id === THERE && target.isConnected) sessionStorage.setItem(THERE, target.open ? "yes" : "no");
}, true);
document.addEventListener("htmx:afterSwap", showThere);
showThere();

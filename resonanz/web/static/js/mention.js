// Notes: "@" and the beginning of a name offers colleagues who see the case. Works by keyboard; without it one types names.
const BEFORE = /(?:^|[\s(])@([^\n@]{0,30})$/;
let isOffering = false; // until one is taken or the list is sent away
const lists = new Map(); // by address: the offered colleagues, asked for once

const area = (target) => (target?.matches?.("textarea[data-mention]") ? target : null);
const box = () => document.getElementById("mentions");
const options = () => [...(box()?.querySelectorAll("[data-mention-name]") ?? [])];

function wanted(text) {
  const match = BEFORE.exec(text.value.slice(0, text.selectionStart));
  return match ? match[1].toLowerCase() : null;
}

async function offer(text) {
  isOffering = true;
  const address = text.dataset.mention;
  if (!lists.has(address)) {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) return;
    lists.set(address, await answer.text());
  }
  const begun = wanted(text);
  if (begun === null || !box()) return close(text);
  box().innerHTML = lists.get(address);
  for (const one of options()) {
    const words = one.dataset.mentionName.toLowerCase();
    if (!words.startsWith(begun) && !words.split(/\s+/).some((word) => word.startsWith(begun))) one.closest("li").remove();
  }
  if (options().length) choose(text, 0);
  else close(text);
}

function choose(text, at) {
  options().forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
  const one = options()[at];
  one?.scrollIntoView({ block: "nearest" });
  if (one) text.setAttribute("aria-activedescendant", one.id);
}

function close(text) {
  isOffering = false;
  box()?.replaceChildren();
  text.removeAttribute("aria-activedescendant");
}

function insert(text, one) {
  const before = text.value.slice(0, text.selectionStart).replace(/@[^\n@]{0,30}$/, `@${one.dataset.mentionName} `);
  text.value = before + text.value.slice(text.selectionStart);
  text.selectionStart = text.selectionEnd = before.length;
  close(text);
  text.focus();
}

document.addEventListener("input", (event) => {
  const text = area(event.target);
  if (!text) return;
  if (wanted(text) === null) close(text);
  else offer(text);
});

// The talk drew itself anew under somebody who was choosing: the offers come back.
document.addEventListener("htmx:afterSettle", () => {
  const text = area(document.activeElement);
  if (isOffering && text && wanted(text) !== null && !options().length) offer(text);
});

document.addEventListener("keydown", (event) => {
  const text = area(event.target);
  const all = options();
  if (!text || !all.length) return;
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key === "Escape") {
    event.stopPropagation();
    close(text);
  } else if (event.key in moves) {
    event.preventDefault();
    choose(text, (at + moves[event.key] + all.length) % all.length);
  } else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    insert(text, all[Math.max(0, at)]);
  }
}, true);

document.addEventListener("mousedown", (event) => {
  const one = event.target.closest("[data-mention-name]");
  const text = one?.closest("form")?.querySelector("textarea[data-mention]");
  if (!text) return;
  event.preventDefault();
  insert(text, one);
});

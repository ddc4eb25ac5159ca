// Choosing cases in the list: what is chosen stays so while the list draws itself anew; x chooses, shift and x (or shift
// and a click) chooses all up to there, Escape chooses none.
const rows = document.getElementById("rows");
const bar = document.getElementById("bulk");
const told = document.getElementById("bulk-told");
const whole = document.getElementById("bulk-whole");
const chosen = new Set();
let last = null;

const ticks = () => [...rows.querySelectorAll(".tick")];

function tell() {
  document.body.toggleAttribute("data-choosing", chosen.size > 0);
  told.textContent = chosen.size === 1 ? told.dataset.one : told.dataset.many.replace("{n}", chosen.size);
  if (chosen.size === 0 && whole) whole.checked = false;
}

function choose(tick, isChosen, upTo) {
  const all = ticks();
  const from = upTo ? all.findIndex((one) => one.value === last) : -1;
  const [a, b] = [from < 0 ? all.indexOf(tick) : from, all.indexOf(tick)].sort((x, y) => x - y);
  for (const one of all.slice(a, b + 1)) {
    one.checked = isChosen;
    if (isChosen) chosen.add(one.value);
    else chosen.delete(one.value);
  }
  last = tick.value;
  tell();
}

function none() {
  chosen.clear();
  for (const tick of ticks()) tick.checked = false;
  tell();
}

rows.addEventListener("click", (event) => {
  if (event.target.matches(".tick")) choose(event.target, event.target.checked, event.shiftKey);
});
document.getElementById("bulk-none").addEventListener("click", () => {
  none();
  rows.focus({ preventScroll: true });
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.body.dataset.keys === "off" || event.target.closest("input:not(.tick), textarea, select, dialog, [contenteditable]")) return;
  if (event.key === "Escape" && chosen.size && !document.querySelector("details.pick[open]")) none();
  if (event.key !== "x" && event.key !== "X") return;
  const here = document.activeElement?.closest("#rows li") ?? rows.querySelector("[aria-current]")?.closest("li");
  const tick = here?.querySelector(".tick");
  if (!tick) return;
  event.preventDefault();
  const upTo = event.key === "X";
  choose(tick, upTo || !tick.checked, upTo);
});

// The list was drawn anew: what is still there stays chosen, what has left is so no more.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== rows && detail.target?.id !== "more") return;
  const there = new Set();
  for (const tick of ticks()) {
    tick.checked = chosen.has(tick.value);
    there.add(tick.value);
  }
  for (const one of [...chosen]) if (!there.has(one)) chosen.delete(one);
  tell();
});

// Done: only what was left as it is stays chosen.
document.addEventListener("acted", ({ detail }) => {
  const left = new Set((detail.left ?? []).map(String));
  for (const one of [...chosen]) if (!left.has(one)) chosen.delete(one);
  for (const tick of ticks()) tick.checked = chosen.has(tick.value);
  for (const menu of bar.querySelectorAll("details[open]")) menu.open = false;
  document.getElementById("bulk-tag-name").value = "";
  tell();
  if (document.activeElement === document.body || bar.contains(document.activeElement)) rows.focus({ preventScroll: true });
});
for (const tick of ticks()) if (tick.checked) chosen.add(tick.value); // the browser remembered them
tell();

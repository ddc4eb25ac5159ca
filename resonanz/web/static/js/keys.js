// The keyboard: one key, one act, never while somebody types.
const sheet = document.getElementById("keys");

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable], dialog") !== null;
}

function rows() {
  return [...document.querySelectorAll(".row-case")];
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  let at = all.indexOf(document.activeElement);
  if (at < 0) at = all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))] ?? all[0];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function press(selector) {
  const found = document.querySelector(selector);
  if (!found) return;
  if (found.matches("details")) {
    found.open = true;
    (found.querySelector("input, textarea, button:not(summary)") ?? found).focus();
  } else if (found.matches("input, textarea")) {
    found.focus();
  } else {
    found.click();
  }
}

const acts = {
  j: () => step(1),
  k: () => step(-1),
  c: () => press("[data-key=c]"),
  r: () => press("[data-key=r]"),
  n: () => press("[data-key=n]"),
  e: () => press("[data-key=e]"),
  s: () => press("[data-key=s]"),
  "/": () => press("[data-key='/']"),
  "?": () => sheet?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const main = event.target.closest("form")?.querySelector("[data-main]");
    if (main) {
      event.preventDefault();
      main.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const act = acts[event.key];
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
});

// The command palette (Ctrl+K): the acts of this page, the places of the house, cases and people, by what one types.
const WAIT_MS = 120;
const dialog = document.getElementById("palette");
const field = dialog?.querySelector("input");
const found = dialog?.querySelector("[role=listbox]");
let timer = 0;
let asked = 0; // only the newest question is answered

function open() {
  dialog.showModal();
  field.value = "";
  show();
}

// What this page can do: everything that has a key and a name.
function acts(words) {
  return [...document.querySelectorAll("[data-key]")]
    .filter((one) => !one.matches("input, textarea") && one.checkVisibility())
    .map((one) => ({ one, name: (one.querySelector("summary") ?? one).firstChild?.textContent.trim(), key: one.dataset.key }))
    .filter(({ name }) => name && fits(name, words));
}

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const fits = (name, words) => words.every((word) => folded(name).includes(word));

function line({ one, name, key }) {
  const option = document.createElement("button");
  option.type = "button";
  option.role = "option";
  option.id = `palette-act-${key}`;
  option.tabIndex = -1;
  option.append(Object.assign(document.createElement("span"), { textContent: name }));
  option.append(Object.assign(document.createElement("kbd"), { textContent: key }));
  option.addEventListener("click", () => {
    dialog.close();
    if (one.matches("details")) {
      one.open = true;
      one.querySelector(".menu input, .menu button, textarea")?.focus();
    } else one.click();
  });
  return option;
}

async function show() {
  const words = folded(field.value).split(/\s+/).filter(Boolean);
  const mine = ++asked;
  const address = new URL(dialog.dataset.url, location.href);
  address.searchParams.set("q", field.value);
  const here = acts(words).map(line);
  let there = "";
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (answer.ok) there = await answer.text();
  } catch {
    there = ""; // without a connection the acts of this page are left
  }
  if (mine !== asked) return;
  found.innerHTML = there;
  found.prepend(...here);
  choose(0);
}

const options = () => [...found.querySelectorAll("[role=option]")];
const chosen = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

function choose(at) {
  const all = options();
  all.forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
  all[at]?.scrollIntoView({ block: "nearest" });
  if (all[at]) field.setAttribute("aria-activedescendant", all[at].id);
  else field.removeAttribute("aria-activedescendant");
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && dialog) {
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  }
});
const opener = document.getElementById("open-palette");
opener?.addEventListener("click", open);
field?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, WAIT_MS);
});
field?.addEventListener("keydown", (event) => {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  const all = options();
  if (event.key in moves && all.length) {
    event.preventDefault();
    choose((chosen() + moves[event.key] + all.length) % all.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    all[Math.max(0, chosen())]?.click();
  }
});

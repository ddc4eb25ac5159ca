// The list grows as one reads on, and what has grown stays when it is drawn anew.
const rows = document.getElementById("rows");
const shown = () => rows.querySelectorAll(".row-case").length;
const isEnd = (elt) => elt.id === "more";

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt === rows || detail.elt.closest("#more")) detail.parameters.shown = shown();
});

// New cases above do not push away what one reads: the row that stands highest in view stays where it is.
let kept = null;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== rows) return;
  const top = rows.getBoundingClientRect().top;
  const row = rows.scrollTop > 0 && [...rows.querySelectorAll(".row-case")].find((one) => one.getBoundingClientRect().bottom > top);
  kept = row ? { id: row.id, at: row.getBoundingClientRect().top } : null;
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== rows || !kept) return;
  const row = document.getElementById(kept.id);
  if (row) rows.scrollTop += row.getBoundingClientRect().top - kept.at;
  kept = null;
});

// Who stood on the way to the next page stands on its first row afterwards.
let wasAtEnd = false;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target && isEnd(detail.target)) wasAtEnd = detail.target.contains(document.activeElement);
});

// What moved down the list meanwhile comes a second time with the next page: it stays where it is until the list is
// drawn anew.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!detail.target || !isEnd(detail.target)) return;
  const seen = new Set();
  for (const row of rows.querySelectorAll(".row-case")) {
    if (seen.has(row.id)) row.closest("li").remove();
    seen.add(row.id);
  }
  if (wasAtEnd) [...rows.querySelectorAll(":scope > ul")].at(-1)?.querySelector(".row-case")?.focus();
  wasAtEnd = false;
});

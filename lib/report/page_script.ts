/** The script of the page: sorts and filters tables, shows the values of points, opens what a link leads to. */

/** JavaScript for browsers; everything is readable without it. */
export const PAGE_SCRIPT = String.raw`
"use strict";
const valueOf = (row, column) => {
  const cell = row.cells[column];
  const text = cell.dataset.value ?? cell.textContent;
  const number = Number(text);
  return { text, number, isEmpty: text === "", isNumber: text !== "" && !Number.isNaN(number) };
};
const compare = (a, b) => a.isNumber && b.isNumber ? a.number - b.number : a.text.localeCompare(b.text, "en", { numeric: true });
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    const isDescending = head.getAttribute("aria-sort") === "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, value: valueOf(row, column) }));
    rows.sort((a, b) => a.value.isEmpty - b.value.isEmpty || (isDescending ? compare(b.value, a.value) : compare(a.value, b.value)));
    body.append(...rows.map(({ row }) => row));
  }));
}
for (const input of document.querySelectorAll("input[data-table]")) {
  const body = document.getElementById(input.dataset.table).tBodies[0];
  const count = document.querySelector('[data-count="' + input.dataset.table + '"]');
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of body.rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown++;
    }
    count.textContent = words.length === 0 ? "" : shown + " of " + body.rows.length + " rows";
  });
}
const tip = document.getElementById("tip");
const showTip = (event) => {
  const mark = event.target.closest?.("svg *");
  const title = mark && mark.querySelector(":scope > title, :scope > :only-child > title");
  tip.hidden = !title;
  if (!title) return;
  tip.textContent = title.textContent;
  const box = mark.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(box.right + 8, innerWidth - tip.offsetWidth - 8)) + "px";
  tip.style.top = Math.max(4, box.top - tip.offsetHeight - 6) + "px";
};
addEventListener("pointerover", showTip);
addEventListener("focusin", showTip);
const openTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let place = target; place; place = place.parentElement) if (place.tagName === "DETAILS") place.open = true;
  target.scrollIntoView();
  (target.querySelector("summary") ?? target).focus?.({ preventScroll: true });
};
addEventListener("hashchange", openTarget);
openTarget();
`;

// The event handlers of the Papers page (pages/papers.js).

import { MOST } from "../compare/choice.js";
import { onClick } from "../shared/dom.js";
import { addShortcuts } from "../shared/keys.js";
import { askPapers, comparePapers, openCiteMenu } from "../shared/paperlist.js";
import { currentPage } from "../shared/pages.js";
import { openMarkMenu } from "./markmenu.js";
import { showWanted } from "./wanted.js";

export function listen(page) {
  const { element, find, box, opened, rows, selection } = page;
  let soon = 0;
  box.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(() => page.search(), 120); });
  box.addEventListener("keydown", (event) => onBoxKey(page, event));
  find(".group").addEventListener("change", ({ target }) => { page.group = target.value; page.show(); });
  find(".every").addEventListener("change", ({ target }) => (target.checked ? selection.add(rows.keys) : selection.remove(rows.keys)));
  rows.body.addEventListener("click", ({ target }) => onRow(page, target));
  rows.body.addEventListener("mouseover", ({ target }) => {
    const row = target.closest(".line");
    if (row) page.hover(Number(row.dataset.key), true);
  });
  rows.body.addEventListener("mouseleave", () => page.hover(-1));
  onClick(element, clicksOf(page));
  showWanted(page);
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || currentPage() !== "papers") return;
    if (page.chart.dropLasso() || page.chart.lassoing) page.lasso(false);
    else page.opened.close();
  });
  addShortcuts("papers", [
    { key: "/", what: "Search", act: () => box.focus() },
    { key: "s", what: "Star the paper, or take its star away", act: () => page.marking.toggle("starred") },
    { key: "u", what: "Mark the paper as read or unread", act: () => page.marking.toggle("read") },
    { key: "t", what: "Add a tag of yours to the open paper", act: () => { if (page.reader.isOpen) find(".tag-box").focus(); } },
    { key: "j", what: "Next paper", act: () => opened.step(1) },
    { key: "k", what: "Previous paper", act: () => opened.step(-1) },
    { key: "Escape", what: "Close the abstract" },
  ]);
}

/** What a click does, by the selector of what is clicked. */
function clicksOf(page) {
  const { chart, cited, opened, reader, rows, selection } = page;
  return {
    "[data-sort]": ({ dataset }) => page.sortBy(dataset.sort),
    "button[data-view]": ({ dataset }) => view(page, dataset.view),
    ".under .cited": () => { cited.toggle(); page.show(); },
    ".lasso": () => page.lasso(!chart.lassoing),
    ".nearer": () => chart.zoom(1.6, undefined, true),
    ".farther": () => chart.zoom(1 / 1.6, undefined, true),
    ".whole": () => chart.fit(true),
    ".close": () => opened.close(),
    ".back": () => opened.back(),
    ".prev": () => opened.step(-1),
    ".next": () => opened.step(1),
    ".ask-it": () => askPapers([reader.paper]),
    ".cite-it": (button) => openCiteMenu(page.root, button, async () => [reader.paper], page.say),
    ".choose-it": () => selection.toggle(reader.at),
    ".compare-similar": () => comparePapers([reader.paper, ...reader.near].slice(0, MOST)),
    ".mark-them": (button) => openMarkMenu(page, button),
    ".told button": () => page.marking.undo.takeBack(),
    ".clear": () => { selection.remove(selection.places()); rows.root.focus({ preventScroll: true }); },
  };
}

function onBoxKey(page, event) {
  const { box, rows } = page;
  if (event.key === "Escape" && box.value) { event.stopPropagation(); box.value = ""; page.search(); }
  if (event.key === "ArrowDown" || event.key === "Enter") { event.preventDefault(); rows.root.focus(); }
}

function onRow(page, target) {
  const row = target.closest(".line"), ticked = target.closest(".tick"), button = target.closest("button");
  if (!row || target.closest("a")) return;
  const at = Number(row.dataset.key);
  if (button) return page.marking.toggle(button.classList.contains("star") ? "starred" : "read", at);
  if (ticked) page.selection.toggle(at);
  page.rows.moveToKey(at);
  if (!ticked) page.opened.open(at, "table");
}

/** On a phone there is room for the table or for the map. */
function view({ root, all, rows }, name) {
  root.dataset.view = name;
  for (const button of all(".views button")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
  rows.later();
}

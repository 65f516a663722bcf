// The event handlers of the Papers page (pages/papers.js).

import { onClick } from "../shared/dom.js";
import { send } from "../shared/exchange.js";
import { currentPage, goTo } from "../shared/pages.js";
import { showWanted } from "./wanted.js";

export function listen(page) {
  const { element, find, box, rows, selection } = page;
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
    else page.close();
  });
}

/** What a click does, by the selector of what is clicked. */
function clicksOf(page) {
  const { chart, cited, reader, rows, selection } = page;
  const hand = async (name, places) => {
    const papers = await page.papersAt(places);
    if (papers) send(name, papers);
    return Boolean(papers);
  };
  const ask = async (places) => { if (await hand("scope", places)) goTo("chat"); };
  return {
    "[data-sort]": ({ dataset }) => page.sortBy(dataset.sort),
    "button[data-view]": ({ dataset }) => view(page, dataset.view),
    ".under .cited": () => { cited.toggle(); page.show(); },
    ".lasso": () => page.lasso(!chart.lassoing),
    ".nearer": () => chart.zoom(1.6, undefined, true),
    ".farther": () => chart.zoom(1 / 1.6, undefined, true),
    ".whole": () => chart.fit(true),
    ".close": () => page.close(),
    ".ask-it": () => ask([reader.at]),
    ".choose-it": () => selection.toggle(reader.at),
    ".ask-them": () => ask(selection.places()),
    ".compare-them": () => hand("compare", selection.places()),
    ".clear": () => { selection.remove(selection.places()); rows.root.focus({ preventScroll: true }); },
  };
}

function onBoxKey(page, event) {
  const { box, rows } = page;
  if (event.key === "Escape" && box.value) { event.stopPropagation(); box.value = ""; page.search(); }
  if (event.key === "ArrowDown" || event.key === "Enter") { event.preventDefault(); rows.root.focus(); }
}

function onRow(page, target) {
  const row = target.closest(".line"), ticked = target.closest(".tick");
  if (!row || target.closest("a")) return;
  const at = Number(row.dataset.key);
  if (ticked) page.selection.toggle(at);
  page.rows.moveToKey(at);
  if (!ticked) page.open(at);
}

/** On a phone there is room for the table or for the map. */
function view({ root, all, rows }, name) {
  root.dataset.view = name;
  for (const button of all(".views button")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
  rows.later();
}

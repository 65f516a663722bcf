// What the Compare page listens to: clicks, keys, and papers from other pages.

import { onClick } from "../shared/dom.js";
import { receive } from "../shared/exchange.js";
import { addShortcuts } from "../shared/keys.js";
import { menuItem, openMenu } from "../shared/menu.js";
import { currentPage } from "../shared/pages.js";

export function listen(page) {
  const { find, root } = page, controls = find(".controls");
  onClick(page.element, clicks(page));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || currentPage() !== "compare") return;
    if (page.sheet.isOpen) page.sheet.close();
    else if (root.classList.contains("choosing")) closeControls(page);
    else page.stop();
  });
  controls.addEventListener("keydown", ({ key, target, ctrlKey, metaKey }) => {
    if (key === "Enter" && (ctrlKey || metaKey || target.matches("input[type=search]:placeholder-shown")) && !page.stands) page.compare();
  }, true); // before the box takes what it has found
  document.addEventListener("pointerdown", ({ target }) => {
    if (!root.classList.contains("choosing") || controls.contains(target) || target.closest(".menu, .edit, .more-columns")) return;
    page.openControls(false);
  });
  receive("compare", (papers) => page.takePapers(papers));
  addShortcuts("compare", shortcuts(page));
}

/** What a click does, by the selector of what is clicked. */
function clicks(page) {
  const { root } = page;
  return {
    "button.head": (button) => page.openColumn(button),
    ".summary .chip": ({ dataset }) => page.matrix.light(dataset.key),
    ".start": async ({ dataset }) => { if (await page.chooser.addAbout(dataset.question)) page.compare(); },
    ".go .run": () => page.compare(),
    ".go .keep": () => { page.choice.keepMost(); page.changed(); if (!page.stands) page.compare(); },
    ".go .stop": () => page.stop(),
    ".edit": ({ ariaExpanded }) => (ariaExpanded === "true" ? closeControls(page) : page.openControls(true)),
    ".more-columns": () => page.openControls(true, ".word"),
    ".view": (button) => { button.ariaExpanded = String(root.classList.toggle("looking")); },
    ".done": () => closeControls(page),
    ".open-file": () => page.files.pick(),
    ".new-one": () => page.putAway(),
    ".more": (button) => openMenu(page.root, button, more(page)),
    "td .back": (button) => page.cells.correct(button.closest("td"), null),
  };
}

function closeControls(page) {
  page.openControls(false);
  page.find(".edit").focus();
}

function more(page) {
  return [
    menuItem("Choose all rows", () => page.matrix.pickAll(true)),
    menuItem("Read everything again", () => page.compare(true)),
    menuItem("Open a saved comparison", () => page.files.pick()),
  ];
}

function shortcuts(page) {
  const standing = (act) => () => { if (page.stands) act(); };
  return [
    { key: "d", what: "Compact rows, or full text", act: standing(() => page.toolbar.toggleFull()) },
    { key: "e", what: "Edit what is compared", act: standing(() => page.openControls(true)) },
    { key: "c", what: "Add a column", act: standing(() => page.openControls(true, ".word")) },
    { key: "/", what: "Filter rows", act: standing(() => page.find(".filter").focus()) },
    { key: "Ctrl+Enter", what: "Compare the papers that are chosen" },
    { key: "Enter F2", what: "Correct the cell" },
    { key: "Space", what: "The abstract behind the cell" },
    { key: "x", what: "Choose the row" },
    { key: "Alt+← Alt+→", what: "Move the column" },
    { key: "Shift+← Shift+→", what: "Change its width" },
  ];
}

// Runs the keyboard shortcuts, and shows the dialog that lists them.

import { make } from "./dom.js";
import { currentPage } from "./pages.js";
import { Shortcuts } from "./shortcuts.js";

const shortcuts = new Shortcuts();
let dialog = null;

/** Adds shortcuts to a page: [{key, what, act}]. */
export function addShortcuts(page, list) { shortcuts.add(page, list); }

export function showShortcuts() {
  dialog?.remove();
  dialog = make("dialog", "pc-keys");
  const title = make("h2", "", "Keyboard shortcuts"), list = make("dl"), close = make("button", "", "Close");
  list.append(...shortcuts.of(currentPage()).map(row));
  dialog.setAttribute("aria-label", title.textContent);
  dialog.append(title, list, close);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
}

function row({ key, what }) {
  const node = make("div"), keys = make("dt");
  keys.append(...key.split(" ").map((one) => make("kbd", "", one)));
  node.append(keys, make("dd", "", what));
  return node;
}

const isTyping = (node) => node.closest?.("input, textarea, select, [contenteditable]");

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || dialog?.open) return;
  const shortcut = shortcuts.find(currentPage(), event.key);
  if (!shortcut) return;
  event.preventDefault();
  shortcut.act();
}

addShortcuts(Shortcuts.EVERYWHERE, [{ key: "?", what: "This list", act: showShortcuts }]);
document.addEventListener("keydown", onKey);

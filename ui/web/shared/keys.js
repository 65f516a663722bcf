// Keyboard shortcuts of all pages, the dialog that lists them, and menus. It runs in the document's head.
"use strict";

{
  const { make, page } = window.paperchat;
  const lists = new Map(); // page -> [{key, what, act}]; "" holds for every page
  const typing = (node) => node.closest?.("input, textarea, select, [contenteditable]");
  let dialog = null;

  /** Adds shortcuts of a page: `{key, what, act}`. Without `act` it is listed and handled elsewhere. */
  window.paperchat.shortcuts = (name, list) => lists.set(name, [...(lists.get(name) ?? []), ...list]);

  window.paperchat.showShortcuts = () => {
    dialog?.remove();
    dialog = make("dialog", "pc-keys");
    const rows = [...(lists.get(page()) ?? []), ...(lists.get("") ?? [])].map(({ key, what }) => {
      const row = make("div");
      const keys = make("dt");
      keys.append(...key.split(" ").map((one) => make("kbd", "", one)));
      row.append(keys, make("dd", "", what));
      return row;
    });
    const list = make("dl"), title = make("h2", "", "Keyboard shortcuts"), close = make("button", "", "Close");
    list.append(...rows);
    dialog.setAttribute("aria-label", title.textContent);
    dialog.append(title, list, close);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    document.body.append(dialog);
    dialog.showModal();
  };

  window.paperchat.shortcuts("", [{ key: "?", what: "This list", act: window.paperchat.showShortcuts }]);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || dialog?.open) return;
    const found = [...(lists.get(page()) ?? []), ...(lists.get("") ?? [])].find(({ key, act }) => act && key === event.key);
    if (!found) return;
    event.preventDefault();
    found.act();
  });

  // A menu is a <details class="pop-menu">: it closes on Escape and when something else is clicked.
  const closeMenus = (but) => document.querySelectorAll("details.pop-menu[open]").forEach((menu) => { if (menu !== but) menu.open = false; });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.pop-menu")));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(); });
}

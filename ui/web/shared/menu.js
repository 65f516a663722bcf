// A small menu under a button, for any page. It runs in the document's head.
"use strict";

window.paperchat.menu = (() => {
  const { make } = window.paperchat;
  let node = null; // the menu that is open

  /** Opens `items` (see `item`, or any elements) under the button `from`, inside of `root`. */
  function open(root, from, items) {
    close();
    node = make("div", "menu");
    node.setAttribute("role", "dialog");
    node.setAttribute("aria-label", from.textContent);
    node.append(...items);
    root.append(node);
    const at = from.getBoundingClientRect(), size = node.getBoundingClientRect();
    const below = at.bottom + size.height + 8 <= innerHeight;
    node.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
    node.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - size.height - 4)}px`;
    node.from = from;
    from.setAttribute("aria-expanded", "true");
    node.querySelector("button, input")?.focus();
  }

  /** Whether there was one to close. The focus goes back to where it came from. */
  function close() {
    if (!node) return false;
    node.from.setAttribute("aria-expanded", "false");
    const inside = node.contains(document.activeElement);
    node.remove();
    if (inside) node.from.focus();
    node = null;
    return true;
  }

  /** A line of a menu; `on` marks what holds now. */
  function item(text, act, on = false) {
    const button = make("button", on ? "on" : "", text);
    button.type = "button";
    button.addEventListener("click", () => { close(); act(); });
    return button;
  }

  document.addEventListener("pointerdown", (event) => {
    if (node && !node.contains(event.target) && event.target !== node.from) close();
  });
  addEventListener("hashchange", close);
  return { open, close, item };
})();

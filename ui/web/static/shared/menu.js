// Small menus: one that opens under a button, and <details class="pop-menu">.

import { make } from "./dom.js";
import { opensUp } from "./placing.js";

let menu = null; // the menu that is open
let opener = null; // the button that opened it

/** Opens `items` (see `menuItem`, or any elements) under the button `from`, inside of `root`. */
export function openMenu(root, from, items) {
  closeMenu();
  menu = make("div", "menu");
  menu.setAttribute("role", "dialog");
  menu.setAttribute("aria-label", from.textContent);
  menu.append(...items);
  root.append(menu);
  place(menu, from.getBoundingClientRect());
  opener = from;
  opener.setAttribute("aria-expanded", "true");
  menu.querySelector("button, input")?.focus();
}

/** Below the button, or above it where there is no room below; always in view, also if the button is scrolled away. */
function place(node, at) {
  const { width, height } = node.getBoundingClientRect();
  const fits = at.bottom + height + 8 <= innerHeight;
  const top = fits ? at.bottom + 4 : at.top - height - 4;
  node.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
}

/** Returns whether a menu was open. The focus goes back to the button. */
export function closeMenu() {
  if (!menu) return false;
  opener.setAttribute("aria-expanded", "false");
  const focused = menu.contains(document.activeElement);
  menu.remove();
  if (focused) opener.focus();
  [menu, opener] = [null, null];
  return true;
}

/** A line of a menu; `on` marks the current setting. */
export function menuItem(text, act, on = false) {
  const button = make("button", on ? "on" : "", text);
  button.type = "button";
  button.addEventListener("click", () => { closeMenu(); act(); });
  return button;
}

// Escape closes a menu and nothing else: what lies under it does not hear of the key.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && (closeMenu() || closePopMenus())) event.stopImmediatePropagation();
}, true);

document.addEventListener("pointerdown", ({ target }) => {
  if (menu && !menu.contains(target) && target !== opener) closeMenu();
});
addEventListener("hashchange", closeMenu);

/** A <details> stays open by itself; as a menu it closes on Escape and on a click outside. Returns whether one was open. */
function closePopMenus(except) {
  const open = [...document.querySelectorAll("details.pop-menu[open]")].filter((node) => node !== except);
  for (const node of open) {
    const focused = node.contains(document.activeElement);
    node.open = false;
    if (focused) node.querySelector("summary").focus();
  }
  return open.length > 0;
}

/** Opens upwards where what scrolls would cut it off below, and further left where the window would at the right. */
function turnPopMenu(node) {
  const pop = node.querySelector(".pop"), around = scrollerOf(node).getBoundingClientRect(), at = node.getBoundingClientRect();
  const { width, height } = pop.getBoundingClientRect();
  const view = { above: Math.max(0, around.top), below: Math.min(innerHeight, around.bottom) };
  node.classList.toggle("up", opensUp(at, height + 8, view));
  pop.style.left = `${Math.min(0, innerWidth - 8 - width - at.left)}px`;
}

function scrollerOf(node) {
  for (let at = node.parentElement; at; at = at.parentElement) if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  return document.documentElement;
}

document.addEventListener("toggle", ({ target }) => {
  if (target.open && target.matches?.("details.pop-menu")) turnPopMenu(target);
}, true); // toggle does not bubble
document.addEventListener("click", ({ target }) => closePopMenus(target.closest("details.pop-menu")));

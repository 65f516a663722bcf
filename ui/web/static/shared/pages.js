// Which page is shown: the hash of the address names it.

import { layers } from "./layers.js";

const names = document.querySelector("meta[name=paperchat-pages]").content.split(" ");
const listeners = [];

export function currentPage() {
  const name = location.hash.slice(1);
  return names.includes(name) ? name : names[0];
}

/** Calls `listener` with the page's name now and whenever another page is shown. */
export function onPage(listener) {
  listeners.push(listener);
  listener(currentPage());
}

/** Shows a page. Layers over this one close first, so that Back leads here and not to a layer. */
export function goTo(name) {
  if (!layers.isOpen) location.hash = name;
  else layers.closeAll().then(() => { location.hash = name; });
}

/** Runs `here` on a page, or goes to it first and runs `there`. */
export function actOn(name, here, there = here) {
  if (currentPage() === name) return here();
  addEventListener("hashchange", there, { once: true });
  goTo(name);
}

function show() {
  document.documentElement.dataset.page = currentPage();
  for (const listener of listeners) listener(currentPage());
}

addEventListener("hashchange", show);
document.addEventListener("click", (event) => {
  const link = layers.isOpen && event.target.closest("a[href^='#']");
  if (!link) return;
  event.preventDefault();
  goTo(link.hash.slice(1));
});
show();

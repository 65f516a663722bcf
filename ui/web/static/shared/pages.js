// Which page is shown: the hash of the address names it.

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

export function goTo(name) { location.hash = name; }

function show() {
  document.documentElement.dataset.page = currentPage();
  for (const listener of listeners) listener(currentPage());
}

addEventListener("hashchange", show);
show();

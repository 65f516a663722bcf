// What the pages' scripts share. It runs in the document's head, before any of them.
"use strict";

window.paperchat = (() => {
  const make = (tag, cls = "", text = "") => {
    const node = document.createElement(tag);
    if (cls) node.className = cls;
    node.textContent = text;
    return node;
  };
  // Only what changed is touched: a screen reader reads out every change.
  const setHtml = (node, html) => { if (node.pcHtml !== html) node.innerHTML = node.pcHtml = html; };
  const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };

  const narrow = matchMedia("(max-width: 860px)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const glide = () => (calm.matches ? "auto" : "smooth");

  // A server that ended says nothing, so whoever waits for it asks after it.
  const reach = () => fetch(".", { method: "HEAD", cache: "no-store" });
  const LOST = "The connection to paperchat is lost. Start it again, then reload this page.";

  /** A line that says what went wrong, as ui/render/text.py makes it. */
  const failure = (text) => {
    const line = make("p", "failure", text);
    line.setAttribute("role", "alert");
    return line.outerHTML;
  };

  /** JSON that the browser keeps; `fallback` where there is none, or none that can be read. */
  const recall = (key, fallback, store = sessionStorage) => {
    try { return JSON.parse(store.getItem(key)) ?? fallback; } catch { return fallback; }
  };
  /** Whether it could be kept: the store may be full or forbidden. */
  const keep = (key, value, store = sessionStorage) => {
    try { store.setItem(key, JSON.stringify(value)); return true; } catch { return false; }
  };

  // ---- pages: the address's hash says which one is seen

  const pages = PAPERCHAT_PAGES;
  const page = () => (pages.includes(location.hash.slice(1)) ? location.hash.slice(1) : pages[0]);
  const listeners = [];
  const turn = () => {
    document.documentElement.dataset.page = page();
    for (const listener of listeners) listener(page());
  };
  /** Calls `listener` with the page's name now and whenever another one is seen. */
  const onPage = (listener) => { listeners.push(listener); listener(page()); };
  const go = (name) => { location.hash = name; };

  // ---- from one page to another: a page hands over what the other one takes

  const doors = new Map();
  /** Lets other pages call `take` by `name`; what came before the page was there is not lost. */
  const receive = (name, take) => { (doors.get(name)?.waiting ?? []).forEach(take); doors.set(name, { take }); };
  const hand = (name, value) => {
    const door = doors.get(name);
    if (door?.take) door.take(value);
    else doors.set(name, { waiting: [...(door?.waiting ?? []), value] });
  };

  // ---- how things stand: the header looks, pages hear of a change

  const heard = [];
  /** Calls `listener` whenever the server's status is another one than before. */
  const onStatus = (listener) => { heard.push(listener); };
  const tellStatus = () => { for (const listener of heard) listener(); };

  /** Calls `listener` when there are more papers than before, or fewer, as after an import. */
  const onPapers = (listener) => {
    const count = () => document.querySelector("#pc-head .count")?.textContent ?? "";
    let known = count();
    onStatus(() => {
      if (count() === known) return;
      known = count();
      listener();
    });
  };

  addEventListener("hashchange", turn);
  turn();
  return { make, setHtml, setText, narrow, glide, reach, LOST, failure, recall, keep, page, onPage, go, receive, hand, onStatus, onPapers, tellStatus };
})();

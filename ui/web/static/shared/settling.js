// A page is seen once what it asks the server at first is there, so that nothing moves under the reader's eyes.

import { onPage } from "./pages.js";

const LONGEST = 400; // milliseconds that a page waits for it

/** Starts a page with what Gradio hands to its script, and with `seen(act)`, which acts once the page can have the focus. */
export function startPage({ start }, gradio) {
  const { element, server } = gradio, block = element.closest(".pc-page");
  const isShown = () => block.checkVisibility();
  let waiting = 0, acts = [];
  const isSettled = () => "settled" in block.dataset;
  const settle = () => {
    block.dataset.settled = "";
    for (const act of acts) act();
    acts = [];
  };
  const seen = (act) => (isSettled() ? act() : acts.push(act));
  const counted = (name) => async (...given) => {
    waiting += 1;
    try { return await server[name](...given); } finally {
      waiting -= 1;
      setTimeout(() => { if (!waiting && isShown()) settle(); });
    }
  };
  start({ ...gradio, seen, server: new Proxy(server, { get: (_, name) => counted(name) }) });
  onPage(() => {
    if (!isShown() || isSettled()) return;
    if (waiting) setTimeout(settle, LONGEST);
    else settle();
  });
}

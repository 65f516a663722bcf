// A page is seen once what it asks the server at first is there, so that nothing moves under the reader's eyes.

import { currentPage, onPage } from "./pages.js";

const LONGEST = 400; // milliseconds that a page waits for it

/**
 * Starts the page of this `name` with what Gradio hands to its script, and with `seen(act)`, which acts once the page is
 * seen and can have the focus.
 */
export function startPage(name, { start }, gradio) {
  const { element, server } = gradio, block = element.closest(".block.pc-page"), isShown = () => currentPage() === name;
  let waiting = 0, acts = [];
  const isSettled = () => "settled" in block.dataset;
  const settle = () => {
    block.dataset.settled = "";
    for (const act of acts) act();
    acts = [];
  };
  const counted = (call) => async (...given) => {
    waiting += 1;
    try { return await server[call](...given); } finally {
      waiting -= 1;
      setTimeout(() => { if (!waiting && isShown()) settle(); });
    }
  };
  const seen = (act) => (isSettled() ? act() : acts.push(act));
  start({ ...gradio, seen, server: new Proxy(server, { get: (_, call) => counted(call) }) });
  onPage(() => {
    if (!isShown() || isSettled()) return;
    if (waiting) setTimeout(settle, LONGEST);
    else settle();
  });
}

// What an empty conversation says about the papers. Its parts come one after the other, each below the last one, so
// that nothing that is on the page moves.

import { setHtml } from "../shared/dom.js";

const AGAIN = 1200; // milliseconds

/** Fills `parts` ({about, examples, topics}) while `wanted()`, and asks again until all of them are known. */
export async function welcome(call, parts, wanted) {
  const answer = await call("hello");
  if (answer.failure || !wanted()) return;
  for (const [name, node] of Object.entries(parts)) {
    if (answer[name] === null) break;
    setHtml(node, answer[name]);
    node.classList.remove("pending");
  }
  if (!answer.settled) setTimeout(() => { if (wanted()) welcome(call, parts, wanted); }, AGAIN);
}

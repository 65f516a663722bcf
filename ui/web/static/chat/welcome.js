// What an empty conversation says about the papers.

import { setHtml } from "../shared/dom.js";

const AGAIN = 3000; // milliseconds

/** Shows it while `wanted()` is true, and asks again until the server has opened the papers. */
export async function welcome(call, about, examples, wanted) {
  const answer = await call("hello");
  if (answer.failure || !wanted()) return;
  setHtml(about, answer.about);
  setHtml(examples, answer.examples);
  if (!answer.settled) setTimeout(() => { if (wanted()) welcome(call, about, examples, wanted); }, AGAIN);
}

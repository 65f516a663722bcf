// Talking to the server: calls, refusals, lost connections, and answers that come too late.

import { failure, setHtml } from "./dom.js";

export const LOST = "The connection to paperchat is lost. Start it again, then reload this page.";
const REFUSED = "paperchat did not take this. Reload the page, then try once more.";
const TOO_LARGE = "This is too large: at most 8 MiB can be sent. Use a smaller file.";
const LARGEST = 8 * 1024 * 1024; // bytes, as in ui/web/gate/http/routes.py

/**
 * `call(name, given)` for the functions of `server`, which Gradio hands to a page's script. It resolves to
 * what the function returns, or to `{failure}`, HTML of one line, if it refuses or does not answer.
 */
export function caller(server) {
  return async (name, given = {}) => {
    try { return (await server[name](given)) ?? { failure: failure(await whyNot(given)) }; } catch { return { failure: failure(LOST) }; }
  };
}

/** Why there was no answer to `given`: Gradio does not say. */
async function whyNot(given) {
  const large = () => new Blob([JSON.stringify(given)]).size > LARGEST - 1024; // Gradio wraps it
  return reach().then(() => (large() ? TOO_LARGE : REFUSED), () => LOST);
}

/**
 * `ask(name, given, place)`: like `call`, but a refusal is shown in `place` (by default `note`), and the
 * answer is then null. With `clear`, an answer that is no refusal empties the place.
 */
export function asker(call, note, { clear = true } = {}) {
  return async (name, given = {}, place = note) => {
    const answer = await call(name, given);
    if (answer.failure) { setHtml(place, answer.failure); return null; }
    if (clear) setHtml(place, "");
    return answer;
  };
}

/**
 * Resolves if the server is there and rejects otherwise: a server that ended does not say so by itself. Whoever is
 * logged out, as by a restart of the server, goes to the login.
 */
export async function reach() {
  const answer = await fetch(".", { method: "HEAD", cache: "no-store" });
  if (answer.status === 401) location.assign("login");
}

/** While `waiting()` is true, checks every three seconds that the server is there; calls `lost` if not. */
export function watchServer(waiting, lost) {
  setTimeout(() => {
    if (waiting()) reach().then(() => watchServer(waiting, lost), lost);
  }, 3000);
}

/**
 * Tells the newest of several overlapping requests from older ones: `const begin = latest()`, then
 * `const current = begin()` before each request; `current()` is false once a newer one has begun.
 */
export function latest() {
  let count = 0;
  return () => {
    const mine = ++count;
    return () => mine === count;
  };
}

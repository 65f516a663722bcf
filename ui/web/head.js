// The header: Gradio runs this once with `element`, `props` and `server` in scope.
// props.value is the status as HTML, escaped in ui/render; the links beside it stay as they are.
"use strict";

const { setHtml, onPage, receive, tellStatus } = window.paperchat;
const status = element.querySelector(".status");
const links = [...element.querySelectorAll("nav a")];
const BUSY = 300, IDLE = 10_000, LOST = 3_000; // milliseconds from one look to the next
let next = 0;

/** Asks the server how things stand, now and again from time to time. */
async function look() {
  clearTimeout(next);
  let said;
  if (!document.hidden) {
    try { said = await server.tell({}); } catch { said = undefined; }
    if (said?.html && status.pcHtml !== said.html) {
      setHtml(status, said.html);
      tellStatus();
    }
  }
  clearTimeout(next); // somebody may have looked meanwhile
  next = setTimeout(look, said ? (said.busy ? BUSY : IDLE) : document.hidden ? IDLE : LOST);
}

onPage((page) => {
  for (const link of links) {
    if (link.hash === `#${page}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
});
setHtml(status, props.value ?? "");
document.addEventListener("visibilitychange", look);
receive("status", look);
look();

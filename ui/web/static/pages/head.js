// The header. props.value is the server's status as HTML, escaped by ui/web/render; the links beside it stay.

import { Arrivals } from "../library/arrivals.js";
import { caller } from "../shared/api.js";
import { onClick, setHtml, setText, within } from "../shared/dom.js";
import { receive } from "../shared/exchange.js";
import { watchKeyboard } from "../shared/keyboard.js";
import { mine, onMine } from "../shared/mine.js";
import { onPage } from "../shared/pages.js";
import { isBack, statusChanged } from "../shared/status.js";

const BUSY = 300, IDLE = 10_000, LOST = 3_000; // milliseconds from one look to the next
const AWAY = "paperchat does not answer. This page tries again by itself and keeps what you write; "
  + "if it was ended, start it again.";
const BACK = "paperchat is there again.", SAID = 8_000; // milliseconds that this stays

/** Ends the session. What is stored in this browser stays. */
async function leave() {
  await fetch("logout", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  location.assign("login");
}

/** Moves the focus to the page that is shown. */
function toPage() {
  const page = [...document.querySelectorAll(".block.pc-page")].find((node) => node.checkVisibility());
  if (!page) return;
  page.tabIndex = -1;
  page.focus({ preventScroll: true });
}

/** What nobody knows the length of says how long it has taken so far, from two seconds on. */
function showSince() {
  for (const node of document.querySelectorAll("[data-since]")) {
    const seconds = Math.round(Date.now() / 1000 - Number(node.dataset.since));
    setText(node, seconds >= 2 && seconds < 86_400 ? `${seconds} s so far` : "");
  }
}

export function start({ element, props, server }) {
  const { find, all } = within(element), status = find(".status"), call = caller(server);
  const arrivals = new Arrivals(find(".came"), call);
  let next = 0, away = false, said = 0;

  /** Says that the server has gone, and that it is there again. */
  function showAway(now) {
    if (now === away) return;
    away = now;
    clearTimeout(said);
    setText(find(".away"), now ? AWAY : BACK);
    if (now) return;
    said = setTimeout(() => setText(find(".away"), ""), SAID);
    isBack();
  }

  /** The mode is the server's; who has chosen quotes for themselves is told so beside it. */
  function showOwn() {
    const own = mine().quotes && find(".mode")?.dataset.mode !== "quotes";
    setText(find(".for-you"), own ? "For you: quotes only" : "");
  }

  /** Asks the server for its status, and again after some time. */
  async function look() {
    clearTimeout(next);
    const answer = document.hidden ? null : await call("show_status");
    if (answer) showAway(Boolean(answer.failure));
    const came = arrivals.note(answer?.changes);
    if ((answer?.html && setHtml(status, answer.html)) || came) statusChanged();
    showOwn();
    showSince();
    clearTimeout(next); // another look may have begun meanwhile
    next = setTimeout(look, waitAfter(answer));
  }

  function waitAfter(answer) {
    if (!answer) return IDLE; // nobody sees the page
    if (answer.failure) return LOST;
    return answer.busy ? BUSY : IDLE;
  }

  /** Names the page in the title and in the one heading of the first level. */
  function name(page) {
    const title = page[0].toUpperCase() + page.slice(1);
    for (const link of all("nav a")) {
      if (link.dataset.pages.split(" ").includes(page)) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    setText(find("h1"), `paperchat: ${title}`);
    document.title = page === "chat" ? "paperchat" : `${title} · paperchat`;
  }

  onPage((page) => {
    const lost = document.activeElement?.closest(".block.pc-page");
    name(page);
    if (lost && !lost.checkVisibility()) toPage();
  });
  setHtml(status, props.value ?? "");
  onClick(status, { "[data-act=leave]": leave });
  find(".skip").addEventListener("click", toPage);
  watchKeyboard(document.documentElement);
  document.addEventListener("visibilitychange", look);
  receive("status", look);
  onMine(showOwn);
  look();
}

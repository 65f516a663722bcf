// What a click on the Chat page does.

import { send } from "../shared/exchange.js";
import { copy } from "../shared/files.js";
import { goTo } from "../shared/pages.js";
import { narrow } from "../shared/screen.js";
import { unfold } from "./blocks.js";

/** By the selector of what is clicked; the first one that fits counts. */
export function clicksOf(page) {
  const { panel, answers } = page;
  const turnOf = (node) => node.closest(".turn")?.dataset.turn ?? panel.sources.turn;
  return {
    ".turn .acts [data-act]": (node) => answers[node.dataset.act](page.turns.get(turnOf(node)), node),
    ".side-by-side": (node) => page.compare(turnOf(node)),
    ".again": (node) => page.retry(page.turns.get(turnOf(node))),
    ".edit": (node) => page.box.write(node.dataset.question),
    ".turn :is(.chip, .near, .name, .titled)": (node, event) => { event.preventDefault(); reveal(page, node); },
    ".rest-of": (node) => unfold(node),
    ".try, .example": (node) => { page.ask(node.dataset.question); if (!narrow.matches) page.box.focus(); },
    ".topic": (node) => { send("group", Number(node.dataset.group)); goTo("papers"); },
    ".only": (node) => { panel.sheet.close(); page.scope.change([panel.sources.paper(node.closest(".card").dataset.key)]); },
    ".cite .copy": (node) => copy(node.dataset.copy, node),
    ".more": (node) => panel.unfold(node.closest(".card")),
    ".to-sources": (node) => { panel.show(turnOf(node)); panel.raise(node); },
  };
}

/** Goes to a paper's card; one that has no card is opened on the Papers page. */
function reveal({ log, tip, panel }, node) {
  log.following = false;
  tip.hide();
  if (panel.reveal(node)) return;
  send("open-paper", node.dataset.key);
  goTo("papers");
}

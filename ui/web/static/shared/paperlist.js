// What one does with any list of papers: ask them, compare them, cite them. A paper is {id, title}.

import { FEWEST, MOST } from "../compare/choice.js";
import { failure, make } from "./dom.js";
import { send } from "./exchange.js";
import { copy, download } from "./files.js";
import { marks } from "./marks.js";
import { menuItem, openMenu } from "./menu.js";
import { inEnglish } from "./numbers.js";
import { goTo } from "./pages.js";
import { narrow } from "./screen.js";

export const MOST_ASKED = 1000; // papers that a question names; a filter narrows to any number
export const MOST_CITED = 5000; // papers of one file, as in ui/web/views/paper_lists.py

const COPIES = [["apa", "Copy as a list (APA)"], ["md", "Copy as Markdown"], ["bibtex", "Copy BibTeX"]];
const FILES = [["bibtex", "Download BibTeX"], ["ris", "Download RIS"], ["csl-json", "Download CSL-JSON"],
  ["obsidian", "Download notes for Obsidian (.zip)"], ["json", "Download JSON with your marks"]];

let call = null;

/** The Papers page gives what asks its server; other pages need not. */
export function connect(caller) { call = caller; }

/** Why so many papers cannot be asked, compared or cited; empty if they can. */
export function whyNot(act, count) {
  const said = `there ${count === 1 ? "is" : "are"} ${inEnglish(count)}`;
  if (act === "compare" && (count < FEWEST || count > MOST)) return `A comparison takes ${FEWEST} to ${MOST} papers; ${said}.`;
  if (act === "ask" && count > MOST_ASKED) return `A question takes at most ${inEnglish(MOST_ASKED)} papers; for more, use Filter in Chat.`;
  if (act === "cite" && count > MOST_CITED) return `At most ${inEnglish(MOST_CITED)} papers are cited at once; ${said}.`;
  return "";
}

export function askPapers(papers) { send("scope", papers); goTo("chat"); }

export function comparePapers(papers) { send("compare", papers); }

/** Opens one paper's abstract on the Papers page. */
export function openPaper(id) { send("open-paper", id); goTo("papers"); }

/** A menu under `button`, inside of `root`, that copies or saves references; `papers()` resolves to the papers. */
export function openCiteMenu(root, button, papers, say) {
  const item = (act) => ([format, name]) => menuItem(name, () => cite(format, papers, (file) => act(file, button), say));
  openMenu(root, button, [...COPIES.map(item(({ text }) => copy(text, button))), ...FILES.map(item(download))]);
}

async function cite(format, papers, act, say) {
  const ids = (await papers())?.map(({ id }) => id);
  if (!ids) return;
  const own = Object.fromEntries(ids.filter((id) => marks.has(id)).map((id) => [id, marks.get(id)]));
  const answer = await call("cite_papers", { ids, format, marks: own });
  if (answer.failure) say(answer.failure);
  else act(answer);
}

/**
 * The three buttons in `root`. `papers()` resolves to the papers, or to null if they cannot be had; `say(html)` shows
 * a line. `small` has shorter words, and is what a phone has if it is not given.
 */
export class PaperActs {
  constructor(root, { papers, say, menuRoot = root, small }) {
    Object.assign(this, { root, papers, say, small, count: 0 });
    this.ask = this.button("ask", "ask-them", () => this.hand(askPapers));
    this.compare = this.button("compare", "compare-them", () => this.hand(comparePapers));
    this.cite = this.button("cite", "cite-them", () => openCiteMenu(menuRoot, this.cite, papers, say));
    this.compare.textContent = "Compare";
    this.cite.textContent = "Cite";
    this.cite.setAttribute("aria-haspopup", "dialog");
    this.cite.setAttribute("aria-expanded", "false");
    root.append(this.ask, this.compare, this.cite);
  }

  button(act, cls, run) {
    const button = make("button", cls);
    button.type = "button";
    button.dataset.act = act;
    button.addEventListener("click", () => {
      const why = whyNot(act, this.count);
      if (why) this.say(failure(why));
      else run();
    });
    return button;
  }

  /** Says how many papers there are now. What they are too many for stays to be clicked, and says why. */
  show(count) {
    this.count = count;
    const these = this.small ?? narrow.matches ? "Ask these" : `Ask these ${inEnglish(count)} papers`;
    const text = count === 1 ? "Ask this paper" : these;
    if (this.ask.textContent !== text) this.ask.textContent = text;
    for (const button of [this.ask, this.compare, this.cite]) {
      const why = whyNot(button.dataset.act, count);
      button.setAttribute("aria-disabled", String(Boolean(why)));
      button.title = why;
    }
  }

  async hand(act) {
    const papers = await this.papers();
    if (papers) act(papers);
  }
}

// A quiet line in the header: what came to the collection while this window was open, and a way to see it.

import { make, setHtml, smallButton } from "../shared/dom.js";
import { send } from "../shared/exchange.js";
import { currentPage, goTo } from "../shared/pages.js";

export class Arrivals {
  /** `node` gets the line; `call` asks the server (ui/web/app.py). */
  constructor(node, call) { Object.assign(this, { node, call, known: null, told: null }); }

  /** Takes the number of the last change that the server told; returns whether something has changed. */
  note(number) {
    if (number === undefined || number === this.known) return false;
    const before = this.known;
    this.known = number;
    if (before === null || number < before) this.told = number; // the window is new, or the server is
    else this.tell();
    return before !== null;
  }

  /** Says all that came since the reader was told last. The Library page says it itself. */
  async tell() {
    if (currentPage() === "library") return this.close();
    const { html, papers } = await this.call("what_came", { since: this.told });
    if (html === undefined) return; // the next change brings this one, too
    if (!html) return this.close();
    const words = make("span"), see = make("button", "see", "See on Papers");
    setHtml(words, html);
    see.type = "button";
    see.addEventListener("click", () => { this.close(); if (papers.length) send("added", papers); goTo("papers"); });
    this.node.replaceChildren(words, see, smallButton("Close", "×", () => this.close()));
  }

  close() {
    this.told = this.known;
    this.node.replaceChildren();
  }
}

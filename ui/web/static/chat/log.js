// The conversation on the page.

import { narrow } from "../shared/screen.js";
import { makeTurn, Turns } from "./turns.js";

export class Log {
  /** `root` is the page, `scroll` what scrolls in it, `node` the list of turns, `acts` see `makeTurn`. */
  constructor({ root, scroll, node, acts }) {
    Object.assign(this, { root, scroll, node, acts, turns: new Turns(), following: true });
    const release = () => { this.following = false; }; // the reader scrolls now
    for (const kind of ["wheel", "touchmove"]) document.addEventListener(kind, release, { passive: true });
  }

  add(id, question, papers = []) {
    const turn = makeTurn(id, question, papers, this.acts);
    this.node.append(turn.node);
    this.turns.set(id, turn);
    this.root.classList.add("talking");
    return turn;
  }

  remove(turn) {
    this.turns.delete(turn.id);
    turn.node.remove();
  }

  clear() {
    this.turns.clear();
    this.node.replaceChildren();
    this.root.classList.remove("talking", "sourced");
  }

  /** Scrolls to the newest answer, but keeps its question in view, because one reads from the top. */
  follow() {
    const last = this.node.lastElementChild, { scroll } = this;
    if (!last || !this.following) return;
    if (narrow.matches) return last.scrollIntoView({ block: "start" });
    const above = last.getBoundingClientRect().top - scroll.getBoundingClientRect().top;
    scroll.scrollTop = Math.min(scroll.scrollHeight - scroll.clientHeight, scroll.scrollTop + above);
  }
}

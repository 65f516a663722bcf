// The panel beside a conversation: the sources of one answer, and the way there and back.

import { setText, within } from "../shared/dom.js";
import { narrow, scrolling } from "../shared/screen.js";
import { Sources } from "./sources.js";
import { citedCards } from "./turns.js";

export class Panel {
  /** `element` holds the whole page, and `turns` its conversation. */
  constructor(element, turns) {
    const { find } = within(element);
    Object.assign(this, { element, turns, find, back: find(".back"), chip: null });
    this.sources = new Sources(element, find(".sources"));
    this.back.addEventListener("click", () => this.toAnswer());
  }

  label() {
    const turn = this.turns.get(this.sources.turn);
    setText(this.find(".panel-head h2"), turn?.answer.kind === "abstention" ? "Nearest papers" : "Sources");
    this.find(".panel-head .side-by-side").hidden = citedCards(turn).length < 2;
    setText(this.find(".of"), !turn || this.turns.last === turn ? "" : `for “${turn.question}”`);
  }

  /** Shows the sources of a turn, by its id. */
  show(id) {
    const turn = this.turns.get(id);
    if (!turn?.answer) return;
    this.sources.show(turn);
    this.label();
    this.element.firstElementChild.classList.toggle("sourced", turn.answer.cards.length > 0);
    for (const node of this.element.querySelectorAll(".log .turn")) node.classList.toggle("current", node.dataset.turn === id);
  }

  /** Goes from a chip of an answer to its sentences in the sources; returns whether its paper is there. */
  reveal(chip) {
    this.show(chip.closest(".turn").dataset.turn);
    if (!this.sources.reveal(chip)) return false;
    this.chip = chip;
    this.back.hidden = !narrow.matches;
    return true;
  }

  toAnswer() {
    this.back.hidden = true;
    this.chip?.scrollIntoView({ block: "center", behavior: scrolling() });
    this.chip?.focus({ preventScroll: true });
  }

  clear() {
    this.sources.clear();
    this.chip = null;
    this.back.hidden = true;
    this.label();
  }
}

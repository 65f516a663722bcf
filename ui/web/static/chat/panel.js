// The panel beside a conversation: the sources of one answer. In one column it is a sheet at the bottom.

import { make, setText, within } from "../shared/dom.js";
import { whyNot } from "../shared/paperlist.js";
import { narrow } from "../shared/screen.js";
import { BottomSheet } from "../shared/sheet.js";
import { Sources } from "./sources.js";
import { citedCards } from "./turns.js";

const ROOM = 24; // pixels between the sentence that is read and the sheet

export class Panel {
  /** `element` holds the whole page, and `turns` its conversation. */
  constructor(element, turns) {
    const { find } = within(element), node = find(".sources");
    Object.assign(this, { element, turns, find, node, scroll: find(".scroll"), opener: null, before: 0 });
    this.sources = new Sources(element, node);
    this.sheet = new BottomSheet(node, { head: find(".panel-head"), onClose: () => this.toAnswer() });
    find(".panel-head .close").addEventListener("click", () => this.sheet.close());
    narrow.addEventListener("change", () => this.sheet.close());
  }

  label() {
    const turn = this.turns.get(this.sources.turn);
    setText(this.find(".panel-head h2"), turn?.answer.kind === "abstention" ? "Nearest papers" : "Sources");
    this.find(".panel-head .side-by-side").hidden = Boolean(whyNot("compare", citedCards(turn).length));
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
    offerSources(turn);
  }

  /** Goes from a chip of an answer to its sentences in the sources; returns whether its paper is there. */
  reveal(chip) {
    this.show(chip.closest(".turn").dataset.turn);
    if (!this.sources.card(chip.dataset.key)) return false;
    if (narrow.matches) this.raise(chip);
    this.sources.reveal(chip);
    return true;
  }

  /** Opens or closes the whole abstract of a card; on a phone the sheet grows for it, and Back makes it small again. */
  unfold(card) {
    this.sources.open(card);
    if (!this.sheet.isUp) return;
    if (!card.classList.contains("open")) return this.sheet.shrink();
    this.sheet.grow(() => {
      const bringIn = () => this.sources.bringIn(card);
      this.sources.open(card, false);
      bringIn();
      this.node.addEventListener("transitionend", bringIn, { once: true }); // once it is small there is more to scroll
    });
    card.scrollIntoView({ block: "start" });
  }

  /** Lets the sheet come up; what was touched, `opener`, stays in sight above it. */
  raise(opener) {
    if (!this.sheet.isUp) this.before = this.scroll.scrollTop;
    this.opener = opener;
    for (const node of this.covered()) node.inert = true;
    this.node.role = "dialog";
    if (!opener.dataset.spans) this.node.scrollTop = 0;
    this.sheet.open();
    const below = opener.getBoundingClientRect().bottom + ROOM - (innerHeight - this.node.offsetHeight);
    if (below > 0) this.scroll.scrollTop += below;
    this.node.focus({ preventScroll: true });
  }

  /** What lies under the sheet. */
  covered() { return [this.find(".ask"), ...document.querySelectorAll("#pc-head nav")]; }

  /** Goes back to where one was. */
  toAnswer() {
    for (const node of this.covered()) node.inert = false;
    this.node.removeAttribute("role");
    this.scroll.scrollTop = this.before;
    this.opener?.focus({ preventScroll: true });
  }

  clear() {
    this.sheet.close();
    this.sources.clear();
    this.opener = null;
    this.label();
  }
}

/** The button of an answer that leads to its sources where they do not stand beside it. */
function offerSources({ node, answer: { cards, kind } }) {
  const acts = node.querySelector(".acts");
  let button = node.querySelector(".to-sources");
  if (!button) {
    button = make("button", "to-sources");
    button.type = "button";
    acts.before(button);
  }
  button.hidden = !cards.length;
  const what = kind === "abstention" ? "nearest paper" : "source";
  setText(button, `${cards.length} ${what}${cards.length === 1 ? "" : "s"}`);
}

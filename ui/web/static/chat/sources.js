// The source cards beside a conversation.

import { make, marksWithin, setHtml, spansOf } from "../shared/dom.js";
import { pinQuotes } from "../shared/pinning.js";
import { narrow, scrolling } from "../shared/screen.js";

const HEAD = 76; // pixels of the sheet that its head takes

/** The quotes of a paper that a finished answer cites, to be pinned. */
function quotesOf({ answer, question }, paper) {
  const citation = answer.bundle?.answer.citations.find((one) => one.paper_id === paper);
  return (citation?.quotes ?? []).map((quote) => ({ ...quote, paper, title: citation.title, question }));
}

/** The cards of one turn at a time, in `panel`; `page` holds the chips that lead to them. */
export class Sources {
  constructor(page, panel) {
    Object.assign(this, { page, panel, cards: panel.querySelector(".cards"), turn: null });
    this.cards.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** Shows the turn's cards; a card that is there already only changes where it differs. */
  show(turn) {
    if (this.turn !== turn.id) { this.cards.replaceChildren(); this.panel.scrollTop = 0; }
    this.turn = turn.id;
    const old = new Map([...this.cards.children].map((node) => [node.dataset.key, node]));
    turn.answer.cards.forEach(({ key, number, html }, place) => {
      const node = old.get(key) ?? make("li", "card");
      old.delete(key);
      node.dataset.key = key;
      node.tabIndex = place ? -1 : 0;
      node.classList.toggle("cited", number !== null);
      setHtml(node, html);
      pinQuotes(node, quotesOf(turn, key));
      if (this.cards.children[place] !== node) this.cards.insertBefore(node, this.cards.children[place] ?? null);
    });
    for (const node of old.values()) node.remove();
  }

  clear() {
    this.turn = null;
    this.cards.replaceChildren();
  }

  card(key) { return [...this.cards.children].find((node) => node.dataset.key === key); }

  /** The paper of a card. */
  paper(key) { return { id: key, title: this.card(key)?.querySelector(".title").textContent ?? key }; }

  /** Highlights the sentences of a chip in their card; a second time, the card is opened. */
  reveal(chip) {
    const card = this.card(chip.dataset.key);
    if (!card) return;
    const again = chip.classList.contains("lit") && card.classList.contains("lit");
    for (const node of this.page.querySelectorAll(".lit")) node.classList.remove("lit");
    const marks = marksWithin(card.querySelectorAll("mark"), spansOf(chip));
    for (const node of [card, chip, ...marks]) node.classList.add("lit");
    if (again && !narrow.matches) this.open(card, true);
    if (narrow.matches) this.bringIn(card, marks);
    else (marks[0] ?? card).scrollIntoView({ block: "center", behavior: scrolling() });
  }

  /** In the sheet: the whole card if there is room, else the quote with the links under it, else the beginning of the quote. */
  bringIn(card, marks = [...card.querySelectorAll("mark.lit")]) {
    const { top, bottom } = card.getBoundingClientRect(), room = this.panel.clientHeight - HEAD;
    const from = (marks[0] ?? card).getBoundingClientRect().top;
    if (bottom - top <= room || !marks.length) card.scrollIntoView({ block: "start" });
    else if (bottom - from <= room) card.scrollIntoView({ block: "end" });
    else marks[0].scrollIntoView({ block: "center" });
  }

  open(card, open = !card.classList.contains("open")) {
    card.classList.toggle("open", open);
    const toggle = card.querySelector(".more");
    toggle?.setAttribute("aria-expanded", String(open));
    if (toggle) toggle.textContent = open ? "Less" : "Whole abstract";
  }

  onKey(event) {
    const cards = [...this.cards.children], at = cards.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: cards.length - 1 }[event.key];
    if (at < 0) return;
    if (event.key === "Enter") this.open(cards[at]);
    if (to === undefined) return;
    event.preventDefault();
    const next = cards[Math.max(0, Math.min(cards.length - 1, to))];
    for (const card of cards) card.tabIndex = card === next ? 0 : -1;
    next.focus();
  }
}

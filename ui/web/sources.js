// The panel of sources beside a conversation. It runs in the document's head.
"use strict";

/** Cards of one turn at a time in `panel`; `tip` shows a chip's quote under the pointer. */
window.paperchat.Sources = class {
  constructor(panel, tip) {
    Object.assign(this, { panel, tip, cards: panel.querySelector(".cards"), id: null });
    this.cards.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** The turn's cards; those that stand already are only changed where they differ. */
  show(turn) {
    if (this.id !== turn.id) { this.cards.replaceChildren(); this.panel.scrollTop = 0; }
    this.id = turn.id;
    const have = new Map([...this.cards.children].map((node) => [node.dataset.key, node]));
    turn.feed.cards.forEach((card, place) => {
      const node = have.get(card.key) ?? window.paperchat.make("li", "card");
      have.delete(card.key);
      node.dataset.key = card.key;
      node.tabIndex = place ? -1 : 0;
      node.classList.toggle("cited", card.number !== null);
      window.paperchat.setHtml(node, card.html);
      if (this.cards.children[place] !== node) this.cards.insertBefore(node, this.cards.children[place] ?? null);
    });
    have.forEach((node) => node.remove());
  }

  clear() { this.id = null; this.cards.replaceChildren(); }

  title(key) { return this.card(key)?.querySelector(".title").textContent ?? key; }
  card(key) { return [...this.cards.children].find((node) => node.dataset.key === key); }

  /** Lights the sentences of a chip in their card, or opens the card where they are lit already. */
  reveal(from) {
    const card = this.card(from.dataset.key);
    if (!card) return;
    const again = from.classList.contains("lit") && card.classList.contains("lit");
    document.querySelectorAll("#pc-chat .lit").forEach((node) => node.classList.remove("lit"));
    const spans = (from.dataset.spans ?? "").split(",").filter(Boolean).map((s) => s.split("-").map(Number));
    const marks = [...card.querySelectorAll("mark")].filter((mark) =>
      spans.some(([start, end]) => Number(mark.dataset.start) >= start && Number(mark.dataset.end) <= end));
    for (const node of [card, from, ...marks]) node.classList.add("lit");
    if (again) this.open(card, true);
    (marks[0] ?? card).scrollIntoView({ block: "center", behavior: window.paperchat.glide() });
  }

  open(card, open = !card.classList.contains("open")) {
    card.classList.toggle("open", open);
    const toggle = card.querySelector(".more");
    toggle?.setAttribute("aria-expanded", String(open));
    if (toggle) toggle.textContent = open ? "Less" : "Whole abstract";
  }

  onKey(event) {
    const all = [...this.cards.children], at = all.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0) return;
    if (event.key === "Enter") this.open(all[at]);
    if (to === undefined) return;
    event.preventDefault();
    const next = all[Math.max(0, Math.min(all.length - 1, to))];
    all.forEach((card) => { card.tabIndex = card === next ? 0 : -1; });
    next.focus();
  }

  showTip(chip) {
    const { make } = window.paperchat, { tip } = this;
    tip.replaceChildren(make("strong", "", chip.dataset.title), make("span", "", chip.dataset.quote));
    tip.hidden = false;
    const at = chip.getBoundingClientRect(), size = tip.getBoundingClientRect();
    const left = Math.max(12, Math.min(at.left + at.width / 2 - size.width / 2, innerWidth - size.width - 12));
    const top = at.top - size.height - 8;
    tip.style.left = `${left}px`;
    tip.style.top = `${top < 8 ? at.bottom + 8 : top}px`;
    chip.setAttribute("aria-describedby", tip.id);
  }
  hideTip() { this.tip.hidden = true; }
};

/** Which papers are asked, as chips in `root`: all of them, or those that the reader chose. */
window.paperchat.Scope = class {
  constructor(root, onChange) {
    Object.assign(this, { root, onChange, papers: [], whole: false });
    this.show();
  }

  set(papers) {
    this.papers = [...new Map(papers.map((paper) => [paper.id, paper])).values()];
    this.whole = false;
    this.show();
  }
  change(papers) { this.set(papers); this.onChange(); }
  get ids() { return this.papers.map((paper) => paper.id); }

  show() {
    const { make } = window.paperchat, most = this.whole ? Infinity : 3;
    const button = (cls, text, label, act) => {
      const node = make("button", cls, text);
      node.type = "button";
      node.setAttribute("aria-label", label);
      node.addEventListener("click", act);
      return node;
    };
    this.root.classList.toggle("some", this.papers.length > 0);
    if (!this.papers.length) return this.root.replaceChildren(make("span", "every", "All papers"));
    const n = this.papers.length;
    const chips = this.papers.slice(0, most).map((paper) => {
      const chip = make("span", "paper"), name = make("span", "name", paper.title.split(/: |- /)[0]);
      name.title = paper.title;
      chip.append(name, button("tiny", "×", `Ask without ${paper.title}`, () => this.change(this.papers.filter((p) => p !== paper))));
      return chip;
    });
    if (n > most) chips.push(button("rest", `and ${n - most} more`, `Show all ${n} papers`, () => { this.whole = true; this.show(); }));
    const all = button("rest", "All papers", "Ask all papers again", () => this.change([]));
    this.root.replaceChildren(make("span", "every", n === 1 ? "Only this:" : `These ${n}:`), ...chips, all);
  }
};

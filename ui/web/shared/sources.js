// The panel of sources beside a conversation. It runs in the document's head.
"use strict";

/** Cards of one turn at a time in `panel`; `tip` shows the quote of a chip in `page` under the pointer. */
window.paperchat.Sources = class {
  constructor(page, panel, tip) {
    Object.assign(this, { page, panel, tip, cards: panel.querySelector(".cards"), id: null });
    this.cards.addEventListener("keydown", (event) => this.onKey(event));
    for (const [on, off] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
      page.addEventListener(on, (event) => {
        const chip = event.target.closest(".chip");
        if (chip && (on === "mouseover" || chip.matches(":focus-visible"))) this.showTip(chip);
      });
      page.addEventListener(off, (event) => { if (event.target.closest(".chip")) this.hideTip(); });
    }
    page.addEventListener("scroll", () => this.hideTip(), { capture: true, passive: true });
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
    this.page.querySelectorAll(".lit").forEach((node) => node.classList.remove("lit"));
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
    const { make, setHtml } = window.paperchat, { tip } = this;
    const said = make("div");
    if (chip.dataset.tip) setHtml(said, chip.dataset.tip); // it has TeX, drawn in ui/render/answer.py
    else said.append(make("strong", "", chip.dataset.title), make("span", "", chip.dataset.quote));
    tip.replaceChildren(...said.childNodes);
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

// Where a question is written, and of which papers it is asked. It runs in the document's head.
"use strict";

/** The box in `form`: Enter asks, Shift and Enter begins a line. */
window.paperchat.AskBox = class {
  constructor(form, { onAsk, onStop }) {
    Object.assign(this, { box: form.querySelector("textarea"), send: form.querySelector(".send"), stop: form.querySelector(".stop") });
    form.addEventListener("submit", (event) => { event.preventDefault(); onAsk(this.box.value); });
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      onAsk(this.box.value);
    });
    this.box.addEventListener("input", () => this.fit());
    this.stop.addEventListener("click", onStop);
  }

  get empty() { return !this.box.value; }
  focus() { this.box.focus(); }
  set(text) { this.box.value = text; this.fit(); }
  /** While an answer comes there is Stop in place of Ask. */
  busy(busy) { this.stop.hidden = !busy; this.send.hidden = busy; }
  hint(text) { this.box.placeholder = text; }
  fit() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 200)}px`;
  }
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

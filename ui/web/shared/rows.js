// The table of the Papers page: only the rows that are seen exist. It runs in the document's head.
"use strict";

/**
 * Rows of one height in `root`, a scrolling grid. `make(key)` builds the row of a key and
 * `update(row, key)` brings it up to date; the grid keeps the focus and says which row it is at.
 */
window.paperchat.Rows = class {
  constructor(root, { make, update, onAt, onOpen, onTick }) {
    Object.assign(this, { root, make, update, onAt, onOpen, onTick });
    this.body = root.querySelector(".body");
    this.keys = []; // in the order in which they are shown
    this.at = 0; // the row that the keyboard is at, by its place
    this.have = new Map(); // key -> row
    root.addEventListener("scroll", () => this.later(), { passive: true });
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("focus", () => this.paint());
    new ResizeObserver(() => { this.measure(); this.later(); }).observe(root);
    this.measure();
  }

  measure() { this.height = parseFloat(getComputedStyle(this.root).getPropertyValue("--row")) || 60; }

  setKeys(keys) {
    this.keys = keys;
    this.at = 0;
    this.root.scrollTop = 0;
    this.root.setAttribute("aria-rowcount", String(keys.length + 1));
    this.paint();
  }

  /** Lets go of every row: the keys mean something else from now on. */
  forget() {
    for (const row of this.have.values()) row.remove();
    this.have.clear();
  }

  later() { this.frame ??= requestAnimationFrame(() => { this.frame = null; this.paint(); }); }

  /** Builds the rows that are seen and a few more, and lets go of the others. */
  paint() {
    const { root, body, keys, height } = this;
    body.style.height = `${keys.length * height}px`;
    if (!root.clientHeight) return;
    const first = Math.max(0, Math.floor(root.scrollTop / height) - 4);
    const last = Math.min(keys.length, Math.ceil((root.scrollTop + root.clientHeight) / height) + 4);
    const wanted = new Map();
    for (let place = first; place < last; place++) wanted.set(keys[place], place);
    if (keys.length) wanted.set(keys[this.at], this.at); // the one that the focus is at stays
    for (const [key, row] of this.have) {
      if (!wanted.has(key)) { row.remove(); this.have.delete(key); }
    }
    for (const [key, place] of [...wanted].sort((a, b) => a[1] - b[1])) {
      let row = this.have.get(key);
      if (!row) {
        row = this.make(key);
        row.id = `pc-row-${key}`;
        row.dataset.key = key;
        this.have.set(key, row);
        body.append(row);
      }
      row.style.transform = `translateY(${place * height}px)`;
      row.setAttribute("aria-rowindex", String(place + 2));
      row.classList.toggle("at", place === this.at);
      this.update(row, key);
    }
    const here = this.have.get(keys[this.at]);
    if (here) root.setAttribute("aria-activedescendant", here.id);
    else root.removeAttribute("aria-activedescendant");
  }

  key() { return this.keys[this.at]; }

  moveTo(place) {
    this.at = Math.max(0, Math.min(place, this.keys.length - 1));
    const { root, height, at } = this;
    const head = root.querySelector(".head").offsetHeight, top = at * height;
    if (top < root.scrollTop) root.scrollTop = top;
    else if (top + height > root.scrollTop + root.clientHeight - head) root.scrollTop = top + height - root.clientHeight + head;
    this.paint();
  }

  /** Goes to the row of a key, if it is shown. */
  moveToKey(key) {
    const place = this.keys.indexOf(key);
    if (place >= 0) this.moveTo(place);
  }

  onKey(event) {
    if (event.target !== this.root || !this.keys.length || event.ctrlKey && !["Home", "End"].includes(event.key)) return;
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.height) - 2);
    const place = {
      ArrowUp: this.at - 1, ArrowDown: this.at + 1, PageUp: this.at - page, PageDown: this.at + page,
      Home: 0, End: this.keys.length - 1,
    }[event.key];
    if (place !== undefined) { this.moveTo(place); this.onAt(this.key()); }
    else if (event.key === "Enter") this.onOpen(this.key());
    else if (event.key === " ") this.onTick(this.key());
    else return;
    event.preventDefault();
  }
};

/**
 * The row of one paper. What is in it goes in as text, unless it has TeX: then `drawn` is its markup
 * from ui/render/papers.py. The address was checked before it was sent.
 */
window.paperchat.paperRow = ({ place, title, opening, url, host, drawn }) => {
  const { make, setHtml } = window.paperchat;
  const row = make("div", "line");
  row.setAttribute("role", "row");
  const [tick, num, paper] = [["tick", "gridcell"], ["num", "gridcell", place], ["paper", "rowheader"]].map(([cls, role, text]) => {
    const cell = make("div", cls, text ?? "");
    cell.setAttribute("role", role);
    return cell;
  });
  const check = make("input");
  Object.assign(check, { type: "checkbox", tabIndex: -1 });
  check.setAttribute("aria-label", `Choose ${title}`);
  tick.append(check);
  const second = make("span", "second");
  second.append(make("span", "opening", opening));
  paper.append(make("i", "dot"), make("span", "title", title), second);
  if (drawn) {
    setHtml(paper.querySelector(".title"), drawn.title);
    setHtml(paper.querySelector(".opening"), drawn.opening);
  }
  if (url) {
    const link = make("a", "away", host);
    Object.assign(link, { href: url, target: "_blank", rel: "noopener noreferrer", tabIndex: -1 });
    link.append(make("span", "sr", " (opens in a new tab)"));
    second.append(link);
  }
  row.append(tick, num, paper);
  return row;
};

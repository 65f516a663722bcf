// The matrix of the Compare page: its table, and how one looks at it. It runs in the document's head.
"use strict";

/** A table of `board.rows` by `board.aspects` in `root`; sorting, filters and hidden columns are its `view`. */
window.paperchat.Matrix = class {
  constructor(root, { onOpen, onView }) {
    Object.assign(this, { root, onOpen, onView, view: { sort: null, filters: {}, hidden: [], words: "" } });
    [this.head, this.body] = root.querySelectorAll("thead, tbody");
    this.aspects = [];
    this.at = [0, 0]; // the row (-1: the heads) and column that the keyboard is at
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("click", (event) => this.onClick(event));
  }

  // ---- painting

  paint(board) {
    const { make } = window.paperchat;
    if (this.aspects.join("\n") !== board.aspects.join("\n")) {
      this.aspects = board.aspects;
      const row = make("tr");
      const corner = make("th", "corner");
      corner.append(this.headButton("Paper", ""));
      row.append(corner, ...board.aspects.map((aspect) => {
        const cell = make("th");
        cell.append(this.headButton(aspect, aspect));
        return cell;
      }));
      for (const cell of row.cells) cell.scope = "col";
      this.head.replaceChildren(row);
      this.body.replaceChildren();
    }
    const have = new Map([...this.body.rows].map((row) => [row.dataset.key, row]));
    board.rows.forEach((view, order) => {
      const row = have.get(view.key) ?? make("tr");
      have.delete(view.key);
      row.dataset.key = view.key;
      row.dataset.order = order;
      row.classList.toggle("draft", !view.written);
      window.paperchat.setHtml(row, view.html);
      if (!row.parentNode) this.body.append(row);
    });
    have.forEach((row) => row.remove());
    this.arrange();
  }

  headButton(text, aspect) {
    const button = window.paperchat.make("button", "head", text);
    button.type = "button";
    button.dataset.aspect = aspect;
    button.setAttribute("aria-haspopup", "dialog");
    return button;
  }

  /** Puts the view into effect: order, what is filtered out, what is hidden. */
  arrange() {
    const { sort, filters, hidden, words } = this.view;
    const rows = [...this.body.rows];
    const place = sort ? this.place(sort.aspect) : 0;
    const text = (row) => row.cells[place].querySelector(".value, .title")?.textContent.toLowerCase() ?? "";
    rows.sort((a, b) => Number(a.dataset.order) - Number(b.dataset.order));
    if (sort) rows.sort((a, b) => !text(a) - !text(b) || sort.way * text(a).localeCompare(text(b)));
    if (rows.some((row, at) => this.body.rows[at] !== row)) this.body.append(...rows);
    for (const row of rows) row.hidden = !this.passes(row, filters, words);
    [...(this.head.rows[0]?.cells ?? [])].forEach((cell, at) => {
      const aspect = this.aspects[at - 1] ?? "";
      const way = sort?.aspect === aspect ? (sort.way > 0 ? "ascending" : "descending") : "none";
      cell.setAttribute("aria-sort", way);
      cell.classList.toggle("filtered", Boolean(filters[aspect]));
    });
    for (const row of [...this.head.rows, ...rows]) {
      [...row.cells].forEach((cell, at) => { cell.hidden = hidden.includes(this.aspects[at - 1]); });
    }
    this.settle();
  }

  place(aspect) { return this.aspects.indexOf(aspect) + 1; }

  passes(row, filters, words) {
    const said = (cell) => cell.textContent.toLowerCase();
    if (words && !said(row).includes(words.toLowerCase())) return false;
    return Object.entries(filters).every(([aspect, { only, has }]) => {
      const cell = row.cells[this.place(aspect)];
      if (!cell) return true;
      if (only && cell.dataset.status !== only) return false;
      return !has || said(cell).includes(has.toLowerCase());
    });
  }

  set(change) {
    Object.assign(this.view, change);
    this.arrange();
    this.onView();
  }

  /** Leaves of the view what fits the columns that there are. */
  restore(view) {
    this.view = { sort: null, filters: {}, hidden: [], words: "", ...view };
    this.arrange();
  }

  light(key) {
    for (const row of this.body.rows) row.classList.toggle("lit", row.dataset.key === key);
    this.rowOf(key)?.scrollIntoView({ block: "nearest", behavior: window.paperchat.glide() });
  }

  rowOf(key) { return [...this.body.rows].find((row) => row.dataset.key === key); }

  // ---- the keyboard: one cell can be reached by Tab, the arrows go on from there

  seen() { return [...this.body.rows].filter((row) => !row.hidden); }
  columns() { return [...(this.head.rows[0]?.cells ?? [])].map((cell, at) => at).filter((at) => !this.head.rows[0].cells[at].hidden); }

  cell([row, column]) {
    const cells = row < 0 ? this.head.rows[0]?.cells : this.seen()[row]?.cells;
    const cell = cells?.[this.columns()[column]];
    return row < 0 ? cell?.querySelector("button") : cell;
  }

  /** Keeps the place inside of what is seen, and makes it the one that Tab reaches. */
  settle() {
    const rows = this.seen().length, columns = this.columns().length;
    this.at = [Math.max(-1, Math.min(this.at[0], rows - 1)), Math.max(0, Math.min(this.at[1], columns - 1))];
    for (const node of this.root.querySelectorAll("td, th[scope=row], button.head")) node.tabIndex = -1;
    const here = this.cell(this.at);
    if (here) here.tabIndex = 0;
  }

  move(at) {
    this.at = at;
    this.settle();
    this.cell(this.at)?.focus();
  }

  onKey(event) {
    if (!event.target.matches("td, th, button.head")) return;
    const [row, column] = this.at;
    const last = this.columns().length - 1;
    const moves = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? this.seen().length - 1 : row, last],
      PageUp: [row - 8, column], PageDown: [row + 8, column],
    };
    const open = (event.key === "Enter" || event.key === " ") && row >= 0;
    if (!moves[event.key] && !open) return;
    event.preventDefault();
    if (open) return this.onOpen(event.target.closest("td, th"), true);
    this.move(moves[event.key]);
    if (this.at[0] >= 0) this.onOpen(this.cell(this.at), false);
  }

  onClick(event) {
    const cell = event.target.closest("td, tbody th");
    if (!cell || event.target.closest("a, button")) return;
    this.at = [this.seen().indexOf(cell.parentNode), this.columns().indexOf(cell.cellIndex)];
    this.settle();
    this.onOpen(cell, true);
  }
};

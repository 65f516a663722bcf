// The matrix of the Compare page as a table.

import { make, setHtml } from "../shared/dom.js";
import { scrolling } from "../shared/screen.js";
import { clampCell, newView, nextCell, passes, sortRows } from "./view.js";

/** A table of papers by aspects in `root`. Its `view` (view.js) says what is shown, in which order. */
export class Matrix {
  constructor(root, { onOpen, onView }) {
    Object.assign(this, { root, onOpen, onView, view: newView() });
    [this.head, this.body] = root.querySelectorAll("thead, tbody");
    this.aspects = [];
    this.at = [0, 0]; // the row (-1: the heads) and the column that the keyboard is at
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("click", (event) => this.onClick(event));
  }

  // ---- painting

  /** Shows a state of the comparison; a row that is there already only changes where it differs. */
  paint({ aspects, rows }) {
    if (this.aspects.join("\n") !== aspects.join("\n")) this.setAspects(aspects);
    const old = new Map([...this.body.rows].map((row) => [row.dataset.key, row]));
    rows.forEach(({ key, html, written }, order) => {
      const row = old.get(key) ?? make("tr");
      old.delete(key);
      Object.assign(row.dataset, { key, order });
      row.classList.toggle("draft", !written);
      setHtml(row, html);
      if (!row.parentNode) this.body.append(row);
    });
    for (const row of old.values()) row.remove();
    this.arrange();
  }

  setAspects(aspects) {
    this.aspects = aspects;
    const row = make("tr");
    row.append(headCell("Paper", ""), ...aspects.map((aspect) => headCell(aspect, aspect)));
    row.cells[0].className = "corner";
    this.head.replaceChildren(row);
    this.body.replaceChildren();
  }

  /** A row as view.js takes it. */
  dataOf(row) {
    const cells = [...row.cells].map((cell, at) => [this.aspects[at - 1] ?? "", {
      value: cell.querySelector(".value, .title")?.textContent ?? "",
      text: cell.textContent,
      status: cell.dataset.status,
    }]);
    return { row, order: Number(row.dataset.order), text: row.textContent, cells: Object.fromEntries(cells) };
  }

  /** Applies the view: orders rows, and hides rows and columns. */
  arrange() {
    const { sort, filters, hidden } = this.view;
    const sorted = sortRows([...this.body.rows].map((row) => this.dataOf(row)), sort), rows = sorted.map(({ row }) => row);
    if (rows.some((row, at) => this.body.rows[at] !== row)) this.body.append(...rows);
    for (const data of sorted) data.row.hidden = !passes(data, this.view);
    this.heads().forEach((cell, at) => {
      const aspect = this.aspects[at - 1] ?? "";
      cell.setAttribute("aria-sort", sort?.aspect === aspect ? (sort.way > 0 ? "ascending" : "descending") : "none");
      cell.classList.toggle("filtered", Boolean(filters[aspect]));
    });
    for (const row of [...this.head.rows, ...rows]) {
      [...row.cells].forEach((cell, at) => { cell.hidden = hidden.includes(this.aspects[at - 1]); });
    }
    this.settle();
  }

  set(change) {
    Object.assign(this.view, change);
    this.arrange();
    this.onView();
  }

  restore(view) {
    this.view = { ...newView(), ...view };
    this.arrange();
  }

  /** Highlights the row of a paper. */
  light(key) {
    for (const row of this.body.rows) row.classList.toggle("lit", row.dataset.key === key);
    this.body.querySelector(".lit")?.scrollIntoView({ block: "nearest", behavior: scrolling() });
  }

  aspectOf(cell) { return this.aspects[cell.cellIndex - 1]; }

  // ---- the keyboard: Tab reaches one cell, and the arrows go on from there

  heads() { return [...(this.head.rows[0]?.cells ?? [])]; }
  shownRows() { return [...this.body.rows].filter((row) => !row.hidden); }
  shownColumns() { return this.heads().flatMap((cell, at) => (cell.hidden ? [] : [at])); }
  size() { return { rows: this.shownRows().length, columns: this.shownColumns().length }; }

  /** What has the focus at [row, column]: a cell, or the button in a head. */
  target([row, column]) {
    const at = this.shownColumns()[column];
    return row < 0 ? this.heads()[at]?.querySelector("button") : this.shownRows()[row]?.cells[at];
  }

  /** Keeps the place inside of what is shown, and lets Tab reach it. */
  settle() {
    this.at = clampCell(this.at, this.size());
    for (const node of this.root.querySelectorAll("td, th[scope=row], button.head")) node.tabIndex = -1;
    const here = this.target(this.at);
    if (here) here.tabIndex = 0;
  }

  onKey(event) {
    const { target, key } = event;
    if (!target.matches("td, th, button.head")) return;
    const opens = (key === "Enter" || key === " ") && this.at[0] >= 0, to = nextCell(event, this.at, this.size());
    if (!opens && !to) return;
    event.preventDefault();
    if (opens) return this.onOpen(target.closest("td, th"), true);
    this.at = to;
    this.settle();
    this.target(to)?.focus();
    if (to[0] >= 0) this.onOpen(this.target(to), false);
  }

  onClick({ target }) {
    const cell = target.closest("td, tbody th");
    if (!cell || target.closest("a, button")) return;
    this.at = [this.shownRows().indexOf(cell.parentNode), this.shownColumns().indexOf(cell.cellIndex)];
    this.settle();
    this.onOpen(cell, true);
  }
}

function headCell(text, aspect) {
  const cell = make("th"), button = make("button", "head", text);
  cell.scope = "col";
  button.type = "button";
  button.dataset.aspect = aspect;
  button.setAttribute("aria-haspopup", "dialog");
  cell.append(button);
  return cell;
}

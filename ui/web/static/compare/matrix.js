// The comparison as a table: a row for each paper, a column for each aspect, in the order and the groups of its view.

import { forgetHtml, setHtml, setText } from "../shared/dom.js";
import { narrow, scrolling } from "../shared/screen.js";
import { Heads } from "./heads.js";
import { linesOf } from "./lines.js";
import { clampCell, columnKey, nextCell } from "./moving.js";
import { PENDING, headOf, newCell, newGroup, newRow } from "./rows.js";
import { moveColumn, newView, orderColumns, placeColumn } from "./view.js";
import { PAPER, USUAL, columnWidths, linesFor } from "./widths.js";

const FOOT = 54; // pixels under the rows: a scroll bar and the small print

/**
 * A table in `root`. Its `view` (view.js) says what is shown, in which order; `picked` are the keys of chosen rows. `on` has
 * open(cell, wanted), edit(cell), view() and pick(); `defaults` are the aspects that are not the reader's own.
 */
export class Matrix {
  constructor(root, { on, defaults }) {
    Object.assign(this, { root, on, defaults, view: newView(), picked: new Set(), aspects: [], data: [], lines: [] });
    [this.table, this.body] = [root.querySelector("table"), root.querySelector("tbody")];
    this.heads = new Heads(this.table, {
      onWidth: (aspect, width) => this.setWidth(aspect, width),
      onPlace: (aspect, other) => this.set({ order: placeColumn(this.ordered(), aspect, other) }),
    });
    this.nodes = new Map(); // key -> the row's node
    this.held = {}; // the widths of columns that stay while cells fill in
    this.at = [0, 0]; // the line (-1: the heads) and the column that the keyboard is at
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("click", (event) => this.onClick(event));
    root.addEventListener("dblclick", ({ target }) => { if (!target.closest("button, input, textarea, a")) this.on.edit(this.pressed); });
    narrow.addEventListener("change", () => this.arrange());
    this.room = 0;
    new ResizeObserver(() => { if (!this.room && root.clientWidth) this.arrange(); }).observe(root);
    new ResizeObserver(() => this.setLines()).observe(root.parentNode);
  }

  // ---- what is shown

  /**
   * Shows a table (growth.js); a cell that is there already only changes where it differs. Columns and rows fit what stands in
   * them if `fits`; otherwise those that are there keep their size.
   */
  paint({ aspects, rows }, fits = false) {
    if (fits) this.held = {};
    this.aspects = aspects;
    this.data = rows.map((row, order) => this.takeRow(row, order, aspects));
    this.keepSteady(!fits);
    const keys = new Set(rows.map(({ key }) => key));
    for (const key of this.nodes.keys()) if (!keys.has(key)) { this.nodes.delete(key); this.picked.delete(key); }
    this.arrange();
  }

  takeRow({ key, head, cells, written, paper: { title } }, order, aspects) {
    const node = this.nodes.get(key) ?? newRow(key, (on) => this.pick(key, on));
    this.nodes.set(key, node);
    node.box.setAttribute("aria-label", `Choose row ${order + 1}`);
    setText(node.head.querySelector(".num"), String(order + 1));
    setHtml(node.head.querySelector(".who"), head ?? headOf(title));
    node.row.classList.toggle("draft", !written);
    const byAspect = { "": { value: title, text: node.head.textContent, status: "stated", measures: [] } };
    aspects.forEach((aspect, at) => {
      const cell = cells[at], td = node.cells.get(aspect) ?? newCell(aspect);
      node.cells.set(aspect, td);
      Object.assign(td.dataset, { status: cell.status, spans: cell.spans, stance: cell.stance, verdict: cell.verdict });
      if (!td.classList.contains("editing")) setHtml(td, cell.html ?? PENDING);
      byAspect[aspect] = { ...cell, text: cell.html === null ? cell.value : td.textContent };
    });
    const text = Object.values(byAspect).map((cell) => cell.text).join(" ");
    return { key, order, title, text, cells: byAspect, node };
  }

  /** All columns in the reader's order. */
  ordered() { return orderColumns(this.aspects, this.view, this.defaults); }

  /** The columns that are shown: on a phone one, or all of them as cards. */
  shown() {
    const all = this.shownColumns();
    if (!narrow.matches || this.view.one === "") return all;
    return all.includes(this.view.one) ? [this.view.one] : all.slice(0, 1);
  }

  /** Applies the view. The focus stays at its cell. */
  arrange() {
    const focused = this.place(document.activeElement);
    this.columns = this.shown();
    this.lines = linesOf(this.data, this.view);
    this.setWidths();
    this.heads.show(this.columns, this.view);
    const groupOf = (line) => newGroup(line, this.columns.length + 1, () => this.fold(line.heading));
    put(this.body, this.lines.map((line) => (line.row ? this.fill(line.row) : groupOf(line))));
    for (const link of this.body.querySelectorAll("a")) link.tabIndex = -1;
    this.setLines();
    this.settle();
    if (focused) this.focusOn(focused);
  }

  fill({ key, node, cells }) {
    const wanted = this.columns.map((aspect) => node.cells.get(aspect));
    put(node.row, [node.head, ...wanted]);
    const says = (see) => this.columns.includes(see) && cells[see].status !== "corrected";
    for (const cell of wanted) cell.classList.toggle("again", says(cells[this.aspectOf(cell)].see));
    node.box.checked = this.picked.has(key);
    node.row.classList.toggle("ticked", this.picked.has(key));
    return node.row;
  }

  /** The keys of the rows that pass the filters in their order, also in groups that are closed. */
  shownKeys() { return linesOf(this.data, { ...this.view, folded: [] }).flatMap(({ row }) => (row ? [row.key] : [])); }

  /** The columns that are not hidden, in their order. */
  shownColumns() { return this.ordered().filter((aspect) => !this.view.hidden.includes(aspect)); }

  fold(heading) {
    const { folded } = this.view;
    this.set({ folded: folded.includes(heading) ? folded.filter((one) => one !== heading) : [...folded, heading] });
  }

  // ---- widths

  setWidths() {
    this.room = this.root.clientWidth;
    const textOf = ({ status, value } = {}) => (status === "pending" ? USUAL : value ?? "");
    const columns = this.columns.map((name) => ({ name, texts: this.data.map(({ cells }) => textOf(cells[name])) }));
    const paper = this.view.widths[""] ?? PAPER, set = { ...this.held, ...this.view.widths };
    const widths = columnWidths(columns, set, this.room - paper);
    if (this.room) this.held = Object.fromEntries(this.columns.map((name, at) => [name, widths[at]]));
    this.heads.setWidths([paper, ...widths]);
  }

  /** Compact rows take the room that there is. */
  setLines() {
    const { root, table } = this, left = root.parentNode.clientHeight - root.offsetTop + root.parentNode.offsetTop;
    const lines = narrow.matches ? 2 : linesFor(this.lines.length, left - table.tHead.offsetHeight - FOOT);
    root.style.setProperty("--lines", String(lines));
  }

  setWidth(aspect, width) {
    const { [aspect]: _, ...others } = this.view.widths;
    this.set({ widths: width === null ? others : { ...others, [aspect]: width } });
  }

  // ---- changes

  set(change) {
    Object.assign(this.view, change);
    this.refit();
    this.on.view();
  }

  /** Takes a stored view. */
  restore(view) {
    this.view = { ...newView(), ...view };
    this.picked.clear();
    this.refit();
  }

  /** Applies the view, with columns that fit what stands in them. */
  refit() {
    this.held = {};
    this.keepSteady(false);
    this.arrange();
  }

  /** Rows stay as tall as they are if `held`, and while something in them is still to be read, or put into words. */
  keepSteady(held) {
    const changes = ({ node: { row }, cells }) => row.matches(".draft") || Object.values(cells).some(({ html }) => html === null);
    this.root.classList.toggle("steady", held || this.data.some(changes));
  }

  pick(key, on = !this.picked.has(key)) {
    if (on) this.picked.add(key); else this.picked.delete(key);
    for (const { row } of this.lines) if (row) this.fill(row);
    this.on.pick();
  }

  pickAll(on) {
    this.picked = new Set(on ? this.lines.flatMap(({ row }) => (row ? [row.key] : [])) : []);
    for (const { row } of this.lines) if (row) this.fill(row);
    this.on.pick();
  }

  move(aspect, step) { this.set({ order: moveColumn(this.ordered(), aspect, step, this.view.hidden) }); }

  /** Highlights the row of a paper. */
  light(key) {
    for (const row of this.body.rows) row.classList.toggle("lit", row.dataset.key === key);
    this.body.querySelector(".lit")?.scrollIntoView({ block: "nearest", behavior: scrolling() });
  }

  /** The name of a cell's column; "" is the paper's own cell. */
  aspectOf(cell) { return cell.dataset.aspect ?? ""; }

  /** Shows a cell anew, after something else stood in it. */
  renew(cell, html) {
    forgetHtml(cell);
    setHtml(cell, html);
  }

  // ---- the keyboard: Tab reaches one cell, and the arrows go on from there

  size() { return { rows: this.lines.length, columns: this.columns.length + 1 }; }

  /** What has the focus at [line, column]: a cell, or the button in a head or in a group's heading. */
  target([line, column]) {
    if (line < 0) return this.heads.button(column);
    const row = this.body.rows[line];
    return row?.classList.contains("group") ? row.querySelector("button") : row?.cells[column];
  }

  /** What tells a cell, a head or a group's heading again after the lines have changed; null outside of them. */
  place(node) {
    if (!node || !this.root.contains(node)) return null;
    if (node.matches("button.head")) return { head: node.dataset.aspect };
    if (node.matches("button.fold")) return { heading: node.dataset.heading };
    const cell = node.closest("td, th[scope=row]");
    return cell && !cell.classList.contains("editing") ? { key: cell.parentNode.dataset.key, aspect: this.aspectOf(cell) } : null;
  }

  focusOn({ head, heading, key, aspect }) {
    const node = this.nodes.get(key);
    const to = heading !== undefined ? [...this.body.querySelectorAll("button.fold")].find(({ dataset }) => dataset.heading === heading)
      : head !== undefined ? this.heads.buttonOf(head) : aspect ? node?.cells.get(aspect) : node?.head;
    if (to?.isConnected) { this.goTo(to); to.focus({ preventScroll: true }); }
  }

  goTo(node) {
    const cell = node.closest("td, th"), row = cell.parentNode;
    this.at = [row.parentNode === this.body ? row.sectionRowIndex : -1, cell.cellIndex];
    this.settle();
  }

  /** Keeps the place inside of what is shown, and lets Tab reach it and the links in it. */
  settle() {
    this.at = clampCell(this.at, this.size());
    for (const node of this.stops ?? []) node.tabIndex = -1;
    this.stop = this.target(this.at);
    this.stops = this.stop ? [this.stop, ...this.stop.querySelectorAll("a")] : [];
    for (const node of this.stops) node.tabIndex = 0;
  }

  onKey(event) {
    const { target, key } = event;
    if (!target.matches("td, th, button.head, button.fold")) return;
    const act = this.actOf(event), to = nextCell(event, this.at, this.size());
    if (!act && !to) return;
    event.preventDefault();
    if (act) return act();
    this.at = to;
    this.settle();
    this.stop?.focus();
    if (this.stop?.matches("td, th")) this.on.open(this.stop, false);
    if (key === "ArrowUp" && to[0] < 0) this.root.scrollTop = 0;
  }

  /** What a key does here, other than moving. */
  actOf(event) {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    if (target.matches("button")) {
      const change = target.matches(".head") && columnKey(event), { aspect } = target.dataset;
      if (!change) return null;
      if (change.wider) return () => this.setWidth(aspect, this.heads.widthOf(aspect) + change.wider);
      return aspect ? () => this.move(aspect, change.move) : null;
    }
    if (ctrlKey || metaKey || altKey) return null;
    const { key: paper } = target.parentNode.dataset, isPaper = target.matches("th");
    if (key === "x") return () => this.pick(paper);
    if (key === " " || (key === "Enter" && isPaper)) return () => this.on.open(target, true);
    if ((key === "Enter" || key === "F2") && !isPaper) return () => this.on.edit(target);
    return null;
  }

  onClick({ target }) {
    const cell = target.closest("td, th[scope=row]");
    if (!cell || target.closest("a, button, input, textarea")) return;
    this.pressed = cell;
    this.goTo(cell);
    this.on.open(cell, true);
  }
}

/** Gives a node these children; one that has them already stays untouched. */
function put(node, children) {
  const same = node.children.length === children.length && children.every((child, at) => node.children[at] === child);
  if (!same) node.replaceChildren(...children);
}

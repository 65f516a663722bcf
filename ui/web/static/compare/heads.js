// The heads of the table's columns: their names, their widths, and how they are drawn to another width or place.

import { make } from "../shared/dom.js";
import { clampWidth } from "./widths.js";

const DRAGGED = "text/x-paperchat-column";

/**
 * `onWidth(aspect, width)` gets a width that was drawn, or null for the one that fits; `onPlace(aspect, other)` a column that was
 * carried to the place of another.
 */
export class Heads {
  constructor(table, { onWidth, onPlace }) {
    Object.assign(this, { table, onWidth, onPlace, columns: [], widths: [] });
    this.head = table.querySelector("thead");
    this.group = table.querySelector("colgroup");
  }

  /** Shows the heads of these columns; what is there already stays, so that it keeps the focus. */
  show(columns, { sort, filters }) {
    if (!this.head.rows.length || this.columns.join("\n") !== columns.join("\n")) this.build(columns);
    [...this.head.rows[0].cells].forEach((cell, at) => {
      const aspect = this.columns[at - 1] ?? "", sorted = sort?.aspect === aspect;
      cell.setAttribute("aria-sort", sorted ? (sort.way > 0 ? "ascending" : "descending") : "none");
      cell.classList.toggle("filtered", Boolean(filters[aspect]));
    });
  }

  build(columns) {
    const known = new Map([...(this.head.rows[0]?.cells ?? [])].map((cell) => [cell.querySelector(".head").dataset.aspect, cell]));
    const row = this.head.rows[0] ?? this.head.appendChild(make("tr"));
    this.columns = columns;
    row.setAttribute("role", "row");
    row.replaceChildren(...["", ...columns].map((aspect) => known.get(aspect) ?? this.cell(aspect)));
  }

  cell(aspect) {
    const cell = make("th"), button = make("button", "head", aspect || "Paper"), grip = make("span", "grip");
    cell.scope = "col";
    cell.setAttribute("role", "columnheader");
    button.type = "button";
    button.title = aspect;
    button.dataset.aspect = aspect;
    button.tabIndex = -1;
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-keyshortcuts", `${aspect ? "Alt+ArrowLeft Alt+ArrowRight " : ""}Shift+ArrowLeft Shift+ArrowRight`);
    grip.setAttribute("aria-hidden", "true");
    grip.title = "Draw to change the width; twice for the width that fits";
    grip.addEventListener("pointerdown", (event) => this.draw(event, aspect));
    grip.addEventListener("dblclick", () => this.onWidth(aspect, null));
    cell.append(button, grip);
    if (aspect) this.carry(cell, button, aspect);
    return cell;
  }

  button(at) { return this.head.rows[0]?.cells[at]?.querySelector("button"); }
  buttonOf(aspect) { return this.button(aspect ? this.columns.indexOf(aspect) + 1 : 0); }

  // ---- widths

  widthOf(aspect) { return this.widths[aspect ? this.columns.indexOf(aspect) + 1 : 0]; }

  setWidths(widths) {
    this.widths = widths;
    this.group.replaceChildren(...widths.map((width) => Object.assign(make("col"), { style: `width: ${width}px` })));
    this.table.style.width = `${widths.reduce((a, b) => a + b, 0)}px`;
  }

  draw(event, aspect) {
    const from = event.clientX, before = this.widthOf(aspect), at = aspect ? this.columns.indexOf(aspect) + 1 : 0;
    let width = before;
    event.preventDefault();
    event.target.setPointerCapture(event.pointerId);
    event.target.onpointermove = ({ clientX }) => {
      width = clampWidth(before + clientX - from);
      this.setWidths(this.widths.with(at, width));
    };
    event.target.onpointerup = () => {
      event.target.onpointermove = event.target.onpointerup = null;
      if (width !== before) this.onWidth(aspect, width);
    };
  }

  // ---- places: a head is carried to another one

  carry(cell, button, aspect) {
    button.draggable = true;
    button.addEventListener("dragstart", ({ dataTransfer }) => dataTransfer.setData(DRAGGED, aspect));
    cell.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      cell.classList.add("over");
    });
    cell.addEventListener("dragleave", () => cell.classList.remove("over"));
    cell.addEventListener("drop", (event) => {
      event.preventDefault();
      cell.classList.remove("over");
      const carried = event.dataTransfer.getData(DRAGGED);
      if (carried) this.onPlace(carried, aspect);
    });
  }
}

// The nodes of the table's rows and cells.

import { make } from "../shared/dom.js";

/** What stands in a cell that is still to be read. */
export const PENDING = '<span class="pending"><span class="sr">being read</span></span>';

/** A row with its head, as {row, head, box, cells}: `cells` is a map of td by column. `pick(on)` is called when its box is ticked. */
export function newRow(key, pick) {
  const row = make("tr"), head = make("th"), box = make("input", "tick"), who = make("span", "who");
  Object.assign(box, { type: "checkbox", tabIndex: -1 });
  box.addEventListener("change", () => pick(box.checked));
  who.dir = "auto";
  head.scope = "row";
  head.tabIndex = -1;
  head.append(box, make("span", "num"), who);
  row.dataset.key = key;
  for (const [part, role] of [[row, "row"], [head, "rowheader"]]) part.setAttribute("role", role);
  return { row, head, box, cells: new Map() };
}

/** The head of a row that the server has not rendered. */
export const headOf = (title) => make("span", "title", title).outerHTML;

export function newCell(aspect) {
  const cell = make("td");
  cell.dataset.aspect = aspect;
  cell.tabIndex = -1;
  cell.setAttribute("role", "gridcell");
  return cell;
}

/** The heading of a group, over `columns` columns; a click on it calls `fold`. */
export function newGroup({ heading, count, folded }, columns, fold) {
  const row = make("tr", "group"), cell = make("th"), button = make("button", "fold", heading);
  Object.assign(cell, { colSpan: columns, scope: "rowgroup" });
  row.setAttribute("role", "row");
  cell.setAttribute("role", "rowheader");
  button.type = "button";
  button.dataset.heading = heading;
  button.setAttribute("aria-expanded", String(!folded));
  button.append(make("span", "n", String(count)));
  button.addEventListener("click", fold);
  cell.append(button);
  row.append(cell);
  return row;
}

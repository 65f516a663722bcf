// The menu of a column: sort, group, filter, move, width, hide.

import { make } from "../shared/dom.js";
import { closeMenu, menuItem, openMenu } from "../shared/menu.js";
import { changeFilter } from "./view.js";

const ALIKE = "Ranked only within the same metric and data set";

/**
 * Opens the menu of the head `button` inside of `root`; what is chosen changes the view of `matrix`. `remove(aspect)` takes the
 * column out of the comparison.
 */
export function openColumnMenu(root, button, matrix, remove) {
  const { aspect } = button.dataset, { sort, filters, hidden, group } = matrix.view, filter = filters[aspect] ?? {};
  const sorted = (way, numbers = false) => sort?.aspect === aspect && sort.way === way && Boolean(sort.numbers) === numbers;
  const sortItem = (text, way, numbers) => menuItem(text, () => matrix.set({ sort: { aspect, way, numbers } }), sorted(way, numbers));
  const narrowTo = (change) => matrix.set({ filters: changeFilter(filters, aspect, change) });
  const statusItem = (text, only) => menuItem(text, () => narrowTo({ only: filter.only === only ? "" : only }), filter.only === only);
  const cells = matrix.data.map((row) => row.cells[aspect]), items = [];
  if (cells.some((cell) => cell?.measures.length)) {
    items.push(sortItem("Numbers, largest first", -1, true), sortItem("Numbers, smallest first", 1, true), said(ALIKE));
  }
  items.push(sortItem("Sort A to Z", 1), sortItem("Sort Z to A", -1));
  if (aspect) {
    items.push(
      menuItem("Group by this column", () => matrix.set({ group: group === aspect ? null : aspect, folded: [] }), group === aspect),
      line(), statusItem("Only stated", "stated"), statusItem("Only not stated", "not_stated"),
      ...(cells.some((cell) => cell?.status === "corrected") ? [statusItem("Only corrected", "corrected")] : []),
      containsBox(aspect, filter.has, (has) => narrowTo({ has })), line(),
      menuItem("Move left", () => matrix.move(aspect, -1)), menuItem("Move right", () => matrix.move(aspect, 1)),
    );
  }
  items.push(menuItem("Wider", () => matrix.setWidth(aspect, matrix.heads.widthOf(aspect) + 96)));
  items.push(menuItem("Fit the width", () => matrix.setWidth(aspect, null)));
  if (aspect) {
    items.push(
      menuItem("Hide this column", () => matrix.set({ hidden: [...hidden, aspect] })),
      menuItem("Remove this column", () => remove(aspect)),
    );
  }
  openMenu(root, button, items);
}

/** The menu that groups rows by a column. */
export function openGroupMenu(root, button, matrix) {
  const { group } = matrix.view, by = (aspect) => matrix.set({ group: aspect, folded: [], sort: null });
  const items = matrix.ordered().map((aspect) => menuItem(aspect, () => by(aspect), group === aspect));
  openMenu(root, button, [menuItem("No groups", () => by(null), !group), line(), ...items]);
}

const said = (text) => make("p", "said-so", text);
const line = () => make("hr");

function containsBox(aspect, value = "", act) {
  const box = make("input");
  Object.assign(box, { type: "search", placeholder: "Contains …", value });
  box.setAttribute("aria-label", `Show rows whose ${aspect} contains`);
  box.addEventListener("keydown", ({ key }) => {
    if (key !== "Enter") return;
    closeMenu();
    act(box.value.trim());
  });
  return box;
}

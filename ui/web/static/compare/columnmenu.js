// The menu of a column: sort, filter, hide.

import { make } from "../shared/dom.js";
import { closeMenu, menuItem, openMenu } from "../shared/menu.js";
import { changeFilter } from "./view.js";

/** Opens the menu of the head `button` inside of `root`; what is chosen changes the view of `matrix`. */
export function openColumnMenu(root, button, matrix) {
  const { aspect } = button.dataset, { sort, filters, hidden } = matrix.view, filter = filters[aspect] ?? {};
  const sortItem = (text, way) => menuItem(text, () => matrix.set({ sort: { aspect, way } }), sort?.aspect === aspect && sort.way === way);
  const narrowTo = (change) => matrix.set({ filters: changeFilter(filters, aspect, change) });
  const statusItem = (text, only) => menuItem(text, () => narrowTo({ only }), filter.only === only);
  const items = [sortItem("Sort A to Z", 1), sortItem("Sort Z to A", -1)];
  if (aspect) {
    items.push(
      statusItem("Only stated", "stated"),
      statusItem("Only not stated", "not_stated"),
      containsBox(aspect, filter.has, (has) => narrowTo({ has })),
      menuItem("Hide this column", () => matrix.set({ hidden: [...hidden, aspect] })),
    );
  }
  openMenu(root, button, items);
}

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

// The menu that marks all chosen papers at once.

import { make } from "../shared/dom.js";
import { marks } from "../shared/marks.js";
import { closeMenu, menuItem, openMenu } from "../shared/menu.js";
import { counted } from "../shared/numbers.js";

const MOST_OFFERED = 6; // tags

/** `page` is the Papers page. */
export function openMarkMenu(page, button) {
  const count = page.selection.chosen.size, papers = counted(count, "paper");
  const item = (text, change, done) => menuItem(text, () => page.marking.changeChosen(change, `${done} ${papers}.`));
  openMenu(page.root, button, [
    item("Star", { starred: true }, "Starred"), item("Take the stars away", { starred: false }, "Took the stars from"),
    item("Mark as read", { read: true }, "Marked as read:"), item("Mark as unread", { read: false }, "Marked as unread:"),
    ...marks.tags().slice(0, MOST_OFFERED).map((tag) => item(`Tag “${tag}”`, { add: [tag] }, `Tagged “${tag}”:`)),
    tagForm(page, papers),
  ]);
}

function tagForm(page, papers) {
  const form = make("form", "tag-form"), box = make("input"), add = make("button", "", "Add"), remove = make("button", "", "Remove");
  [add.type, remove.type] = ["submit", "button"];
  Object.assign(box, { type: "text", placeholder: "A tag of yours", maxLength: 80 });
  box.setAttribute("aria-label", "A tag of yours");
  box.setAttribute("list", "pc-own-tags");
  const run = (name, said) => {
    const tag = box.value.trim();
    if (!tag) return box.focus();
    closeMenu();
    page.marking.changeChosen({ [name]: [tag] }, `${said} “${tag}”: ${papers}.`);
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); run("add", "Tagged"); });
  remove.addEventListener("click", () => run("remove", "Removed the tag"));
  form.append(box, add, remove);
  return form;
}

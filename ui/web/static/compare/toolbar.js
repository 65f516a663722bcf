// The line over the table: what is compared, and how it is shown.

import { make, setText, smallButton, within } from "../shared/dom.js";
import { narrow } from "../shared/screen.js";
import { recall, store } from "../shared/storage.js";
import { openGroupMenu } from "./columnmenu.js";
import { describeView } from "./view.js";

const FULL = "paperchat.compare.full"; // whether rows show whole sentences, for every comparison

export class Toolbar {
  constructor(root, matrix) {
    Object.assign(this, { root, matrix, ...within(root) });
    this.find(".filter").addEventListener("input", ({ target }) => matrix.set({ words: target.value.trim() }));
    this.find(".group-by").addEventListener("click", ({ target }) => openGroupMenu(root, target, matrix));
    for (const button of this.all(".density button")) button.addEventListener("click", () => this.setFull(Boolean(button.dataset.full)));
    narrow.addEventListener("change", () => this.show());
    this.setFull(recall(FULL, false, localStorage));
  }

  setFull(full) {
    this.root.classList.toggle("full", full);
    for (const button of this.all(".density button")) button.setAttribute("aria-pressed", String(Boolean(button.dataset.full) === full));
    store(FULL, full, localStorage);
  }

  toggleFull() { this.setFull(!this.root.classList.contains("full")); }

  /** Says how the view differs from the whole table, with a button to undo each difference. */
  show() {
    const { matrix, find } = this, { view, aspects, data } = matrix;
    find(".filter").value = view.words;
    find(".hidden-columns").replaceChildren(...describeView(view, aspects).map(({ label, text, change }) => {
      const item = make("li");
      item.title = text;
      item.append(make("span", "", text), smallButton(label, "×", () => matrix.set(change)));
      return item;
    }));
    const rows = matrix.shownKeys().length, all = data.length;
    setText(find(".shown"), rows === all ? "" : `${rows} of ${all} papers`);
    setText(find(".size"), `${count(all, "paper")} · ${count(matrix.shownColumns().length, "column")}`);
    find(".group-by").classList.toggle("on", aspects.includes(view.group));
    this.showColumns();
  }

  /** Says how much of the table is shown; "" if all of it is. */
  part() {
    const { matrix } = this, { data, aspects } = matrix, rows = matrix.shownKeys().length, columns = matrix.shownColumns().length;
    const whole = (rows === data.length || !rows) && columns === aspects.length;
    return whole ? "" : `As shown: ${rows} of ${count(data.length, "paper")}, ${columns} of ${count(aspects.length, "column")}`;
  }

  /** On a phone the columns are shown one at a time, or all of them as cards. */
  showColumns() {
    const { matrix, find } = this, { view } = matrix, nav = find(".one");
    nav.hidden = !narrow.matches;
    this.root.classList.toggle("all-columns", narrow.matches && view.one === "");
    if (nav.hidden) return nav.replaceChildren();
    const names = matrix.shownColumns(), current = view.one === "" ? "" : matrix.columns[0];
    nav.replaceChildren(...["", ...names].map((name) => {
      const button = make("button", "", name || "All");
      button.type = "button";
      button.setAttribute("aria-pressed", String(name === current));
      button.addEventListener("click", () => { matrix.set({ one: name }); find("[aria-pressed=true]", nav)?.focus(); });
      return button;
    }));
    find("[aria-pressed=true]", nav)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

export const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

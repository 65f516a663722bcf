// What the papers of a comparison share and where they differ: one line over the table, the rest in the sheet.

import { make, setText } from "../shared/dom.js";

const NAME = "Shared and different", NOTHING = "The quotes name nothing that only some of these papers have.";

export class Summary {
  #html = "";

  /** `button` is the line, which opens the `sheet`. */
  constructor(button, sheet) {
    Object.assign(this, { button, sheet, first: make("span", "first"), more: make("span", "n"), wait: make("span", "wait") });
    this.wait.ariaHidden = "true";
    button.replaceChildren(make("strong", "", NAME), this.first, this.more, this.wait);
    button.addEventListener("click", () => sheet.show(NAME, [this.list()], button));
  }

  /** Shows a summary as HTML. The line has its place at all times; while a comparison is being `made`, it waits. */
  show(html, made) {
    this.#html = html;
    const list = this.list(), first = list.firstElementChild?.cloneNode(true), more = list.children.length - 1;
    for (const chip of first?.querySelectorAll(".chip") ?? []) chip.remove();
    this.button.disabled = !first;
    setText(this.first, first?.textContent.trim() ?? (made ? "…" : NOTHING));
    setText(this.more, more > 0 ? `+${more}` : "");
  }

  /** Says how far the comparison is, until there is a summary. */
  say(text) { setText(this.wait, text); }

  list() {
    const list = make("ul", "summary");
    list.innerHTML = this.#html;
    return list;
  }
}

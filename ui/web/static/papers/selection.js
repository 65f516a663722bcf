// The papers that the reader has chosen, and the bar of actions on them.

import { setText, within } from "../shared/dom.js";
import { inEnglish } from "../shared/numbers.js";

/** `chosen` holds places of the table; `onChange` is called after every change. `acts` are the bar's PaperActs. */
export class Selection {
  constructor(root, acts, onChange) {
    Object.assign(this, { root, acts, find: within(root).find, onChange, chosen: new Set() });
  }

  toggle(at) {
    if (!this.chosen.delete(at)) this.chosen.add(at);
    this.onChange();
  }

  add(places) {
    for (const at of places) this.chosen.add(at);
    this.onChange();
  }

  remove(places) {
    for (const at of places) this.chosen.delete(at);
    this.onChange();
  }

  /** In the order of the table. */
  places() { return [...this.chosen].sort((a, b) => a - b); }

  /** `shown` are the places that the table shows, `opened` is the one whose abstract is open. */
  show(shown, opened) {
    const { find, chosen } = this, count = chosen.size, many = inEnglish(count);
    find(".picked").hidden = !count;
    this.root.classList.toggle("choosing", count > 0);
    setText(find(".picked p"), count ? `${many} chosen` : "");
    this.acts.show(count);
    const every = find(".every"), chosenShown = shown.filter((at) => chosen.has(at)).length;
    every.checked = chosenShown > 0 && chosenShown === shown.length;
    every.indeterminate = chosenShown > 0 && !every.checked;
    setText(find(".choose-it"), chosen.has(opened) ? "Chosen" : "Choose");
    find(".choose-it").setAttribute("aria-pressed", String(chosen.has(opened)));
  }
}

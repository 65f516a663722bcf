// Papers that another page hands over to be highlighted: the sources of the last answer, or new papers.

import { setText } from "../shared/dom.js";
import { inEnglish } from "../shared/numbers.js";

const MOST = 1000; // new papers that the server names (ui/web/library/holdings.py)

/** `button` shows these papers alone, or all papers again. */
export class Cited {
  constructor(button, { cited = [], citedAs = "" }) {
    Object.assign(this, { button, ids: cited, as: citedAs, places: new Set(), only: false });
  }

  /** `as` is "added" for new papers and "" for sources. */
  set(ids, as) { Object.assign(this, { ids, as }); }

  /** Takes the places of the papers in the table. */
  place(places) {
    this.places = new Set(places);
    this.only &&= this.places.size > 0;
    this.show();
  }

  toggle() {
    this.only = !this.only;
    this.show();
  }

  show() {
    const { button, places: { size } } = this;
    button.hidden = !size;
    button.setAttribute("aria-pressed", String(this.only));
    if (this.as === "added" && size === MOST) return setText(button, `${inEnglish(MOST)} of the papers added last`);
    setText(button, this.as === "added" ? `${size === 1 ? "The paper" : `The ${size} papers`} added last`
      : `${size === 1 ? "The source" : `The ${size} sources`} of the last answer`);
  }
}

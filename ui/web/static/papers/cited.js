// Papers that another page hands over to be highlighted: the sources of the last answer, or new papers.

import { setText } from "../shared/dom.js";

/** `button` shows these papers alone, or all papers again. */
export class Cited {
  constructor(button, { cited = [], citedAs = "" }) {
    Object.assign(this, { button, ids: cited, as: citedAs, places: new Set(), only: false });
  }

  /** `as` is "added" for new papers and "" for sources. */
  set(ids, as) { Object.assign(this, { ids, as }); }

  /** Looks up the places of the papers in the table. */
  place(placesOf) {
    this.places = new Set(placesOf(this.ids));
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
    setText(button, this.as === "added" ? `${size === 1 ? "The paper" : `The ${size} papers`} added last`
      : `${size === 1 ? "The source" : `The ${size} sources`} of the last answer`);
  }
}

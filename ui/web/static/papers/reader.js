// The sheet beside the map that shows one paper's abstract.

import { setHtml, within } from "../shared/dom.js";

export class Reader {
  constructor(node) { Object.assign(this, { node, find: within(node).find, at: -1, by: "" }); }

  get isOpen() { return !this.node.hidden; }

  /** Shows the paper at a place of the table; `by` says what opened it, "table" or "map". */
  show(at, { top, text }, by) {
    Object.assign(this, { at, by });
    setHtml(this.find(".top"), top);
    setHtml(this.find(".text"), text);
    this.node.hidden = false;
    this.node.scrollTop = 0;
  }

  /** Returns what has to get the focus back, "table" or "map"; "" if the sheet did not have it. */
  close() {
    const focused = this.node.contains(document.activeElement);
    this.node.hidden = true;
    this.at = -1;
    return focused ? this.by : "";
  }
}

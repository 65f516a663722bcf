// The line that says what was changed in the marks, and takes it back.

import { setText } from "../shared/dom.js";
import { marks } from "../shared/marks.js";

const SHOWN = 9000; // milliseconds

export class Undo {
  /** `say(html)` shows what went wrong. */
  constructor(node, say) { Object.assign(this, { node, say, before: null, timer: 0 }); }

  /** Changes the marks of papers; `words`, if any, are shown with an undo. Resolves to whether it worked. */
  async change(ids, change, words = "") {
    const { before, failure } = await marks.change(ids, change);
    this.say(failure ?? "");
    if (failure || !words) return !failure;
    this.before = before;
    this.show(words);
    return true;
  }

  show(words) {
    clearTimeout(this.timer);
    setText(this.node.querySelector("span"), words);
    this.node.hidden = false;
    this.timer = setTimeout(() => this.hide(), SHOWN);
  }

  hide() {
    if (this.node.contains(document.activeElement)) { this.timer = setTimeout(() => this.hide(), SHOWN); return; }
    this.node.hidden = true;
  }

  async takeBack() {
    clearTimeout(this.timer);
    this.node.hidden = true;
    if (this.before) this.say(await marks.put(this.before));
    this.before = null;
  }
}

// The sheet beside the map that shows one paper's abstract.

import { make, setHtml, within } from "../shared/dom.js";
import { notebook } from "../shared/notebook.js";

export class Reader {
  /** `call` asks the server. */
  constructor(node, call) {
    Object.assign(this, { node, call, find: within(node).find, at: -1, by: "" });
    const button = this.find(".pin-it");
    button.addEventListener("mousedown", (event) => event.preventDefault()); // or the selection would be lost
    button.addEventListener("click", () => this.pin());
  }

  get isOpen() { return !this.node.hidden; }

  /** Shows the paper at a place of the table; `by` says what opened it, "table" or "map". */
  show(at, { top, text }, by) {
    Object.assign(this, { at, by });
    setHtml(this.find(".top"), top);
    setHtml(this.find(".text"), text);
    setHtml(this.find(".pinned"), "");
    this.node.hidden = false;
    this.node.scrollTop = 0;
  }

  /** Pins the part of the abstract that is selected; the server says where it is in the abstract. */
  async pin() {
    const selection = getSelection(), note = this.find(".pinned"), abstract = this.find(".abstract");
    const text = abstract?.contains(selection.anchorNode) && abstract.contains(selection.focusNode) ? selection.toString() : "";
    const answer = await this.call("pin_words", { id: this.find(".id").textContent, text });
    const said = () => make("p", "done", notebook.add(answer.pin) ? "Pinned to the notebook." : "The browser has no room left.");
    setHtml(note, answer.failure ?? said().outerHTML);
  }

  /** Returns what has to get the focus back, "table" or "map"; "" if the sheet did not have it. */
  close() {
    const focused = this.node.contains(document.activeElement);
    this.node.hidden = true;
    this.at = -1;
    return focused ? this.by : "";
  }
}

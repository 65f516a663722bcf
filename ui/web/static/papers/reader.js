// The pane that shows one paper: its abstract, the reader's marks, quotes and similar papers.

import { failure, make, setHtml, setText, within } from "../shared/dom.js";
import { send } from "../shared/exchange.js";
import { idOf, notebook } from "../shared/notebook.js";
import { goTo } from "../shared/pages.js";
import { MarkEditor } from "./markeditor.js";

export class Reader {
  /** `call` asks the server; `change` is that of `MarkEditor`; `onPaper(id)` opens a similar paper. */
  constructor(node, { call, change, onPaper }) {
    Object.assign(this, { node, call, onPaper, find: within(node).find, at: -1, id: "", title: "", by: "", near: [] });
    this.editor = new MarkEditor(this.find(".page"), change);
    const button = this.find(".pin-it");
    button.addEventListener("mousedown", (event) => event.preventDefault()); // or the selection would be lost
    button.addEventListener("click", () => this.pin());
    this.find(".top").addEventListener("click", ({ target }) => { if (target.matches(".all-authors")) unfold(target); });
    notebook.onChange(() => this.showQuotes());
  }

  get isOpen() { return !this.node.hidden; }

  get paper() { return { id: this.id, title: this.title }; }

  /** Shows the paper at a place of the table; `by` says what opened it, such as "table" or "map". */
  show(at, { id, title, top, text }, by) {
    const other = id !== this.id;
    Object.assign(this, { at, by, id, title });
    setHtml(this.find(".top"), top);
    setHtml(this.find(".text"), text);
    setHtml(this.find(".pinned"), "");
    this.node.hidden = false;
    if (!other) return;
    this.find(".page").scrollTop = 0;
    this.editor.show(id);
    this.showQuotes();
    this.showSimilar();
  }

  /** Says which of how many papers of the table it is; -1 if it is none of them. */
  showPlace(place, count) {
    setText(this.find(".place"), place < 0 ? "" : `${(place + 1).toLocaleString("en")} of ${count.toLocaleString("en")}`);
    this.find(".prev").disabled = place <= 0;
    this.find(".next").disabled = place < 0 || place >= count - 1;
  }

  async showSimilar() {
    const { id } = this, section = this.find(".similar"), list = section.querySelector("ol");
    section.hidden = true;
    this.near = [];
    list.replaceChildren(); // or a click could reach the papers of the paper before
    const answer = await this.call("similar_papers", { id });
    if (id !== this.id) return;
    const papers = answer.papers ?? [];
    this.near = papers.map((paper) => ({ id: paper.id, title: paper.title }));
    section.hidden = !papers.length && !answer.failure;
    this.find(".compare-similar").hidden = !papers.length;
    list.replaceChildren(...papers.map((paper) => this.similar(paper)));
    if (answer.failure) list.innerHTML = `<li>${answer.failure}</li>`;
  }

  similar({ id, title, drawn, byline }) {
    const item = make("li"), button = make("button", "", title);
    Object.assign(button, { type: "button", dir: "auto" });
    if (drawn) setHtml(button, drawn);
    button.addEventListener("click", () => this.onPaper(id));
    item.append(button, ...(byline ? [aside(byline)] : []));
    return item;
  }

  /** The quotes of this paper that are in the notebook. */
  showQuotes() {
    const pins = notebook.list().filter(({ paper }) => paper === this.id), section = this.find(".quoted");
    section.hidden = !pins.length;
    section.querySelector("ul").replaceChildren(...pins.map((pin) => {
      const item = make("li"), button = make("button", "", pin.text);
      Object.assign(button, { type: "button", dir: "auto", title: "See it in the notebook" });
      button.addEventListener("click", () => { send("open-quote", idOf(pin)); goTo("notebook"); });
      item.append(button, ...(pin.note ? [aside(pin.note)] : []));
      return item;
    }));
  }

  /** Pins the part of the abstract that is selected; the server says where it is in the abstract. */
  async pin() {
    const selection = getSelection(), note = this.find(".pinned"), abstract = this.find(".abstract");
    const inside = abstract?.contains(selection.anchorNode) && abstract.contains(selection.focusNode);
    const [text, before] = inside ? [selection.toString(), lengthBefore(abstract, selection.getRangeAt(0))] : ["", 0];
    const answer = await this.call("pin_words", { id: this.id, text, before });
    if (answer.failure) return setHtml(note, answer.failure);
    const stored = notebook.add(answer.pin);
    setHtml(note, stored ? make("p", "done", "Pinned to the notebook.").outerHTML : failure("The browser has no room left."));
  }

  /** Returns what has to get the focus back, "table" or "map"; "" if the pane did not have it. */
  close() {
    const focused = this.node.contains(document.activeElement);
    this.editor.save();
    this.node.hidden = true;
    Object.assign(this, { at: -1, id: "" });
    return focused ? this.by : "";
  }
}

/** How many characters of a node come before a selection. */
function lengthBefore(node, selected) {
  const range = document.createRange();
  range.setStart(node, 0);
  range.setEnd(selected.startContainer, selected.startOffset);
  return range.toString().length;
}

/** What stands under a title or a quote. */
const aside = (text) => Object.assign(make("span", "byline", text), { dir: "auto" });

/** Shows all authors instead of the first ones. */
function unfold(button) {
  button.previousElementSibling.hidden = false;
  button.remove();
}

// The sheet beside the table: one paper's abstract with the sentence behind a cell, or what the papers share.

import { make, marksWithin, smallButton, spansOf, within } from "../shared/dom.js";
import { layers } from "../shared/layers.js";
import { narrow } from "../shared/screen.js";

export class Sheet {
  #hide = () => this.#gone();

  /** `root` is the page, `node` the sheet; `on` has edit(cell), back(cell) and paper(key). */
  constructor(root, node, on) {
    Object.assign(this, { root, node, on, cell: null, opener: null });
  }

  get isOpen() { return !this.node.hidden; }

  /** Shows what a cell of `aspect` says; of a cell without one (the paper's own), the abstract alone. */
  open(cell, aspect, { key, abstract, paper: { title } }) {
    const text = make("p", "abstract"), spans = spansOf(cell);
    text.dir = "auto";
    text.innerHTML = abstract;
    if (aspect) for (const mark of marksWithin(within(text).all("mark"), spans)) mark.classList.add("lit");
    const link = make("button", "to-paper", "Open in Papers");
    link.type = "button";
    link.addEventListener("click", () => this.on.paper(key));
    this.show(title, [...(aspect ? [this.said(cell, aspect, spans.length > 0)] : []), text, link]);
    this.cell = cell;
    cell.classList.add("open-cell");
    this.node.querySelector("mark.lit")?.scrollIntoView({ block: "nearest" });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Shows any parts under a title; the focus goes back to `opener`. */
  show(title, parts, opener = null) {
    const top = make("div", "top"), heading = make("h2", "", title);
    this.cell?.classList.remove("open-cell");
    Object.assign(this, { cell: null, opener });
    heading.dir = "auto";
    top.append(heading, smallButton("Close", "×", () => this.close()));
    this.node.replaceChildren(top, ...parts);
    if (narrow.matches) layers.open(this.#hide); // it covers the page: Back closes it
    this.node.hidden = false;
    this.node.scrollTop = 0;
    this.root.classList.add("with-sheet");
  }

  close() {
    if (layers.has(this.#hide)) layers.close(this.#hide);
    else this.#gone();
  }

  #gone() {
    const { cell, node, opener } = this, focused = node.contains(document.activeElement);
    node.hidden = true;
    this.root.classList.remove("with-sheet");
    cell?.classList.remove("open-cell");
    Object.assign(this, { cell: null, opener: null });
    const to = cell ?? opener;
    if (to?.isConnected && focused) to.focus({ preventScroll: true });
  }

  /** Closes it if its cell is no longer in the table. */
  check() { if (this.cell && !this.cell.isConnected) this.close(); }

  said(cell, aspect, stated) {
    const node = make("div", "about-cell"), value = make("div"), acts = make("div", "acts"), { status } = cell.dataset;
    if (stated || status === "corrected") value.innerHTML = cell.innerHTML;
    else value.textContent = "Not stated in the abstract.";
    for (const button of value.querySelectorAll(".back")) button.remove();
    acts.append(textButton("Correct", () => this.on.edit(cell)));
    if (status === "corrected") acts.append(textButton("Put back", () => this.on.back(cell)));
    node.append(make("h3", "", aspect), value, make("p", "why", cell.querySelector(".mark")?.title ?? ""), acts);
    return node;
  }
}

function textButton(text, act) {
  const button = make("button", "quiet", text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

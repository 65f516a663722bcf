// The sheet beside the matrix: one paper's abstract, with the sentence behind a cell.

import { make, marksWithin, smallButton, spansOf, within } from "../shared/dom.js";

export class Sheet {
  /** `root` is the page, `node` the sheet. */
  constructor(root, node) { Object.assign(this, { root, node, cell: null }); }

  get isOpen() { return !this.node.hidden; }

  /** Shows what a cell of `aspect` says; of a cell without one (the paper's own), the abstract alone. */
  open(cell, aspect, { title, abstract }) {
    this.cell?.classList.remove("open-cell");
    this.cell = cell;
    cell.classList.add("open-cell");
    const top = make("div", "top"), text = make("p", "abstract"), spans = spansOf(cell);
    top.append(make("h3", "", title), smallButton("Close", "×", () => this.close()));
    text.innerHTML = abstract;
    for (const mark of marksWithin(within(text).all("mark"), spans)) mark.classList.add("lit");
    this.node.replaceChildren(top, ...(aspect ? [valueOf(cell, aspect, spans.length > 0)] : []), text);
    this.node.hidden = false;
    this.root.classList.add("with-sheet");
    this.node.querySelector("mark.lit")?.scrollIntoView({ block: "nearest" });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  close() {
    const { cell, node } = this, focused = node.contains(document.activeElement);
    node.hidden = true;
    this.root.classList.remove("with-sheet");
    cell?.classList.remove("open-cell");
    if (cell?.isConnected && focused) cell.focus();
    this.cell = null;
  }

  /** Closes it if its cell is no longer in the table. */
  check() { if (this.cell && !this.cell.isConnected) this.close(); }
}

function valueOf(cell, aspect, stated) {
  const node = make("div", "said"), value = make("p");
  if (stated) value.innerHTML = cell.innerHTML;
  else value.textContent = "Not stated in the abstract.";
  node.append(make("h4", "", aspect), value, make("p", "why", cell.querySelector(".mark")?.title ?? ""));
  return node;
}

// What one does with cells of the Compare page: look at the sentence behind one, pin it, write over it.

import { pinQuotes } from "../shared/pinning.js";
import { editCell } from "./editing.js";

/** `page` has the state and the comparison, the matrix, the sheet and the corrections. */
export class Cells {
  constructor(page) { this.page = page; }

  /** Shows the abstract behind a cell; one that is not `wanted` only replaces an abstract that is shown. */
  open(cell, wanted) {
    const { state, sheet, matrix } = this.page;
    if (!cell || (!wanted && !sheet.isOpen)) return;
    const row = state.rows.find(({ key }) => key === cell.parentNode.dataset.key);
    if (!row) return;
    sheet.open(cell, matrix.aspectOf(cell), row);
    pinQuotes(sheet.node, this.quotesOf(cell));
  }

  /** The cell as it is in the comparison; undefined for a paper's own. */
  of(cell) {
    const { comparison, matrix } = this.page, paper = cell.parentNode.dataset.key, aspect = matrix.aspectOf(cell);
    return comparison.cells.find((one) => one.paper_id === paper && one.aspect === aspect);
  }

  /** The quotes behind a cell, to be pinned; the paper's own cell has none. */
  quotesOf(cell) {
    const { comparison, matrix } = this.page, paper = cell.parentNode.dataset.key;
    const title = comparison.papers.find((one) => one.paper_id === paper)?.title ?? "";
    return (this.of(cell)?.quotes ?? []).map((quote) => ({ ...quote, paper, title, question: matrix.aspectOf(cell) }));
  }

  edit(cell) {
    const found = cell && this.of(cell), { matrix } = this.page;
    if (!found || cell.classList.contains("editing")) return;
    const row = matrix.data.find(({ key }) => key === found.paper_id), { html } = row.cells[found.aspect];
    editCell(cell, {
      label: `${found.aspect} of ${row.title}`,
      value: found.corrected ?? found.value,
      done: (words) => {
        matrix.renew(cell, html);
        if (words !== null) this.correct(cell, words === found.value ? null : words);
      },
    });
  }

  /** Writes over a cell; null puts back what was found. */
  async correct(cell, words) {
    const { corrections, sheet } = this.page, { paper_id: paper, aspect } = this.of(cell);
    corrections.set(paper, aspect, words);
    await this.write(paper, aspect, words);
    if (sheet.cell === cell) this.open(cell, true);
    this.page.save();
  }

  async write(paper, aspect, words) {
    const { page } = this, { cells } = page.comparison, at = cells.findIndex((one) => one.paper_id === paper && one.aspect === aspect);
    const answer = await page.ask("correct_cell", { cell: JSON.stringify(cells[at]), words });
    if (!answer || page.comparison.cells !== cells) return;
    cells[at] = answer.cell;
    page.state.rows.find(({ key }) => key === paper).cells[page.state.aspects.indexOf(aspect)] = answer.view;
    page.matrix.paint(page.state);
  }

  /** Writes again what was written while a comparison ran. */
  async mend() { for (const one of this.page.corrections.missing(this.page.comparison)) await this.write(...one); }
}

// What one does with cells of the Compare page: look at the sentence behind one, pin it, write over it.

import { pinQuotes } from "../shared/pinning.js";
import { editCell } from "./editing.js";

/** `page` has the table, the matrix, the sheet and the corrections. */
export class Cells {
  constructor(page) { this.page = page; }

  /** Shows the abstract behind a cell; one that is not `wanted` only replaces an abstract that is shown. */
  open(cell, wanted) {
    const { table, sheet, matrix } = this.page;
    if (!cell || (!wanted && !sheet.isOpen)) return;
    const row = table?.rows.find(({ key }) => key === cell.parentNode.dataset.key);
    if (!row) return; // it is still to be read
    sheet.open(cell, matrix.aspectOf(cell), row);
    pinQuotes(sheet.node, this.quotesOf(cell));
  }

  /** The cell as it is in the comparison; undefined for a paper's own. */
  of(cell) {
    const { table, matrix } = this.page, row = table?.rows.find(({ key }) => key === cell.parentNode.dataset.key);
    return row?.found.find(({ aspect }) => aspect === matrix.aspectOf(cell));
  }

  /** The quotes behind a cell, to be pinned; the paper's own cell has none. */
  quotesOf(cell) {
    const { table, matrix } = this.page, paper = cell.parentNode.dataset.key;
    const { title } = table.rows.find(({ key }) => key === paper).paper;
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
    const { page } = this, at = page.table.aspects.indexOf(aspect), row = page.table.rows.find(({ key }) => key === paper);
    const answer = await page.ask("correct_cell", { cell: JSON.stringify(row.found[at]), words });
    if (!answer || !page.table.rows.includes(row)) return;
    [row.found[at], row.cells[at]] = [answer.cell, answer.view];
    page.matrix.paint(page.table);
  }

  /** Writes again what was written while a comparison ran. */
  async mend() { for (const one of this.page.corrections.missing(this.page.comparison())) await this.write(...one); }
}

// The table as it grows: updates of ui/web/views/comparison.py, put together. Plain data.

/** A table without rows. */
export const EMPTY = { aspects: [], rows: [], summary: "", foot: "", rest: {} };

/** A table after an update: the rows that the update has not are those of before. */
export function grown(table, { aspects, keys, rows, summary, foot, rest }) {
  const known = new Map([...table.rows, ...rows].map((row) => [row.key, row]));
  return { aspects, rows: keys.map((key) => known.get(key)), summary, foot, rest };
}

/** A table with a row for each of `papers` ({id, title}) and a cell for each of `columns`: what `table` has not is pending. */
export function withPending(table, papers, columns) {
  const known = new Map(table.rows.map((row) => [row.key, row])), place = new Map(table.aspects.map((aspect, at) => [aspect, at]));
  const rows = papers.map(({ id, title }) => {
    const row = known.get(id) ?? pendingRow(id, title);
    return { ...row, cells: columns.map((column) => row.cells[place.get(column)] ?? pendingCell()) };
  });
  return { ...table, aspects: columns, rows };
}

/** The shape of a comparison that the server is still to render, with what its rows are sorted and filtered by. */
export function shapeOf({ papers, aspects, cells }) {
  const rows = papers.map(({ paper_id: id, title }, at) => {
    const own = cells.slice(at * aspects.length, (at + 1) * aspects.length);
    const known = ({ status, value, corrected }) => pendingCell((corrected ?? null) === null ? status : "corrected", corrected ?? value);
    return { ...pendingRow(id, title), cells: aspects.map((_, place) => (own[place] ? known(own[place]) : pendingCell())) };
  });
  return { ...EMPTY, aspects, rows };
}

/** Rows and cells as the server sends them, without HTML. */
const pendingRow = (key, title) => ({ key, head: null, written: true, paper: { title }, cells: [] });
const pendingCell = (status = "pending", value = "") => (
  { html: null, status, value, spans: "", see: "", stance: "", verdict: "", measures: [] });

/** The keys of rows that a language model has not written to their ends. */
export const draftsOf = ({ rows }) => rows.filter(({ written }) => !written).map(({ key }) => key);

/** A comparison without some of its papers: what of it need not be read again; null if nothing is left. */
export function without(comparison, keys) {
  if (!comparison || !keys.length) return comparison;
  const gone = new Set(keys), papers = comparison.papers.filter((paper) => !gone.has(paper.paper_id));
  const cells = comparison.cells.filter((cell) => !gone.has(cell.paper_id));
  return papers.length ? { ...comparison, papers, cells, summary: [] } : null;
}

/** The comparison in a table, as `compare --format json` prints it. */
export function comparisonOf({ aspects, rows, rest }) {
  return { ...rest, aspects, papers: rows.map(({ paper }) => paper), cells: rows.flatMap(({ found }) => found) };
}

/** The comparison with only these of its papers and columns, in this order; without its summary if papers are left out. */
export function partOf(comparison, keys, columns) {
  const place = (paper, aspect) => JSON.stringify([paper, aspect]);
  const known = new Map(comparison.papers.map((paper) => [paper.paper_id, paper]));
  const cells = new Map(comparison.cells.map((cell) => [place(cell.paper_id, cell.aspect), cell]));
  const papers = keys.filter((key) => known.has(key)), aspects = columns.filter((column) => comparison.aspects.includes(column));
  return {
    ...comparison, aspects, papers: papers.map((key) => known.get(key)),
    cells: papers.flatMap((key) => aspects.map((aspect) => cells.get(place(key, aspect)))),
    summary: papers.length === known.size ? comparison.summary : [],
  };
}

/** Reads a log, of which only the end is new: `read(log)` resolves to the updates since the last call. */
export class LogReader {
  #at = 0;

  read(log) {
    const end = log.lastIndexOf("\n") + 1, lines = log.slice(this.#at, end).split("\n").filter(Boolean);
    this.#at = Math.max(this.#at, end);
    return lines.map((line) => JSON.parse(line));
  }
}

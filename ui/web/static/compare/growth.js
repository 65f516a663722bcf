// The table as it grows: updates of ui/web/views/comparison.py, put together. Plain data.

/** A table without rows. */
export const EMPTY = { aspects: [], rows: [], summary: "", foot: "", rest: {} };

/** A table after an update: the rows that the update has not are those of before. */
export function grown(table, { aspects, keys, rows, summary, foot, rest }) {
  const known = new Map([...table.rows, ...rows].map((row) => [row.key, row]));
  return { aspects, rows: keys.map((key) => known.get(key)), summary, foot, rest };
}

/** The comparison in a table, as `compare --format json` prints it. */
export function comparisonOf({ aspects, rows, rest }) {
  return { ...rest, aspects, papers: rows.map(({ paper }) => paper), cells: rows.flatMap(({ found }) => found) };
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

// The lines of the table: which rows are shown, in which order, under which headings. A row is {order, text, cells}: its place
// in the comparison, the text of the whole row, and its cells by the name of their aspect, {value, text, status, stance,
// measures}; "" is the cell of the paper itself. A measure is {kind, value, text}; those of one kind were measured alike.

const STATES = { stated: "Stated", corrected: "Corrected by you", not_stated: "Not stated", pending: "Being read" };
const OTHERS = "Other values", NONE = "Not stated";
const UNKNOWN = "Metric and data set not named", NO_NUMBER = "No number";

/** The rows that are shown, in order, as [{heading, count, folded}] before the [{row}] of each group. */
export function linesOf(rows, view) {
  const shown = rows.filter((row) => passes(row, view)), sorted = sortRows(shown, view.sort);
  const { sort, group } = view, grouped = rows.some(({ cells }) => group && cells[group]);
  const groups = sort?.numbers ? byKind(shown, sort) : grouped ? byValue(sorted, group) : null;
  if (!groups) return sorted.map((row) => ({ row }));
  return groups.flatMap(({ heading, rows: own }) => {
    const folded = view.folded.includes(heading);
    return [{ heading, count: own.length, folded }, ...(folded ? [] : own.map((row) => ({ row })))];
  });
}

/** Whether a row is shown. Filters on columns that the comparison does not have are ignored. */
export function passes({ text, cells }, { filters, words }) {
  const contains = (whole, part) => whole.toLowerCase().includes(part.toLowerCase());
  if (words && !contains(text, words)) return false;
  return Object.entries(filters).every(([aspect, { only, has }]) => {
    const cell = cells[aspect];
    return !cell || ((!only || isOf(cell, only)) && (!has || contains(cell.text, has)));
  });
}

/** What a reader has written counts as stated, too. */
function isOf({ status, value }, only) {
  return only === (status === "corrected" && only !== "corrected" ? (value ? "stated" : "not_stated") : status);
}

/** The rows in the order of `sort` ({aspect, way} or null); empty cells come last both ways. */
export function sortRows(rows, sort) {
  const sorted = [...rows].sort((a, b) => a.order - b.order);
  if (!sort || sort.numbers) return sorted;
  const value = (row) => row.cells[sort.aspect]?.value.toLowerCase() ?? "";
  return sorted.sort((a, b) => !value(a) - !value(b) || sort.way * value(a).localeCompare(value(b)));
}

/** The measure of each row by which it is ranked: the one of the kind that most rows have. As a Map from rows. */
export function measuresOf(rows, aspect) {
  const counts = new Map(), kindsOf = (row) => new Set((row.cells[aspect]?.measures ?? []).map(({ kind }) => kind));
  for (const row of rows) for (const kind of kindsOf(row)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const best = (a, b) => (counts.get(b.kind) > counts.get(a.kind) ? b : a);
  return new Map(rows.map((row) => [row, (row.cells[aspect]?.measures ?? []).reduce((a, b) => (a ? best(a, b) : b), null)]));
}

/** Rows by what was measured, ranked only within one kind; those without a number come last. */
function byKind(rows, { aspect, way }) {
  const chosen = measuresOf(rows, aspect), groups = gather(sortRows(rows, null), (row) => chosen.get(row)?.kind ?? null);
  const last = (kind) => (kind === null ? 2 : kind.includes(" · ") ? 0 : 1);
  return groups
    .sort((a, b) => last(a.key) - last(b.key) || b.rows.length - a.rows.length)
    .map(({ key, rows: own }) => ({
      heading: key === null ? NO_NUMBER : key || UNKNOWN,
      rows: key === null ? own : own.sort((a, b) => way * (chosen.get(a).value - chosen.get(b).value)),
    }));
}

/** Rows by what a column says: by its values where papers share some, else by whether it is stated. */
export function byValue(rows, aspect) {
  const cell = (row) => row.cells[aspect], known = new Map();
  const valueOf = (row) => cell(row).value.trim().toLowerCase();
  for (const row of rows) if (valueOf(row)) known.set(valueOf(row), [...(known.get(valueOf(row)) ?? []), cell(row).value]);
  const shared = (row) => cell(row).stance || known.get(valueOf(row))?.length > 1;
  const states = Object.values(STATES), inPlace = (a, b) => states.indexOf(a.key) - states.indexOf(b.key);
  if (!rows.some(shared)) return named(gather(rows, (row) => STATES[cell(row).status]).sort(inPlace));
  const heading = (row) => (!valueOf(row) ? NONE : shared(row) ? known.get(valueOf(row))[0] : OTHERS);
  const last = ({ key }) => [OTHERS, NONE].indexOf(key);
  return named(gather(rows, heading).sort((a, b) => last(a) - last(b) || b.rows.length - a.rows.length));
}

const named = (groups) => groups.map(({ key, rows }) => ({ heading: key, rows }));

function gather(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    if (!groups.has(key)) groups.set(key, { key, rows: [] });
    groups.get(key).rows.push(row);
  }
  return [...groups.values()];
}

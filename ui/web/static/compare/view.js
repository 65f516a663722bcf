// The view of the matrix: its order, its filters, its hidden columns, and the cell that the keyboard is
// at. A row is {order, text, cells}: its place in the comparison, the text of the whole row, and its cells by the
// name of their aspect, {value, text, status}; "" is the cell of the paper itself.

/** A view that shows everything; `filters` are {only, has} by aspect: a status, and a text that is contained. */
export const newView = () => ({ sort: null, filters: {}, hidden: [], words: "" });

/** The rows in the order of `sort` ({aspect, way} or null); empty cells come last both ways. */
export function sortRows(rows, sort) {
  const sorted = [...rows].sort((a, b) => a.order - b.order);
  if (!sort) return sorted;
  const value = (row) => row.cells[sort.aspect]?.value.toLowerCase() ?? "";
  return sorted.sort((a, b) => !value(a) - !value(b) || sort.way * value(a).localeCompare(value(b)));
}

/** Whether a row is shown. Filters on columns that the comparison does not have are ignored. */
export function passes({ text, cells }, { filters, words }) {
  const contains = (whole, part) => whole.toLowerCase().includes(part.toLowerCase());
  if (words && !contains(text, words)) return false;
  return Object.entries(filters).every(([aspect, { only, has }]) => {
    const cell = cells[aspect];
    return !cell || ((!only || cell.status === only) && (!has || contains(cell.text, has)));
  });
}

/** The filters with a change to the one on `aspect`; a filter that filters nothing is left out. */
export function changeFilter(filters, aspect, change) {
  const { [aspect]: before, ...others } = filters, filter = { ...before, ...change };
  return filter.only || filter.has ? { ...others, [aspect]: filter } : others;
}

/** What differs from a new view, as [{label, text, change}]: `change` is what undoes it. */
export function describeView({ sort, filters, hidden }, aspects) {
  const ofColumns = hidden.filter((aspect) => aspects.includes(aspect)).map((aspect) => (
    { label: `Show ${aspect}`, text: `${aspect} hidden`, change: { hidden: hidden.filter((other) => other !== aspect) } }));
  const ofFilters = Object.entries(filters).map(([aspect, { only, has }]) => {
    const what = [only?.replace("_", " "), has && `“${has}”`].filter(Boolean).join(", ");
    const change = { filters: changeFilter(filters, aspect, { only: "", has: "" }) };
    return { label: `Remove the filter on ${aspect}`, text: `${aspect || "Paper"}: ${what}`, change };
  });
  const ofSort = sort ? [{
    label: "Back to the order of the papers",
    text: `by ${sort.aspect || "paper"} ${sort.way > 0 ? "A–Z" : "Z–A"}`,
    change: { sort: null },
  }] : [];
  return [...ofColumns, ...ofFilters, ...ofSort];
}

const PAGE = 8; // rows of PageUp and PageDown

/**
 * Where a key leads from [row, column], or undefined for any other key. Row -1 is the head; `rows` and `columns`
 * are the numbers of those that are shown.
 */
export function nextCell({ key, ctrlKey = false }, [row, column], { rows, columns }) {
  const to = {
    ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
    Home: [ctrlKey ? 0 : row, 0], End: [ctrlKey ? rows - 1 : row, columns - 1],
    PageUp: [row - PAGE, column], PageDown: [row + PAGE, column],
  }[key];
  return to && clampCell(to, { rows, columns });
}

/** The nearest cell to [row, column] that is shown. */
export function clampCell([row, column], { rows, columns }) {
  return [Math.max(-1, Math.min(row, rows - 1)), Math.max(0, Math.min(column, columns - 1))];
}

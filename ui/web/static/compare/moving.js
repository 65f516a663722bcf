// Where the keys lead in the table.

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

/** What a key does to the column whose head has the focus: {move} by places, {wider} by pixels, or undefined. */
export function columnKey({ key, altKey = false, shiftKey = false }) {
  const way = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (!way || altKey === shiftKey) return undefined;
  return altKey ? { move: way } : { wider: 24 * way };
}

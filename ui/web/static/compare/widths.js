// How wide the columns are: by what stands in them, or as the reader has drawn them. In pixels.

export const NARROWEST = 96, WIDEST = 640, PAPER = 252;
const FEW = 116, MUCH = 268; // of a column with hardly any words, and of one with whole clauses
const LETTER = 7.2, LINES = 2; // pixels of a letter; lines of a compact cell

export const clampWidth = (width) => Math.round(Math.max(NARROWEST, Math.min(width, WIDEST)));

/** The width in which most of the `texts` take two lines, and the heading one or two. */
export function fitWidth(heading, texts) {
  const lengths = texts.map((text) => text.length).sort((a, b) => a - b), most = lengths[Math.floor(lengths.length * 0.8)] ?? 0;
  const wanted = Math.max((most * LETTER) / LINES, (heading.length * LETTER) / LINES) + 48;
  return clampWidth(Math.max(FEW, Math.min(wanted, MUCH)));
}

/**
 * The widths of `columns` ([{name, texts}]): the reader's own stay, the others share what is left of `room` if there is
 * more than they need.
 */
export function columnWidths(columns, own, room) {
  const fitted = columns.map(({ name, texts }) => own[name] ?? fitWidth(name, texts));
  const loose = columns.map(({ name }) => own[name] === undefined), sum = fitted.reduce((a, b) => a + b, 0);
  const spare = room - sum, count = loose.filter(Boolean).length;
  if (spare <= 0 || !count) return fitted;
  return fitted.map((width, at) => (loose[at] ? width + Math.floor(spare / count) : width));
}

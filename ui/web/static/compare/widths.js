// How wide the columns are: by what stands in them, or as the reader has drawn them. In pixels.

export const PAPER = 252;
const NARROWEST = 96, WIDEST = 640;
const FEW = 116, SOME = 190, MUCH = 268; // of a column with hardly any words, with a clause here and there, and with many
const LETTER = 7.2, BOLD = 8.2, LINES = 2, LINE = 19; // pixels of a letter and of one in a heading; lines of a compact cell

export const USUAL = "x".repeat(60); // in place of what is not read yet: a text that takes the room of most

export const clampWidth = (width) => Math.round(Math.max(NARROWEST, Math.min(width, WIDEST)));

/** The width in which most of the `texts` take two lines, and the heading one or two. */
export function fitWidth(heading, texts) {
  const lengths = texts.map((text) => text.length).sort((a, b) => a - b), most = lengths[Math.floor(lengths.length * 0.8)] ?? 0;
  const takes = (length) => (length * LETTER) / LINES + 48;
  const rare = Math.min(takes(lengths.at(-1) ?? 0), SOME); // a long text among empty cells gets some room, too
  const word = Math.max(...heading.split(/\s+/).map((one) => one.length)) * BOLD + 44;
  return clampWidth(Math.max(FEW, Math.min(word, MUCH), Math.min(takes(heading.length), SOME), rare, Math.min(takes(most), MUCH)));
}

/** How many lines a compact cell has where `height` pixels are there for `rows` rows. */
export function linesFor(rows, height) {
  return Math.max(2, Math.min(6, Math.floor((height / Math.max(rows, 1) - 13) / LINE)));
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

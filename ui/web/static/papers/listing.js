// Which papers the table shows, in which order, and how many. A paper is named by its place in the table.

import { counted, inEnglish } from "../shared/numbers.js";

/**
 * The places in the order of `sort` ({by, way} or null: as they are); `ranks` has each paper's among all titles, and
 * `rankOf(by, at)` gives it for what the reader has marked.
 */
export function sortPapers(places, sort, ranks, rankOf) {
  const marked = (a, b) => rankOf(sort.by, a) - rankOf(sort.by, b);
  const compare = {
    title: (a, b) => ranks[a] - ranks[b],
    order: (a, b) => a - b,
    starred: marked,
    unread: marked,
  }[sort?.by];
  return compare ? [...places].sort((a, b) => sort.way * compare(a, b)) : places;
}

/**
 * The sort after a click on a column: up, down, and back to null. The order of the source begins with down,
 * because it is already up; but while one searches, null is the best match first.
 */
export function nextSort(sort, by, searching) {
  if (sort?.by !== by) return { by, way: by === "order" && !searching ? -1 : 1 };
  return sort.way > 0 ? { by, way: -1 } : null;
}

/** The value of `aria-sort` for a column. */
export function ariaSort(by, sort, searching) {
  if (!sort) return by === "order" && !searching ? "ascending" : "none";
  if (sort.by !== by) return "none";
  return sort.way > 0 ? "ascending" : "descending";
}

const papersOf = (count) => counted(count, "paper");

/** "3 of 83 papers", or of a search for `text`: "2 papers with this word, 4 papers near in meaning". */
export function describeShown(places, total, near, text) {
  if (!near) return places.length === total ? papersOf(total) : `${inEnglish(places.length)} of ${papersOf(total)}`;
  const similar = places.filter((at) => near.has(at)).length, exact = places.length - similar;
  return [
    exact && `${papersOf(exact)} with ${/\s/.test(text) ? "these words" : "this word"}`,
    similar && `${papersOf(similar)} near in meaning`,
  ].filter(Boolean).join(", ");
}

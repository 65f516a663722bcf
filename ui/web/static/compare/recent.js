// Comparisons that were put away, newest first, stored in this browser.

import { recall, store } from "../shared/storage.js";
import { shortTitle } from "../shared/titles.js";

const KEY = "paperchat.compare.recent.1"; // [{id, when, name, papers, columns, saved}]; `saved` is what the page stores
const MOST = 12;

export class Recent {
  constructor(storage) { this.given = storage; }

  get storage() { return this.given ?? localStorage; }

  list() {
    const stored = recall(KEY, [], this.storage);
    return Array.isArray(stored) ? stored.filter((one) => one?.id && one.saved?.comparison) : [];
  }

  /** Puts a comparison away. Where there is no room, the oldest ones go; false if there is no room for this one. */
  add(saved, when = Date.now()) {
    const { papers, aspects } = saved.comparison, name = nameOf(papers.map(({ title }) => title));
    const one = { id: when.toString(36), when, name, papers: papers.length, columns: aspects.length, saved };
    let list = [one, ...this.list().filter((other) => !same(other, one))].slice(0, MOST);
    while (list.length && !store(KEY, list, this.storage)) list = list.slice(0, -1);
    return list.length > 0;
  }

  /** Takes a comparison out of the list; undefined if it is not there any more. */
  take(id) {
    const list = this.list(), found = list.find((one) => one.id === id);
    store(KEY, list.filter((one) => one !== found), this.storage);
    return found?.saved;
  }
}

/** Two comparisons of the same papers by the same columns are one. */
function same(one, other) {
  const key = ({ saved: { comparison } }) => JSON.stringify([comparison.papers.map((paper) => paper.paper_id), comparison.aspects]);
  return key(one) === key(other);
}

/** A comparison's name: those of its first papers. */
export function nameOf(titles) {
  const [first = "", second = ""] = titles.map(shortTitle), more = titles.length - 2;
  return [first, second].filter(Boolean).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** How long ago something was, in words. */
export function ago(when, now = Date.now()) {
  const minutes = Math.round((now - when) / 60_000), units = [["day", 1440], ["hour", 60], ["minute", 1]];
  const [unit, size] = units.find(([, least]) => minutes >= least) ?? [];
  if (!unit) return "just now";
  const number = Math.floor(minutes / size);
  return `${number} ${unit}${number === 1 ? "" : "s"} ago`;
}

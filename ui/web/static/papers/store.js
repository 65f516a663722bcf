// The rows of the table that the browser has, and asking the server for others. A row is {at, id, title, opening,
// url, host, drawn}; `at` is its paper's place in the table.

const MOST = 4000; // rows that are kept, whatever the table has
const AT_ONCE = 200; // rows of one request, fewer than ui/web/pages/papers.py allows
const IDS_AT_ONCE = 1000; // ids of one request, as many as ui/web/pages/papers.py allows
const PAUSE = 25; // milliseconds, in which requests for single rows are gathered
const AGAIN = 3000; // milliseconds, until rows that did not come are asked for again

export class RowStore {
  /** `onRows(places)` is called when rows have come; `isWanted(at)` says whether a row is still needed. */
  constructor({ ask, onRows, isWanted, onOutdated }) {
    Object.assign(this, { ask, onRows, isWanted, onOutdated, key: null, rows: new Map(), wanted: new Set(), busy: false });
  }

  /** Begins with another table. */
  open({ key, rows }) {
    this.key = key;
    this.rows.clear();
    this.wanted.clear();
    this.add(rows);
  }

  get(at) { return this.rows.get(at); }

  /** The row at a place; an empty one, which is asked for, if it is not here. */
  row(at) {
    if (!this.rows.has(at)) this.want(at);
    return this.get(at) ?? { at, title: "…", opening: "", url: "", host: "", drawn: null };
  }

  add(rows) {
    for (const row of rows) { this.rows.delete(row.at); this.rows.set(row.at, row); } // the newest come last
    for (const at of this.rows.keys()) {
      if (this.rows.size <= MOST) break;
      this.rows.delete(at);
    }
  }

  /** Asks for a row soon, together with others. */
  want(at) {
    this.wanted.add(at);
    if (!this.busy) { this.busy = true; setTimeout(() => this.gather(), PAUSE); }
  }

  async gather() {
    const places = [...this.wanted].filter((at) => this.isWanted(at)).slice(0, AT_ONCE);
    this.wanted.clear(); // what is left out is asked for again when it is painted
    if (places.length && !await this.load(places)) await new Promise((done) => { setTimeout(done, AGAIN); });
    this.busy = false;
    if (places.length) this.onRows(places);
    if (this.wanted.size) this.want(this.wanted.values().next().value);
  }

  /** The rows at some places; null if the table is outdated or the server does not answer. */
  async load(places) {
    const { key } = this, found = new Map();
    const missing = places.filter((at) => { const row = this.get(at); if (row) found.set(at, row); return !row; });
    for (let start = 0; start < missing.length; start += AT_ONCE) {
      const answer = await this.ask("show_rows", { key, places: missing.slice(start, start + AT_ONCE) });
      if (!answer || key !== this.key) return null;
      if (answer.key !== key) { this.onOutdated(); return null; }
      for (const row of answer.rows) found.set(row.at, row);
      this.add(answer.rows);
    }
    return places.map((at) => found.get(at));
  }
}

/** [[id, place]] of those of these papers that are in the table. */
export async function placesOf(ids, ask) {
  const found = [];
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const answer = await ask("place_papers", { ids: ids.slice(start, start + IDS_AT_ONCE) });
    found.push(...(answer?.ids ?? []).map((id, at) => [id, answer.places[at]]));
  }
  return found;
}

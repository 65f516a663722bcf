// The ids of the chosen papers, by which they are found again when the page is loaded again or papers are added.

export const MOST_KEPT = 1000; // papers; of more, none is

export class Chosen {
  /** `ids` are those that were kept; `store` (store.js) has the ids of the table's rows. */
  constructor(store, ids) { Object.assign(this, { store, ids }); }

  /** Keeps the papers at some places. */
  async keep(places) {
    const mine = (this.places = places), { key } = this.store;
    const rows = places.length > MOST_KEPT ? [] : await this.store.load(places);
    if (rows && mine === this.places && key === this.store.key) this.ids = rows.map((row) => row.id);
  }
}

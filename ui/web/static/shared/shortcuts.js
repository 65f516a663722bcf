// Which keyboard shortcuts there are.

/** Shortcuts by page: {key, what, act}. One without `act` is only listed; something else handles it. */
export class Shortcuts {
  static EVERYWHERE = "";

  #lists = new Map();

  add(page, list) { this.#lists.set(page, [...(this.#lists.get(page) ?? []), ...list]); }

  /** Those of a page, then those that work on every page. */
  of(page) { return [page, Shortcuts.EVERYWHERE].flatMap((name) => this.#lists.get(name) ?? []); }

  /** The shortcut that a key starts on a page, or undefined. */
  find(page, pressed) { return this.of(page).find(({ key, act }) => act && key === pressed); }
}

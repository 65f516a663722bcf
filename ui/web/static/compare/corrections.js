// What the reader has written over cells, by paper and column. Plain data, stored with the comparison.

export class Corrections {
  #words = new Map(); // key -> [paper, aspect, words]

  /** As the server takes them: [[paper, aspect, words]]. */
  list() { return [...this.#words.values()]; }

  get size() { return this.#words.size; }

  of(paper, aspect) { return this.#words.get(keyOf(paper, aspect))?.[2] ?? null; }

  /** Writes over a cell; null puts back what was found. */
  set(paper, aspect, words) {
    if (words === null) this.#words.delete(keyOf(paper, aspect));
    else this.#words.set(keyOf(paper, aspect), [paper, aspect, words]);
  }

  /** Becomes a stored list; whatever else is stored counts as none. */
  take(list) {
    this.#words.clear();
    const isOne = (one) => Array.isArray(one) && one.length === 3 && one.every((part) => typeof part === "string");
    for (const one of Array.isArray(list) ? list : []) if (isOne(one)) this.set(...one);
  }

  /** Becomes those of a comparison that somebody saved. */
  takeFrom({ cells }) {
    this.take(cells.filter(({ corrected }) => typeof corrected === "string").map((cell) => [cell.paper_id, cell.aspect, cell.corrected]));
  }

  /** The places, [paper, aspect, words], where a comparison does not have them. */
  missing({ cells }) {
    const there = new Map(cells.map((cell) => [keyOf(cell.paper_id, cell.aspect), cell]));
    return this.list().filter(([paper, aspect, words]) => {
      const cell = there.get(keyOf(paper, aspect));
      return cell && cell.corrected !== words;
    });
  }
}

const keyOf = (paper, aspect) => JSON.stringify([paper, aspect]);

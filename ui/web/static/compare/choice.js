// The choice of what to compare: papers, aspects and statements. Plain data, without the page.

export const FEWEST = 2; // papers of a comparison
export const MOST = 50;
const VERDICTS = ["supports", "contradicts", "unclear"]; // the values of a statement's cells

/** `papers` are {id, title} in order; `aspects` are {name, on, statement}, of which `defaults` always exist. */
export class Choice {
  constructor(defaults) {
    Object.assign(this, { defaults, papers: [] });
    this.aspects = this.fresh();
  }

  /** The columns of a new comparison. */
  fresh() { return this.defaults.map((name) => ({ name, on: true })); }

  get ids() { return this.papers.map((paper) => paper.id); }
  get hasPapers() { return this.papers.length >= FEWEST && this.papers.length <= MOST; }
  /** How many papers are too many. */
  get excess() { return Math.max(0, this.papers.length - MOST); }
  get isComplete() { return !this.lack; }

  /** What stands in the way of a comparison, in words; "" if nothing does. */
  get lack() {
    const { length } = this.papers;
    if (length > MOST) return `${length} papers are chosen, ${MOST} can be compared`;
    if (length < FEWEST) return length ? "Add another paper" : "Add two papers or more";
    return this.aspects.some((aspect) => aspect.on) ? "" : "Choose a column";
  }

  /** The names of the chosen aspects, or of the chosen statements. */
  columns(statements) { return this.aspects.filter((a) => a.on && Boolean(a.statement) === statements).map((a) => a.name); }

  /** Equal for equal choices. */
  key() { return JSON.stringify([this.ids, this.columns(false), this.columns(true)]); }

  /** Those of `papers` that are not chosen yet. */
  others(papers) {
    const chosen = new Set(this.ids);
    return papers.filter((paper) => !chosen.has(paper.id));
  }

  add(papers) { this.papers.push(...this.others(papers)); }
  keepMost() { this.papers = this.papers.slice(0, MOST); }
  remove(paper) { this.papers = this.papers.filter((other) => other !== paper); }

  /** Chooses an aspect, which is added if there is none of that name. */
  addAspect(name, statement = false) {
    const same = this.aspects.find((aspect) => aspect.name.toLowerCase() === name.toLowerCase());
    if (same) same.on = true;
    else this.aspects.push({ name, statement, on: true });
  }

  removeAspect(aspect) { this.aspects = this.aspects.filter((other) => other !== aspect); }
  isDefault(aspect) { return this.defaults.includes(aspect.name); }

  /** Becomes the choice that a saved comparison was made from; `names` are its columns. */
  take(comparison, names) {
    const known = new Map(this.aspects.map((aspect) => [aspect.name, aspect]));
    this.papers = comparison.papers.map((paper) => ({ id: paper.paper_id, title: paper.title }));
    this.aspects = [...this.defaults, ...names.filter((name) => !this.defaults.includes(name))]
      .map((name) => ({ statement: isStatement(comparison, name), ...known.get(name), name, on: names.includes(name) }));
  }
}

/** Whether a column is a statement's. A file does not say so, but the values of its cells do. */
export function isStatement({ cells }, name) {
  const stated = cells.filter((cell) => cell.aspect === name && cell.status === "stated");
  return stated.length > 0 && stated.every(({ value }) => VERDICTS.includes(value));
}

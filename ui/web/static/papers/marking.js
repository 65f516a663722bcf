// The reader's marks in the table: which papers have them, by place, and what one can show them by.

import { make } from "../shared/dom.js";
import { marks, NONE } from "../shared/marks.js";
import { inEnglish } from "../shared/numbers.js";
import { Undo } from "./undo.js";

const TAG = "tag:";

/** Whether a mark fits what the reader chose to see: "starred", "unread", "read", "noted", or "tag:" and a tag. */
export function fits(mark, wanted) {
  if (wanted.startsWith(TAG)) return mark.tags.some((tag) => tag.toLowerCase() === wanted.slice(TAG.length).toLowerCase());
  return { starred: mark.starred, unread: !mark.read, read: mark.read, noted: Boolean(mark.note) }[wanted] ?? true;
}

export class Marking {
  /** `page` is the Papers page. */
  constructor(page) {
    const select = page.find(".marked");
    Object.assign(this, { page, select, places: new Map(), byPlace: new Map(), count: 0, wanted: "" });
    this.undo = new Undo(page.find(".told"), page.say);
    select.addEventListener("change", () => { this.wanted = select.value; page.show(); });
    marks.onChange((ids) => this.take(ids));
  }

  /** Asks the server for the marks, which another window may have changed. */
  async load() {
    const failure = await marks.load(this.page.call);
    if (failure) this.page.say(failure);
  }

  change(ids, change, words) { return this.undo.change(ids, change, words); }

  /** Turns a mark of a paper on or off: of the one at a place, or of the open one, or of the one that the keyboard is at. */
  async toggle(name, at) {
    const { reader, rows, store } = this.page, place = at ?? (reader.isOpen ? reader.at : rows.key());
    const [row] = place === undefined ? [] : await store.load([place]) ?? [];
    if (row) await this.change([row.id], { [name]: !marks.get(row.id)[name] });
  }

  /** Changes all chosen papers; `words` say what was done. */
  async changeChosen(change, words) {
    const { page } = this, papers = await page.papersAt(page.selection.places());
    if (papers) await this.change(papers.map(({ id }) => id), change, words);
  }

  /** Begins with another table of `count` papers. */
  async open(count) {
    this.places.clear();
    this.count = count;
    await this.take();
  }

  at(place) { return this.byPlace.get(place) ?? NONE; }

  passes(place) { return !this.wanted || fits(this.at(place), this.wanted); }

  /** How a paper sorts: those with a star first, or those that are unread. */
  rank(by, place) { return by === "starred" ? Number(!this.at(place).starred) : Number(this.at(place).read); }

  /** Takes over the marks of these papers, or of all. */
  async take(ids) {
    if (!this.count) return;
    const wanted = ids ?? marks.entries().map(([id]) => id);
    const unknown = wanted.filter((id) => !this.places.has(id));
    for (const [id, place] of unknown.length ? await this.page.pairsOf(unknown) : []) this.places.set(id, place);
    if (!ids) this.byPlace.clear();
    for (const id of wanted) {
      const place = this.places.get(id);
      if (place === undefined) continue;
      if (marks.has(id)) this.byPlace.set(place, marks.get(id));
      else this.byPlace.delete(place);
    }
    this.offer();
    this.page.rows.paint(); // rows come and go only as one chooses again, or none could be marked twice
  }

  /** What can be chosen; only what some paper has. */
  offer() {
    const all = [...this.byPlace.values()], count = (wanted) => all.filter((mark) => fits(mark, wanted)).length, read = count("read");
    const choices = [["starred", "Starred", count("starred")], ["unread", "Unread", this.count - read], ["read", "Read", read],
      ["noted", "With a note", count("noted")], ...marks.tags().map((tag) => [TAG + tag, tag, count(TAG + tag)])];
    const options = choices.filter(([value, , size]) => size || value === this.wanted)
      .map(([value, name, size]) => new Option(`${name} (${inEnglish(size)})`, value));
    const own = make("optgroup");
    own.label = "Your tags";
    own.append(...options.filter(({ value }) => value.startsWith(TAG)));
    this.select.replaceChildren(this.select.options[0], ...options.filter(({ value }) => !value.startsWith(TAG)));
    if (own.children.length) this.select.append(own);
    this.select.value = this.wanted;
    this.select.classList.toggle("on", Boolean(this.wanted));
  }
}

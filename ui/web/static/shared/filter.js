// A button that narrows papers by year, author, venue, tag and file.

import { latest } from "./api.js";
import { make } from "./dom.js";
import { marks } from "./marks.js";
import { closeMenu, openMenu } from "./menu.js";
import { unpack } from "./packed.js";
import { onStatus } from "./status.js";

const KINDS = [["authors", "Author"], ["venues", "Venue"], ["tags", "Tag"], ["own_tags", "Your tag"], ["sources", "File"]];

/** Whether papers differ in anything that one could filter by. */
export function canFilter({ years, authors, venues, tags, sources, retracted, starred = false, own_tags: own = [] }) {
  return [years, authors, venues, tags, own].some((list) => list.length > 0) || sources.length > 1 || retracted || starred;
}

/** The filter that a form's fields, [[name, text]], describe; null if they are all empty. */
export function readFilter(fields) {
  const filled = fields.filter(([, text]) => text.trim()), parts = (text) => text.split(";").map((part) => part.trim());
  const read = (name, text) => {
    if (name === "retracted" || name === "starred") return text === "only";
    return name.endsWith("_year") ? Number(text) : parts(text).filter(Boolean);
  };
  return filled.length ? Object.fromEntries(filled.map(([name, text]) => [name, read(name, text)])) : null;
}

/**
 * `value` is the filter in the form that ui/filters.py reads, or null; `words` is the same in English.
 * `ask(name, given)` asks the server; `onChange` gets the places of the papers that a new filter lets in, or null.
 */
export class FilterButton {
  constructor(button, { root, ask, onChange }) {
    Object.assign(this, { button, root, ask, onChange, value: null, words: "", begin: latest() });
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => openMenu(this.root, this.button, [this.form()]));
    this.offer();
    onStatus(() => this.offer());
    marks.onChange(() => this.soon());
  }

  /** After a change of marks there may be more, or less, to filter by. */
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.offer(), 500);
  }

  async offer() {
    const current = this.begin(), facets = await this.ask("list_facets", {});
    if (!facets || !current()) return; // the papers have changed meanwhile
    this.facets = facets;
    this.button.hidden = !this.value && !canFilter(facets);
  }

  set({ value = null, words = "" } = {}) {
    Object.assign(this, { value, words });
    this.button.classList.toggle("on", Boolean(value));
  }

  async take(value) {
    const answer = value ? await this.ask("try_filter", { filter: value }) : { words: "", places: null };
    if (!answer) return;
    this.set({ value: answer.words ? value : null, words: answer.words });
    closeMenu();
    this.onChange(answer.places && unpack(answer.places));
  }

  form() {
    const form = make("form", "narrow");
    form.autocomplete = "off";
    const kinds = KINDS.filter(([kind]) => this.facets[kind]?.length);
    form.append(...this.years(), ...kinds.flatMap((kind) => this.names(...kind)), ...this.stars(), ...this.status(), this.buttons());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take(readFilter([...form.querySelectorAll("input, select")].map(({ name, value }) => [name, value])));
    });
    return form;
  }

  years() {
    const { years } = this.facets;
    if (!years.length) return [];
    const field = (name, label, placeholder) =>
      this.field(name, label, this.value?.[name], { type: "number", min: 0, max: 9999, placeholder });
    return [field("first_year", "From", years[0]), field("last_year", "To", years[1])];
  }

  names(kind, label) {
    const list = make("datalist");
    list.id = `${this.root.id || "pc"}-${kind}`;
    list.append(...this.facets[kind].map((name) => Object.assign(make("option"), { value: name })));
    const field = this.field(kind, label, this.value?.[kind]?.join("; "), { placeholder: "any" });
    field.querySelector("input").setAttribute("list", list.id);
    return [list, field];
  }

  /** A choice about papers with the reader's star, where there are any. */
  stars() {
    if (!this.facets.starred && !this.value?.starred) return [];
    const choices = [["", "among the others"], ["only", "only these"]];
    return [this.choice("starred", "Papers with your star", choices, this.value?.starred ? "only" : "")];
  }

  /** A choice about retracted papers, where there are any. */
  status() {
    const chosen = this.value?.retracted ?? null;
    if (!this.facets.retracted && chosen === null) return [];
    const choices = [["", "among the others"], ["none", "left out"], ["only", "only these"]];
    return [this.choice("retracted", "Retracted papers", choices, chosen === null ? "" : chosen ? "only" : "none")];
  }

  choice(name, label, choices, value) {
    const row = make("label", "", label), box = make("select");
    box.name = name;
    box.append(...choices.map(([one, text]) => Object.assign(make("option", "", text), { value: one })));
    box.value = value;
    row.append(box);
    return row;
  }

  field(name, label, value, properties) {
    const row = make("label", "", label), box = make("input");
    Object.assign(box, { name, value: value ?? "", ...properties });
    row.append(box);
    return row;
  }

  buttons() {
    const acts = make("div", "acts"), apply = make("button", "apply", "Apply"), clear = make("button", "", "All papers");
    [apply.type, clear.type] = ["submit", "button"];
    clear.addEventListener("click", () => this.take(null));
    acts.append(clear, apply);
    return acts;
  }
}

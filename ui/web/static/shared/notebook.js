// The notebook: quotes that the reader has pinned, stored in this browser.

import { recall, store } from "./storage.js";

// [{paper, title, text, start, end, note, question}] in the reader's order, as in ui/exports/notebook.py
const KEY = "paperchat.notebook.1";

/** What tells a quote from others: its paper and its place in the abstract. */
export const idOf = ({ paper, start, end }) => `${paper}:${start}-${end}`;

/** Each change reads what is stored first, so that tabs do not undo each other's. Changes return false if there is no room. */
export class Notebook {
  #listeners = [];

  constructor(storage) { this.given = storage; }

  get storage() { return this.given ?? localStorage; }

  list() {
    const stored = recall(KEY, [], this.storage);
    return Array.isArray(stored) ? stored.filter((pin) => pin?.paper && pin.text) : [];
  }

  has(pin) { return this.list().some((other) => idOf(other) === idOf(pin)); }

  /** Adds a quote at the end, once. */
  add({ paper, title, text, start, end, question = "" }) {
    const pin = { paper, title, text, start, end, note: "", question };
    return this.has(pin) || this.#write([...this.list(), pin]);
  }

  /** Removes quotes by their ids; returns what `restore` needs. */
  remove(ids) {
    const before = this.list(), wanted = new Set(ids);
    this.#write(before.filter((pin) => !wanted.has(idOf(pin))));
    return before.flatMap((pin, place) => (wanted.has(idOf(pin)) ? [{ place, pin }] : []));
  }

  restore(removed) {
    const list = this.list();
    for (const { place, pin } of removed) if (!list.some((other) => idOf(other) === idOf(pin))) list.splice(place, 0, pin);
    return this.#write(list);
  }

  note(id, note) { return this.#change(id, { note }); }

  /** Binds a quote to where the abstract has it now. */
  rebind(id, { start, end }) { return this.#change(id, { start, end }); }

  /** Moves a quote to the place of another one. */
  move(id, other) {
    const list = this.list(), from = list.findIndex((pin) => idOf(pin) === id), to = list.findIndex((pin) => idOf(pin) === other);
    if (from < 0 || to < 0) return true;
    const [pin] = list.splice(from, 1);
    list.splice(to, 0, pin);
    return this.#write(list);
  }

  /** Calls `listener` after each change, also one in another tab. */
  onChange(listener) { this.#listeners.push(listener); }

  changed() { for (const listener of this.#listeners) listener(); }

  #change(id, change) { return this.#write(this.list().map((pin) => (idOf(pin) === id ? { ...pin, ...change } : pin))); }

  #write(list) {
    const stored = store(KEY, list, this.storage);
    if (stored) this.changed();
    return stored;
  }
}

/** Quotes by paper, [{paper, title, pins}], papers in the order of their first quotes. */
export function byPaper(pins) {
  const groups = new Map();
  for (const pin of pins) {
    const group = groups.get(pin.paper) ?? { paper: pin.paper, title: pin.title, pins: [] };
    group.pins.push(pin);
    groups.set(pin.paper, group);
  }
  return [...groups.values()];
}

/** The one notebook of this browser. */
export const notebook = new Notebook();

globalThis.addEventListener?.("storage", ({ key }) => { if (key === KEY || key === null) notebook.changed(); });

// The reader's marks on papers: stars, read or not, tags of their own, a note. The owner's are kept by the server
// beside the index (rag/index/marks.py); a guest's are kept in this browser.

import { recall, store } from "./storage.js";

const KEY = "paperchat.marks.1"; // {id: mark}, of a guest
const FULL = "The browser has no room left, so this is not kept. Remove notes, quotes or conversations.";

/** A mark is {starred, read, tags, note}, as in rag/types/marks.py. */
export const NONE = Object.freeze({ starred: false, read: false, tags: Object.freeze([]), note: "" });

const same = (a, b) => a.toLowerCase() === b.toLowerCase();
const tidy = (tag) => tag.trim().replace(/\s+/g, " ");

/** A mark after a change, {starred, read, note, add, remove}, of which each may be missing. */
export function changed(mark, { add = [], remove = [], ...parts }) {
  const tags = mark.tags.filter((tag) => !remove.some((gone) => same(gone, tag)));
  for (const tag of add.map(tidy)) if (tag && !tags.some((other) => same(other, tag))) tags.push(tag);
  return { ...mark, ...parts, tags };
}

/** What this browser keeps, {id: mark}: a guest's marks. */
export const keptHere = (storage = localStorage) => recall(KEY, {}, storage);

export const isEmpty = ({ starred, read, tags, note }) => !starred && !read && !tags.length && !note;

/** All marks of the reader. Changes show at once, and are taken back if they cannot be kept. */
export class Marks {
  #listeners = [];
  #marks = new Map(); // id -> mark
  #call = null;
  #why = "";
  #sending = null; // ends with the last change that is on its way to the server

  constructor(storage) { this.given = storage; }

  get storage() { return this.given ?? localStorage; }

  /** Why the marks are kept in this browser alone; empty if the server keeps them. */
  get why() { return this.#why; }

  /** `call(name, given)` asks the server. Resolves to what is wrong, HTML of one line, or to "". */
  async load(call) {
    this.#call = call;
    await this.#sending;
    const sending = this.#sending, answer = await call("list_marks");
    if (answer.failure) return answer.failure;
    if (sending !== this.#sending) return this.load(call); // what came is older than a change meanwhile
    this.#why = answer.why;
    if (answer.why) this.reread(); else this.#take(answer.marks);
    return "";
  }

  /** Takes what is stored in this browser, which another tab may have changed. */
  reread() { this.#take(keptHere(this.storage)); }

  get(id) { return this.#marks.get(id) ?? NONE; }

  has(id) { return this.#marks.has(id); }

  /** [[id, mark]] of all papers with marks. */
  entries() { return [...this.#marks]; }

  /** The reader's tags, the commonest first. */
  tags() {
    const counts = new Map();
    for (const { tags } of this.#marks.values()) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([tag]) => tag);
  }

  /** Changes papers; resolves to {before}, which `put` takes to undo it, or to {failure}, HTML or text of one line. */
  async change(ids, change) {
    const before = Object.fromEntries(ids.map((id) => [id, this.get(id)]));
    const failure = await this.put(Object.fromEntries(ids.map((id) => [id, changed(this.get(id), change)])), { ids, change });
    return failure ? { failure } : { before };
  }

  /** Gives papers these marks, {id: mark}; resolves to what went wrong, or to "". */
  async put(wanted, sent = null) {
    const before = Object.keys(wanted).map((id) => [id, this.get(id)]);
    this.#set(Object.entries(wanted));
    const sending = this.#why ? this.#keep() : this.#send(wanted, sent);
    this.#sending = Promise.allSettled([this.#sending, sending]).then(() => {});
    const failure = await sending;
    if (failure) this.#set(before);
    return failure;
  }

  /** Calls `listener(ids)` after each change; without ids, any may have changed. */
  onChange(listener) { this.#listeners.push(listener); }

  async #send(wanted, sent) {
    const answer = await (sent ? this.#call("change_marks", sent) : this.#call("put_marks", { marks: wanted }));
    return answer.failure ?? "";
  }

  #keep() { return store(KEY, Object.fromEntries(this.#marks), this.storage) ? "" : FULL; }

  #take(marks) {
    this.#marks = new Map(Object.entries(marks).map(([id, mark]) => [id, { ...NONE, ...mark }]));
    this.#tell();
  }

  #set(entries) {
    for (const [id, mark] of entries) {
      if (isEmpty(mark)) this.#marks.delete(id);
      else this.#marks.set(id, mark);
    }
    this.#tell(entries.map(([id]) => id));
  }

  #tell(ids) { for (const listener of this.#listeners) listener(ids); }
}

/** The one reader's. The Papers page loads them. */
export const marks = new Marks();

globalThis.addEventListener?.("storage", ({ key }) => { if ((key === KEY || key === null) && marks.why) marks.reread(); });

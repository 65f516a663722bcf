// The conversations that the browser stores.

import { recall, store } from "../shared/storage.js";

const LIST = "paperchat.chats.1"; // [{id, title, at}], the newest first
export const NO_ROOM = "The browser has no room left, so this conversation is not stored. Download and delete others.";
const keyOf = (id) => `paperchat.chat.1.${id}`; // {turns, scope, filter}; for turns see Turns.stored
const isWhole = ({ feed }) => feed?.state === "done"; // opened while another tab asks it, a turn is not
const AROUND = [24, 60]; // characters before and after the beginning of a found word

export class ChatStore {
  #texts = new Map(); // id -> {at, text}: what is searched, read once

  constructor(storage = localStorage) {
    this.storage = storage;
    this.known = new Set(); // ids of the turns that this tab has shown
  }

  list() { return recall(LIST, [], this.storage); }
  entry(id) { return this.list().find((chat) => chat.id === id); }
  load(id) { return recall(keyOf(id), null, this.storage); }

  /**
   * Returns false if there is no room. The title is the first question, unless the reader gave another. What another
   * tab has added meanwhile stays: only turns that this tab has shown can be gone from `turns` on purpose.
   */
  save(id, { turns, scope, filter }) {
    const title = this.entry(id)?.title ?? turns[0].question, own = new Set(turns.map((turn) => turn.id));
    const before = this.load(id)?.turns ?? [], others = before.filter((turn) => !own.has(turn.id) && !this.known.has(turn.id));
    const whole = turns.map((turn) => (isWhole(turn) ? turn : before.find((same) => same.id === turn.id && isWhole(same)) ?? turn));
    return store(keyOf(id), { turns: [...whole, ...others], scope, filter }, this.storage)
      && this.#write([{ id, title, at: Date.now() }, ...this.#without(id)]);
  }

  rename(id, title) { this.#write(this.list().map((chat) => (chat.id === id ? { ...chat, title } : chat))); }

  /** Deletes a conversation; returns what `restore` needs to bring it back. */
  remove(id) {
    const removed = { place: this.list().findIndex((chat) => chat.id === id), chat: this.entry(id), content: this.load(id) };
    this.#write(this.#without(id));
    this.storage.removeItem(keyOf(id));
    return removed;
  }

  restore({ place, chat, content }) {
    store(keyOf(chat.id), content, this.storage);
    this.#write(this.list().toSpliced(place, 0, chat));
  }

  /** Conversations with all of the words; `excerpt` shows the first word if the title lacks it. */
  search(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return wanted.length ? this.list().flatMap((chat) => this.#match(chat, wanted)) : this.list();
  }

  /** Whether a change of this key of the storage is one of the conversation; null is one of everything. */
  isOf(key, id = "") { return key === null || key === LIST || key === keyOf(id); }

  #textOf({ id, at }) {
    const known = this.#texts.get(id);
    if (known?.at === at) return known.text;
    const text = (this.load(id)?.turns ?? []).map(({ question, feed }) => `${question} ${feed?.plain ?? ""}`).join(" ");
    this.#texts.set(id, { at, text });
    return text;
  }

  #match(chat, wanted) {
    const title = chat.title.toLowerCase(), text = this.#textOf(chat);
    const found = (word) => title.includes(word) || text.toLowerCase().includes(word);
    if (!wanted.every(found)) return [];
    const at = text.toLowerCase().indexOf(wanted[0]);
    const excerpt = title.includes(wanted[0]) || at < 0 ? "" : `…${text.slice(Math.max(0, at - AROUND[0]), at + AROUND[1])}…`;
    return [{ ...chat, excerpt }];
  }

  /** A conversation for an exported file: questions with their answers in the form of `ui/exports/bundle.py`. */
  exported(id) {
    const { title, at } = this.entry(id), { turns, scope } = this.load(id);
    return {
      title,
      last_asked: new Date(at).toISOString(),
      papers: scope ?? [],
      turns: turns.map(({ question, papers, feed, thumb }) => ({
        question, papers: papers ?? [], thumb: thumb ?? null, said: feed?.plain ?? "", ...feed?.bundle,
      })),
    };
  }

  /** A conversation for the server to make a file of: the answers that came to their end (ui/exports/conversation.py). */
  talk(id) {
    const { turns } = this.load(id), bundles = turns.flatMap(({ feed }) => (feed?.bundle ? [feed.bundle] : []));
    return { title: this.entry(id).title, turns: bundles };
  }

  #without(id) { return this.list().filter((chat) => chat.id !== id); }
  #write(list) { return store(LIST, list, this.storage); }
}

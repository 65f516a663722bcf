// The conversations that the browser stores.

import { recall, store } from "../shared/storage.js";

const LIST = "paperchat.chats.1"; // [{id, title, at}], the newest first
const keyOf = (id) => `paperchat.chat.1.${id}`; // {turns, scope, filter}; for turns see Turns.stored
const AROUND = [24, 60]; // characters before and after the beginning of a found word

export class ChatStore {
  constructor(storage = localStorage) { this.storage = storage; }

  list() { return recall(LIST, [], this.storage); }
  entry(id) { return this.list().find((chat) => chat.id === id); }
  load(id) { return recall(keyOf(id), null, this.storage); }

  /** Returns false if there is no room. The title is the first question, unless the reader gave another. */
  save(id, { turns, scope, filter }) {
    const title = this.entry(id)?.title ?? turns[0].question;
    return store(keyOf(id), { turns, scope, filter }, this.storage)
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

  #match(chat, wanted) {
    const title = chat.title.toLowerCase();
    const text = (this.load(chat.id)?.turns ?? []).map(({ question, feed }) => `${question} ${feed?.plain ?? ""}`).join(" ");
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

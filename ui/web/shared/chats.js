// The conversations that the browser keeps, and the drawer that lists them. It runs in the document's head.
"use strict";

/** Conversations in localStorage: a list of {id, title, at}, and {turns, scope, filter} under a key for each. */
window.paperchat.ChatStore = class {
  static LIST = "paperchat.chats.1";
  static key(id) { return `paperchat.chat.1.${id}`; }

  list() { return window.paperchat.recall(this.constructor.LIST, [], localStorage); }
  load(id) { return window.paperchat.recall(this.constructor.key(id), null, localStorage); }

  /** Whether it could be kept. A title that the reader gave stays; else it is the first question. */
  save(id, { turns, scope, filter }) {
    const had = this.list().find((chat) => chat.id === id);
    const chat = { id, title: had?.title ?? turns[0].question, at: Date.now() };
    const { keep } = window.paperchat;
    return keep(this.constructor.key(id), { turns, scope, filter }, localStorage) && this.write([chat, ...this.without(id)]);
  }

  rename(id, title) { this.write(this.list().map((chat) => (chat.id === id ? { ...chat, title } : chat))); }

  /** Takes it away; returns what `putBack` needs. */
  remove(id) {
    const gone = { at: this.list().findIndex((chat) => chat.id === id), chat: this.list().find((chat) => chat.id === id), held: this.load(id) };
    this.write(this.without(id));
    localStorage.removeItem(this.constructor.key(id));
    return gone;
  }
  putBack({ at, chat, held }) {
    window.paperchat.keep(this.constructor.key(chat.id), held, localStorage);
    this.write(this.list().toSpliced(at, 0, chat));
  }

  /** Those that hold all of the words, each with a piece of the text around the first where it is not in the title. */
  search(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    if (!wanted.length) return this.list();
    return this.list().flatMap((chat) => {
      const said = (this.load(chat.id)?.turns ?? []).map((turn) => `${turn.question} ${turn.feed?.plain ?? ""}`).join(" ");
      const text = `${chat.title} ${said}`.toLowerCase();
      if (!wanted.every((word) => text.includes(word))) return [];
      const at = said.toLowerCase().indexOf(wanted[0]);
      const inTitle = chat.title.toLowerCase().includes(wanted[0]) || at < 0;
      return [{ ...chat, piece: inTitle ? "" : `…${said.slice(Math.max(0, at - 24), at + 60)}…` }];
    });
  }

  /** What an exported file holds: questions with their answers as `ui/bundle.py` has them. */
  exported(id) {
    const { title, at } = this.list().find((chat) => chat.id === id);
    const { turns, scope } = this.load(id);
    const told = turns.map(({ question, papers, feed, thumb }) => ({
      question, papers: papers ?? [], thumb: thumb ?? null, said: feed?.plain ?? "", ...(feed?.bundle ?? {}),
    }));
    return { title, last_asked: new Date(at).toISOString(), papers: scope ?? [], turns: told };
  }

  without(id) { return this.list().filter((chat) => chat.id !== id); }
  write(list) { return window.paperchat.keep(this.constructor.LIST, list, localStorage); }
};

/** The list of conversations in `root`. `current()` is the id of the one that is open. */
window.paperchat.Drawer = class {
  constructor(root, store, { current, onOpen, onGone }) {
    Object.assign(this, { root, store, current, onOpen, onGone, gone: null });
    this.list = root.querySelector("ul");
    this.find = root.querySelector("input");
    this.undo = root.querySelector(".undo");
    this.find.addEventListener("input", () => this.show());
    root.addEventListener("click", (event) => this.onClick(event));
    addEventListener("storage", () => this.show()); // another tab wrote
    document.addEventListener("pointerdown", (event) => { // beside it, where it lies over the page
      if (window.paperchat.narrow.matches && !event.target.closest(".chats, [data-act=chats]")) this.open(false);
    });
  }

  /** Open or closed. On a wide page that is remembered. */
  open(open) {
    this.root.hidden = !open;
    this.root.parentElement.classList.toggle("with-chats", open);
    document.querySelectorAll("[data-act=chats]").forEach((button) => button.setAttribute("aria-expanded", String(open)));
    if (!window.paperchat.narrow.matches) window.paperchat.keep("paperchat.drawer", open, localStorage);
  }
  toggle() {
    this.open(this.root.hidden);
    if (!this.root.hidden && !window.paperchat.narrow.matches) this.find.focus();
  }

  /** At the start: open where there is room and something to show, unless the reader closed it. */
  restore() {
    const { narrow, recall } = window.paperchat;
    const wanted = !narrow.matches && recall("paperchat.drawer", innerWidth >= 1280, localStorage);
    if (wanted && this.store.list().length) this.open(true);
    this.show();
  }

  show() {
    const found = this.store.search(this.find.value);
    this.list.replaceChildren(...found.map((chat) => this.item(chat)));
    const none = this.find.value ? "No conversation holds that." : "Each conversation is kept here, in this browser alone.";
    window.paperchat.setText(this.root.querySelector(".none"), found.length ? "" : none);
  }

  item({ id, title, at, piece }) {
    const { make } = window.paperchat;
    const item = make("li"), open = make("button", "open");
    item.dataset.id = id;
    open.append(make("span", "title", title), make("span", "when", piece || this.when(at)));
    open.title = title;
    if (id === this.current()) open.setAttribute("aria-current", "true");
    const acts = make("span", "acts");
    for (const [act, sign] of [["Rename", "✎"], ["Export", "↓"], ["Delete", "×"]]) {
      const button = make("button", "tiny", sign);
      button.dataset.act = act.toLowerCase();
      button.title = act;
      button.setAttribute("aria-label", `${act} ${title}`);
      acts.append(button);
    }
    for (const button of [open, ...acts.children]) button.type = "button";
    item.append(open, acts);
    return item;
  }

  when(at) {
    const day = new Date(at), today = new Date();
    const time = day.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    return day.toDateString() === today.toDateString() ? `Today, ${time}` : day.toLocaleDateString([], { dateStyle: "medium" });
  }

  onClick(event) {
    const id = event.target.closest("li")?.dataset.id, act = event.target.closest("[data-act]")?.dataset.act;
    if (act === "rename") return this.rename(id);
    if (act === "export") return this.export([id], "conversation.json");
    if (act === "export-all") return this.export(this.store.list().map((chat) => chat.id), "conversations.json");
    if (act === "delete") return this.delete(id);
    if (act === "undo") return this.takeBack();
    if (act === "keys") return window.paperchat.showShortcuts();
    if (event.target.closest(".open")) this.onOpen(id);
  }

  rename(id) {
    const { make } = window.paperchat;
    const open = [...this.list.children].find((item) => item.dataset.id === id).querySelector(".open");
    const box = make("input", "name"), before = this.store.list().find((chat) => chat.id === id).title;
    box.value = before;
    box.setAttribute("aria-label", "Name of the conversation");
    let ended = false; // the box loses its focus when the list is made anew
    const end = (keep) => {
      if (ended) return;
      ended = true;
      if (keep && box.value.trim()) this.store.rename(id, box.value.trim());
      this.show();
    };
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.stopPropagation();
      end(event.key === "Enter");
    });
    box.addEventListener("blur", () => end(true));
    open.replaceWith(box);
    box.focus();
    box.select();
  }

  export(ids, name) {
    const text = JSON.stringify({ conversations: ids.map((id) => this.store.exported(id)) }, null, 2);
    window.paperchat.download({ name, type: "application/json", text });
  }

  delete(id) {
    this.gone = this.store.remove(id);
    this.undo.hidden = false;
    this.undo.querySelector("span").textContent = `Deleted “${this.gone.chat.title}”.`;
    this.onGone(id);
    this.show();
    this.undo.querySelector("button").focus();
  }

  takeBack() {
    this.store.putBack(this.gone);
    this.undo.hidden = true;
    this.show();
    this.onOpen(this.gone.chat.id);
  }
};

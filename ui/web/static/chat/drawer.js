// The drawer that lists the stored conversations.

import { make, setHtml, setText, smallButton } from "../shared/dom.js";
import { download } from "../shared/files.js";
import { showShortcuts } from "../shared/keys.js";
import { layers } from "../shared/layers.js";
import { menuItem, openMenu } from "../shared/menu.js";
import { narrow } from "../shared/screen.js";
import { recall, store } from "../shared/storage.js";

const FORMATS = [["md", "Markdown"], ["obsidian", "Notes for Obsidian (.zip)"], ["docx", "Word"],
  ["bibtex", "BibTeX of its papers"], ["ris", "RIS of its papers"], ["csl-json", "CSL-JSON of its papers"]];
const OPEN = "paperchat.drawer"; // whether the drawer is open on a wide page
const AT_ONCE = 60; // conversations that are added to the list when its end is scrolled to
const TYPING = 150; // milliseconds after which what is typed is looked for

/** The conversations of `chats` (a ChatStore) in `root`; `current()` is the id of the open one, `call` asks the server. */
export class Drawer {
  constructor(root, chats, { call, current, onOpen, onRemove }) {
    Object.assign(this, { root, chats, call, current, onOpen, onRemove, removed: [], rest: [], day: "", naming: false });
    this.list = root.querySelector("ul");
    this.search = root.querySelector("input");
    this.undo = root.querySelector(".undo");
    this.more = new IntersectionObserver(([end]) => { if (end.isIntersecting) this.extend(); }, { root: this.list, rootMargin: "400px" });
    this.search.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.show(), TYPING); });
    root.addEventListener("click", (event) => this.onClick(event.target));
    root.addEventListener("keydown", (event) => this.onKey(event));
    addEventListener("storage", ({ key }) => { if (chats.isOf(key)) this.show(); }); // another tab has stored something
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || root.hidden || !narrow.matches) return;
      event.stopImmediatePropagation();
      this.open(false);
    }, true);
    document.addEventListener("pointerdown", ({ target }) => { // beside the drawer, where it covers the page
      if (narrow.matches && !target.closest(".chats, [data-act=chats]")) this.open(false);
    });
  }

  /** Opens or closes it. On a wide page that is remembered; on a narrow one it covers the page, and Back closes it. */
  open(open) {
    this.#show(open);
    if (!narrow.matches) store(OPEN, open, localStorage);
    else if (open) layers.open(this.#hide);
    else layers.close(this.#hide);
  }

  #hide = () => this.#show(false);

  #show(open) {
    const focused = this.root.contains(document.activeElement), covered = open && narrow.matches;
    this.root.hidden = !open;
    this.root.parentElement.classList.toggle("with-chats", open);
    for (const node of [this.root.parentElement.querySelector(".talk"), ...document.querySelectorAll("#pc-head nav")]) node.inert = covered;
    for (const button of this.openers) button.setAttribute("aria-expanded", String(open));
    if (focused && !open) this.openers[0]?.focus();
    if (open) this.show();
  }

  get openers() { return [...document.querySelectorAll("#pc-head [data-act=chats]")]; }

  toggle() {
    this.open(this.root.hidden);
    if (this.root.hidden) return;
    if (narrow.matches) this.root.focus();
    else this.search.focus();
  }

  /** At the start it is open if there is room and something to show, unless the reader has closed it. */
  restore() {
    const wanted = !narrow.matches && recall(OPEN, innerWidth >= 1280, localStorage);
    if (wanted && this.chats.list().length) this.open(true);
    this.show();
  }

  /** Makes the list anew, unless it is not seen or a name is being written in it. */
  show() {
    if (this.root.hidden || this.naming) return;
    const found = this.chats.search(this.search.value), focused = document.activeElement?.closest(".chats li")?.dataset.id;
    const kept = this.list.scrollTop;
    Object.assign(this, { rest: found, day: "" });
    this.list.replaceChildren();
    do this.extend(); while (this.rest.length && this.list.scrollHeight < kept + this.list.clientHeight);
    this.list.scrollTop = kept;
    this.openOf(focused)?.focus();
    const none = this.search.value ? "No conversation contains that." : "Your conversations are stored in this browser only.";
    setText(this.root.querySelector(".none"), found.length ? "" : none);
  }

  /** Adds the next conversations to the list, under the days on which they were last used. */
  extend() {
    const next = this.rest.slice(0, AT_ONCE);
    this.rest = this.rest.slice(AT_ONCE);
    this.more.disconnect();
    for (const chat of next) {
      const day = dayOf(chat.at);
      if (day !== this.day) this.list.append(make("li", "day", day));
      this.day = day;
      this.list.append(this.item(chat));
    }
    if (this.rest.length) this.more.observe(this.list.lastElementChild);
  }

  get opens() { return [...this.list.querySelectorAll(".open")]; }
  openOf(id) { return this.opens.find((open) => open.closest("li").dataset.id === id); }

  /** Arrows go through the list, F2 renames, Delete deletes. */
  onKey(event) {
    const { key, target } = event, { opens } = this, at = opens.indexOf(target), id = target.closest("li")?.dataset.id;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: opens.length - 1 }[key];
    if (target === this.search && key === "ArrowDown") opens[0]?.focus();
    else if (at < 0) return;
    else if (to !== undefined) (opens[to] ?? (to < 0 ? this.search : target)).focus();
    else if (key === "F2") this.rename(id);
    else if (key === "Delete") this.remove(id);
    else return;
    event.preventDefault();
  }

  item({ id, title, at, excerpt }) {
    const item = make("li"), open = make("button", "open"), acts = make("span", "acts"), titled = make("span", "title", title);
    item.dataset.id = id;
    titled.dir = "auto";
    Object.assign(open, { type: "button", title });
    open.append(titled, make("span", "when", excerpt || timeOf(at)));
    if (id === this.current()) open.setAttribute("aria-current", "true");
    const buttons = [
      ["Rename", "✎", () => this.rename(id)],
      ["Download", "↓", (button) => this.offerFiles(id, button)],
      ["Delete", "×", () => this.remove(id)],
    ];
    acts.append(...buttons.map(([name, sign, act]) => {
      const button = smallButton(`${name} ${title}`, sign, () => act(button));
      button.title = name;
      return button;
    }));
    item.append(open, acts);
    return item;
  }

  onClick(target) {
    const act = target.closest("[data-act]")?.dataset.act;
    if (act === "export-all") return this.export(this.chats.list().map((chat) => chat.id), "conversations.json");
    if (act === "undo") return this.takeBack();
    if (act === "keys") return showShortcuts();
    if (target.closest(".open")) this.onOpen(target.closest("li").dataset.id);
  }

  rename(id) {
    const open = this.openOf(id);
    this.naming = true;
    const box = make("input", "name");
    box.value = this.chats.entry(id).title;
    box.setAttribute("aria-label", "Name of the conversation");
    let ended = false; // the box also loses the focus when the list is made again
    const end = (accepted) => {
      if (ended) return;
      ended = true;
      this.naming = false;
      if (accepted && box.value.trim()) this.chats.rename(id, box.value.trim());
      const again = document.activeElement === box;
      this.show();
      if (again) this.openOf(id)?.focus();
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

  offerFiles(id, button) {
    const items = FORMATS.map(([format, name]) => menuItem(name, () => this.fetch(id, format)));
    openMenu(this.root.parentElement, button, [...items, menuItem("JSON", () => this.export([id], "conversation.json"))]);
  }

  /** Has the server make a file of a conversation. */
  async fetch(id, format) {
    const answer = await this.call("export_talk", { format, text: JSON.stringify(this.chats.talk(id)) });
    setHtml(this.root.querySelector(".chats-note"), answer.failure ?? "");
    if (!answer.failure) download(answer);
  }

  export(ids, name) {
    const text = JSON.stringify({ conversations: ids.map((id) => this.chats.exported(id)) }, null, 2);
    download({ name, type: "application/json", text });
  }

  remove(id) {
    this.removed.push(this.chats.remove(id));
    this.onRemove(id);
    this.show();
    this.offerUndo();
    this.undo.querySelector("button").focus();
  }

  /** Every deletion can be taken back, the last one first, until the page is left. */
  offerUndo() {
    const { removed } = this, last = removed.at(-1)?.chat.title;
    this.undo.hidden = !removed.length;
    setText(this.undo.querySelector("span"), removed.length > 1 ? `Deleted ${removed.length}, the last “${last}”.` : `Deleted “${last}”.`);
  }

  takeBack() {
    const back = this.removed.pop();
    this.chats.restore(back);
    this.offerUndo();
    this.show();
    this.onOpen(back.chat.id);
  }
}

const DAY = 24 * 3600 * 1000;

/** The heading under which a conversation stands: the day, then the week, then the month. */
export function dayOf(time, now = new Date()) {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()), before = today - time;
  if (before <= 0) return "Today";
  if (before <= DAY) return "Yesterday";
  if (before <= 7 * DAY) return "The last seven days";
  return new Date(time).toLocaleDateString([], { month: "long", year: "numeric" });
}

function timeOf(time) {
  const hour = { hour: "2-digit", minute: "2-digit" };
  if (["Today", "Yesterday"].includes(dayOf(time))) return new Date(time).toLocaleTimeString([], hour);
  return new Date(time).toLocaleDateString([], { dateStyle: "medium" });
}

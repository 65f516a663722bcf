// The drawer that lists the stored conversations.

import { make, setHtml, setText, smallButton } from "../shared/dom.js";
import { download } from "../shared/files.js";
import { showShortcuts } from "../shared/keys.js";
import { menuItem, openMenu } from "../shared/menu.js";
import { narrow } from "../shared/screen.js";
import { recall, store } from "../shared/storage.js";

const FORMATS = [["md", "Markdown"], ["obsidian", "Notes for Obsidian (.zip)"], ["docx", "Word"],
  ["bibtex", "BibTeX of its papers"], ["ris", "RIS of its papers"], ["csl-json", "CSL-JSON of its papers"]];
const OPEN = "paperchat.drawer"; // whether the drawer is open on a wide page

/** The conversations of `chats` (a ChatStore) in `root`; `current()` is the id of the open one, `call` asks the server. */
export class Drawer {
  constructor(root, chats, { call, current, onOpen, onRemove }) {
    Object.assign(this, { root, chats, call, current, onOpen, onRemove, removed: null });
    this.list = root.querySelector("ul");
    this.search = root.querySelector("input");
    this.undo = root.querySelector(".undo");
    this.search.addEventListener("input", () => this.show());
    root.addEventListener("click", (event) => this.onClick(event.target));
    addEventListener("storage", () => this.show()); // another tab has stored something
    document.addEventListener("pointerdown", ({ target }) => { // beside the drawer, where it covers the page
      if (narrow.matches && !target.closest(".chats, [data-act=chats]")) this.open(false);
    });
  }

  /** Opens or closes it. On a wide page that is remembered. */
  open(open) {
    this.root.hidden = !open;
    this.root.parentElement.classList.toggle("with-chats", open);
    for (const button of document.querySelectorAll("[data-act=chats]")) button.setAttribute("aria-expanded", String(open));
    if (!narrow.matches) store(OPEN, open, localStorage);
  }

  toggle() {
    this.open(this.root.hidden);
    if (!this.root.hidden && !narrow.matches) this.search.focus();
  }

  /** At the start it is open if there is room and something to show, unless the reader has closed it. */
  restore() {
    const wanted = !narrow.matches && recall(OPEN, innerWidth >= 1280, localStorage);
    if (wanted && this.chats.list().length) this.open(true);
    this.show();
  }

  show() {
    const found = this.chats.search(this.search.value);
    this.list.replaceChildren(...found.map((chat) => this.item(chat)));
    const none = this.search.value ? "No conversation contains that." : "Your conversations are stored in this browser only.";
    setText(this.root.querySelector(".none"), found.length ? "" : none);
  }

  item({ id, title, at, excerpt }) {
    const item = make("li"), open = make("button", "open"), acts = make("span", "acts");
    item.dataset.id = id;
    Object.assign(open, { type: "button", title });
    open.append(make("span", "title", title), make("span", "when", excerpt || dayOf(at)));
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
    const open = [...this.list.children].find((item) => item.dataset.id === id).querySelector(".open");
    const box = make("input", "name");
    box.value = this.chats.entry(id).title;
    box.setAttribute("aria-label", "Name of the conversation");
    let ended = false; // the box also loses the focus when the list is made again
    const end = (accepted) => {
      if (ended) return;
      ended = true;
      if (accepted && box.value.trim()) this.chats.rename(id, box.value.trim());
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
    this.removed = this.chats.remove(id);
    this.undo.hidden = false;
    this.undo.querySelector("span").textContent = `Deleted “${this.removed.chat.title}”.`;
    this.onRemove(id);
    this.show();
    this.undo.querySelector("button").focus();
  }

  takeBack() {
    this.chats.restore(this.removed);
    this.undo.hidden = true;
    this.show();
    this.onOpen(this.removed.chat.id);
  }
}

function dayOf(time) {
  const day = new Date(time), isToday = day.toDateString() === new Date().toDateString();
  if (!isToday) return day.toLocaleDateString([], { dateStyle: "medium" });
  return `Today, ${day.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
}

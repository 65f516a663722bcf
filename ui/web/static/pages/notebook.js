// The Notebook page: what shared/notebook.js stores, with what the server knows of it. HTML that comes from the
// server was escaped by ui/web/render; everything else goes in as text.

import { entryOf, paintEntry, titleOf } from "../notebook/entry.js";
import { asker, caller, latest } from "../shared/api.js";
import { failure, make, onClick, setHtml, setText, within } from "../shared/dom.js";
import { receive } from "../shared/exchange.js";
import { download } from "../shared/files.js";
import { marks } from "../shared/marks.js";
import { menuItem, openMenu } from "../shared/menu.js";
import { byPaper, idOf, notebook } from "../shared/notebook.js";
import { currentPage, onPage } from "../shared/pages.js";
import { onPapers } from "../shared/status.js";
import { recall, store } from "../shared/storage.js";

const ORDER = "paperchat.notebook.order"; // "paper" or "own"
const FORMATS = [["md", "Markdown"], ["obsidian", "Notes for Obsidian (.zip)"], ["docx", "Word"], ["bibtex", "BibTeX of its papers"],
  ["ris", "RIS of its papers"], ["csl-json", "CSL-JSON of its papers"], ["json", "JSON"]];
const FULL = "The browser has no room left, so this change is not stored. Remove quotes or conversations.";

export function start(gradio) { new NotebookPage(gradio); }

class NotebookPage {
  constructor({ element, server }) {
    const { find } = within(element);
    Object.assign(this, { root: element.firstElementChild, find, removed: [], seen: new Map(), nodes: new Map(), begin: latest() });
    this.order = recall(ORDER, "paper", localStorage);
    this.ask = asker(caller(server), find(".note"));
    this.list = find(".quotes");
    this.listen(element);
    notebook.onChange(() => this.changed());
    onPage((name) => { if (name === "notebook") { this.look(); if (this.awaited) setTimeout(() => this.reveal(this.awaited)); } });
    onPapers(() => this.look());
    receive("open-quote", (id) => this.reveal(id));
    this.paint();
  }

  // ---- what is on the page

  changed() {
    this.paint();
    const unknown = notebook.list().some((pin) => !this.seen.has(idOf(pin)));
    if (unknown && currentPage() === "notebook") this.look();
  }

  /** Asks the server what became of the quotes, and binds those anew that have moved in their abstract. */
  async look() {
    const pins = notebook.list(), current = this.begin();
    if (!pins.length || currentPage() !== "notebook") return;
    const answer = await this.ask("look_up_pins", { text: JSON.stringify(pins) });
    if (!answer || !current()) return;
    this.seen = new Map(pins.map((pin, at) => [idOf(pin), answer.pins[at]]));
    for (const [id, seen] of [...this.seen]) {
      if (seen.place !== "moved") continue;
      const pin = notebook.list().find((one) => idOf(one) === id);
      if (!pin) continue; // it was removed meanwhile
      this.seen.set(idOf({ ...pin, ...seen }), { ...seen, place: "kept" });
      notebook.rebind(id, seen);
    }
    this.paint();
  }

  paint() {
    const pins = notebook.list(), groups = byPaper(pins), { find } = this;
    const focused = document.activeElement, inside = this.list.contains(focused);
    setText(find(".many"), pins.length ? `${pins.length} ${pins.length === 1 ? "quote" : "quotes"}` : "");
    find(".none").hidden = pins.length > 0;
    for (const button of [find(".export"), find(".empty-it")]) button.disabled = !pins.length;
    for (const button of this.root.querySelectorAll("[data-order]")) {
      button.setAttribute("aria-pressed", String(button.dataset.order === this.order));
    }
    this.nodes = new Map(pins.map((pin) => [idOf(pin), this.nodes.get(idOf(pin)) ?? entryOf(pin, this.acts())]));
    this.list.replaceChildren(...(this.order === "paper" ? groups.map((group) => this.group(group)) : [this.entries(pins, true)]));
    if (inside && focused.isConnected) focused.focus({ preventScroll: true }); // moving a node takes its focus away
  }

  group({ paper, pins }) {
    const node = make("section", "paper"), head = make("h3"), seen = this.seen.get(idOf(pins[0]));
    node.dataset.paper = paper;
    head.append(...titleOf(pins[0], seen));
    node.append(head, ...(seen?.byline ? [make("p", "byline", seen.byline)] : []), this.entries(pins, false));
    return node;
  }

  entries(pins, titled) {
    const list = make("ol", "entries");
    list.append(...pins.map((pin, at) => {
      const node = this.nodes.get(idOf(pin));
      paintEntry(node, pin, this.seen.get(idOf(pin)), titled);
      node.querySelector("[data-act=up]").disabled = at === 0;
      node.querySelector("[data-act=down]").disabled = at === pins.length - 1;
      return node;
    }));
    return list;
  }

  // ---- what a reader does

  acts() {
    return {
      up: (id) => this.move(id, -1), down: (id) => this.move(id, 1),
      remove: (id) => this.remove([id]), note: (id, text) => this.keep(notebook.note(id, text)),
    };
  }

  /** Moves a quote by one place among those that are shown with it. */
  move(id, step) {
    const siblings = [...this.nodes.get(id).parentNode.children], at = siblings.findIndex((node) => node.dataset.id === id);
    const other = siblings[at + step];
    if (!other) return;
    this.keep(notebook.move(id, other.dataset.id));
    const { [step < 0 ? 0 : 1]: same, [step < 0 ? 1 : 0]: back } = this.nodes.get(id).querySelectorAll(".acts button");
    (same.disabled ? back : same).focus();
  }

  remove(ids) {
    this.removed = notebook.remove(ids);
    const undo = this.find(".undo"), [first] = this.removed;
    if (!first) return;
    undo.hidden = false;
    const words = this.removed.length === 1 ? `Removed “${first.pin.text.slice(0, 60)}…”.` : `Removed ${this.removed.length} quotes.`;
    setText(undo.querySelector("span"), words);
    undo.querySelector("button").focus();
  }

  takeBack() {
    this.keep(notebook.restore(this.removed));
    this.find(".undo").hidden = true;
    this.nodes.get(idOf(this.removed[0].pin))?.querySelector("textarea").focus();
  }

  /** Brings a quote into view that another page names. */
  reveal(id) {
    this.awaited = id;
    if (currentPage() !== "notebook") return; // then it has no place yet
    this.awaited = null;
    const node = this.nodes.get(id);
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.classList.add("lit");
    setTimeout(() => node.classList.remove("lit"), 2500);
    node.tabIndex = -1;
    node.focus({ preventScroll: true });
  }

  setOrder(order) {
    this.order = order;
    store(ORDER, order, localStorage);
    this.paint();
  }

  async export(format) {
    // By paper, the file has the order of the page.
    const pins = this.order === "paper" ? byPaper(notebook.list()).flatMap((group) => group.pins) : notebook.list();
    const own = Object.fromEntries(pins.filter(({ paper }) => marks.has(paper)).map(({ paper }) => [paper, marks.get(paper)]));
    const answer = await this.ask("export_pins", { format, text: JSON.stringify(pins), marks: own });
    if (answer) download(answer);
  }

  keep(stored) { setHtml(this.find(".note"), stored ? "" : failure(FULL)); }

  listen(element) {
    const { find } = this, button = find(".export");
    button.addEventListener("click", () => {
      openMenu(this.root, button, FORMATS.map(([format, name]) => menuItem(name, () => this.export(format))));
    });
    onClick(element, {
      "[data-order]": ({ dataset }) => this.setOrder(dataset.order),
      ".empty-it": () => this.remove(notebook.list().map(idOf)),
      ".undo button": () => this.takeBack(),
    });
  }
}

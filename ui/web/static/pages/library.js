// The Library page. All HTML that the server sends was escaped by ui/web/render/library.py.

import { describeSending, droppedFiles, hasFiles, named } from "../library/dropped.js";
import { asker, caller, latest, LOST } from "../shared/api.js";
import { failure, forgetHtml, make, onClick, setHtml, setText, within } from "../shared/dom.js";
import { send } from "../shared/exchange.js";
import { download } from "../shared/files.js";
import { currentPage, goTo, onPage } from "../shared/pages.js";
import { onStatus } from "../shared/status.js";

const BUSY = 300; // milliseconds from one look to the next while papers are added
const AT_ONCE = 4; // files that are sent
const SURE = 4000; // milliseconds in which a second click confirms the first
const CHANGING = ".choose button, .fetch, .ref, .shelf, .place, .new *, .undo, .remove, .pick-it, .tiny"; // what changes papers
const ADDRESS = "library/files"; // see ui/web/library/uploads.py

export function start(gradio) { new LibraryPage(gradio); }

class LibraryPage {
  constructor({ element, server }) {
    Object.assign(this, within(element), { element });
    this.note = this.find(".note");
    const call = caller(server);
    this.ask = asker(call, this.note);
    this.askAgain = asker(call, this.note, { clear: false }); // what the note says after a look is for `paint`
    this.refused = ""; // HTML: the files of the last import that were not taken
    this.running = false; // whether the server adds papers
    this.sending = false; // whether this page sends files
    this.state = null; // what the server said last
    this.begin = latest();
    this.listen();
    this.listenForDrops();
    onStatus(() => { if (currentPage() === "library") this.look(); });
    onPage((name) => { if (name === "library") this.look(); });
  }

  async look() {
    clearTimeout(this.next);
    const current = this.begin(), state = await this.askAgain("look");
    if (state && current()) this.paint(state);
  }

  /** Asks for a change and shows what there is after it; resolves to whether it was made. */
  async change(name, given) {
    this.refused = "";
    const state = await this.ask(name, given);
    if (state) this.changed(state);
    return Boolean(state);
  }

  /** Shows what there is after a change; a look that began before it says what was there before. */
  changed(state) {
    this.begin();
    this.paint(state);
  }

  paint(state) {
    if (this.sending) return; // it is older than what is being sent
    const { find } = this, { parts, trouble, undoable, savable, added, why_not: whyNot } = state;
    const ended = this.running && !state.running;
    Object.assign(this, { state, running: state.running });
    for (const [place, html] of Object.entries(parts)) setHtml(find(`.${place}`), html);
    find(".running").hidden = !this.running;
    find(".result").hidden = !parts.ledger && !parts.rejects;
    find(".save").hidden = !savable;
    find(".undo").hidden = !undoable;
    find(".see").hidden = !added.length;
    for (const control of this.all(CHANGING)) control.disabled = this.running || Boolean(whyNot);
    setHtml(this.note, whyNot || trouble || this.refused);
    clearTimeout(this.next);
    if (this.running) this.next = setTimeout(() => this.look(), BUSY);
    if (ended) send("status");
  }

  // ---- files: sent one by one, then added together

  async send(files) {
    if (this.running || this.sending || !files.length) return;
    this.sending = true;
    this.refused = "";
    setHtml(this.note, "");
    goTo("library");
    this.find(".running").hidden = false;
    this.find(".result").hidden = true;
    setHtml(this.find(".reading"), "");
    const answers = await this.put(files);
    if (!answers) return this.notSent();
    const tokens = answers.flatMap(({ token }) => token ?? []), refusals = answers.filter(({ token }) => !token);
    const state = tokens.length ? await this.ask("take", { tokens, references: [] }) : null;
    this.sending = false;
    this.refused = refusals.map((answer) => failure(answer.failure)).join("");
    if (state) this.changed(state);
    else {
      this.find(".running").hidden = true;
      if (this.refused) setHtml(this.note, this.refused);
    }
  }

  /** Sends files, some at a time; resolves to the answers, or to null if the reader stopped it. */
  async put(files) {
    const answers = [], work = this.find(".work"), began = performance.now();
    this.halted = new AbortController();
    for (let at = 0; at < files.length && !this.halted.signal.aborted; at += AT_ONCE) {
      setText(work, describeSending(files, at, (performance.now() - began) / 1000));
      const some = files.slice(at, at + AT_ONCE);
      answers.push(...await Promise.all(some.map(({ file, name }) => put(file, name, this.halted.signal))));
    }
    return this.halted.signal.aborted ? null : answers;
  }

  notSent() {
    this.sending = false;
    this.find(".running").hidden = true;
    setHtml(this.note, make("p", "calm", "Stopped while the files were sent: nothing was added.").outerHTML);
  }

  /** Stops what is being sent, or what the server does. */
  stop() {
    if (this.sending) return this.halted?.abort();
    return this.changeAndTell("stop");
  }

  // ---- Zotero

  /** Asks what one may choose in Zotero; where it does not answer, that is said in place of a choice. */
  async lookInZotero() {
    const { find } = this, button = find(".shelf"), said = find(".zotero .said");
    button.disabled = true;
    setText(said, "Asking …");
    const found = await this.ask("shelf", {}, find(".zotero .trouble"));
    button.disabled = false;
    setText(said, found?.said ?? "");
    setText(button, found ? "Look again" : "Try again");
    find(".choice").hidden = !found;
    if (found) setHtml(find(".place"), found.options);
  }

  // ---- collections

  /** Turns a collection's name into a field. */
  rename(row) {
    const box = make("input", "named"), name = row.dataset.name;
    Object.assign(box, { type: "text", value: name, maxLength: 40 });
    box.setAttribute("aria-label", `New name of ${name}`);
    row.replaceChildren(box);
    box.select();
    const end = async (to) => {
      forgetHtml(this.find(".collections")); // the field must go even if the list is the same as before
      if (!to || to === name || !await this.change("rename", { name, to })) this.paint(this.state);
    };
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") end(box.value.trim());
      if (event.key === "Escape") { event.stopPropagation(); end(""); }
    });
  }

  // ---- listening

  listen() {
    const { find } = this;
    for (const [button, input] of [[".files", ".pick"], [".folder", ".pick-folder"]]) {
      find(button).addEventListener("click", () => find(input).click());
      find(input).addEventListener("change", ({ target }) => { this.send(named(target.files)); target.value = ""; });
    }
    this.onSubmit(".online", ".ref", (text) => this.change("take", { tokens: [], references: [text] }));
    find(".zotero").addEventListener("submit", (event) => {
      event.preventDefault();
      this.change("take", { tokens: [], references: [find(".place").value] });
    });
    this.onSubmit(".new", ".named", (name) => this.changeAndTell("create", { name }));
    onClick(this.element, this.clicks());
  }

  /** Acts on the text of a form's field, and empties the field if `act` resolves to true. */
  onSubmit(form, field, act) {
    const box = this.find(field, this.find(form));
    this.find(form).addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = box.value.trim();
      if (text && await act(text)) box.value = "";
    });
  }

  async changeAndTell(name, given) {
    const changed = await this.change(name, given);
    if (changed) send("status");
    return changed;
  }

  /** What a click does, by the selector of what is clicked. */
  clicks() {
    const change = (name, given) => this.changeAndTell(name, given);
    return {
      ".stop": () => this.stop(),
      ".undo": () => change("undo"),
      ".see": () => { send("added", this.state.added); goTo("papers"); },
      ".save": async () => { const file = await this.ask("save"); if (file) download(file); },
      ".shelf": () => this.lookInZotero(),
      ".again": ({ dataset }) => change("take", { tokens: [], references: [dataset.source] }),
      ".remove": ({ dataset }) => change("remove", { source: dataset.source }),
      ".pick-it": ({ dataset }) => change("pick", { name: dataset.name }),
      ".rename": (button) => this.rename(button.closest("li")),
      ".delete": (button) => confirmed(button, () => change("delete", { name: button.closest("li").dataset.name })),
    };
  }

  /** Files that are dropped anywhere in the window are papers, except on the page that checks manuscripts. */
  listenForDrops() {
    const drop = this.find(".drop");
    let depth = 0; // of the elements that the drag has entered and not left
    const onFiles = (kind, act) => document.addEventListener(kind, (event) => {
      if (hasFiles(event) && currentPage() !== "check") act(event);
    });
    onFiles("dragenter", () => { depth++; goTo("library"); drop.classList.add("over"); });
    onFiles("dragleave", () => { if (--depth <= 0) drop.classList.remove("over"); });
    onFiles("dragover", (event) => event.preventDefault());
    onFiles("drop", async (event) => {
      event.preventDefault();
      depth = 0;
      drop.classList.remove("over");
      this.send(await droppedFiles(event.dataTransfer.items, (name) => setHtml(this.note, failure(`${name} cannot be read.`))));
    });
  }
}

/** Sends one file; resolves to {token}, or to {failure}, a line of text. */
async function put(file, name, signal) {
  try {
    const headers = { "x-file-name": encodeURIComponent(name) };
    const answer = await fetch(ADDRESS, { method: "PUT", body: file, headers, signal });
    const text = await answer.text();
    return text.startsWith("{") ? JSON.parse(text) : { failure: text };
  } catch {
    return { failure: LOST };
  }
}

/** Acts on the second click within a few seconds. */
function confirmed(button, act) {
  if (button.dataset.sure) return act();
  button.dataset.sure = "1";
  setText(button, "Really?");
  setTimeout(() => { delete button.dataset.sure; setText(button, "Delete"); }, SURE);
}

// The Check page. The state of one check comes as props.value, with the fields of ui/web/views/manuscript.py. All HTML
// in it was escaped by ui/web/render; what this script puts on the page itself goes in as text.

import { droppedFiles, hasFiles, named } from "../library/dropped.js";
import { asker, caller, LOST, watchServer } from "../shared/api.js";
import { failure, make, setHtml, setText, smallButton, within } from "../shared/dom.js";
import { download } from "../shared/files.js";
import { menuItem, openMenu } from "../shared/menu.js";
import { currentPage } from "../shared/pages.js";
import { scrolling } from "../shared/screen.js";

const LARGEST = 5 * 1024 * 1024; // bytes of all files: they travel in one request of at most 8 MiB, in Base64
const FORMATS = [["html", "Web page"], ["md", "Markdown"], ["json", "JSON"]];

export function start(gradio) { new CheckPage(gradio); }

class CheckPage {
  constructor({ element, trigger, props, server, watch }) {
    const { find, all } = within(element);
    Object.assign(this, { element, find, all, trigger, props, note: find(".note") });
    this.ask = asker(caller(server), this.note);
    this.files = []; // [{file, name}]
    this.running = null; // the id of the check that is being made
    this.report = null; // the checked manuscript, which is sent back to be exported
    this.only = new Set(); // the verdicts that are shown; all if there are none
    this.listen();
    watch("value", () => this.onState());
  }

  // ---- what is checked

  add(files) {
    for (const one of files) this.files = [...this.files.filter(({ name }) => name !== one.name), one];
    setHtml(this.note, "");
    this.showFiles();
  }

  showFiles() {
    this.find(".chosen").replaceChildren(...this.files.map((one) => {
      const item = make("li", "", one.name);
      item.append(smallButton(`Leave out ${one.name}`, "×", () => {
        this.files = this.files.filter((other) => other !== one);
        this.showFiles();
      }));
      return item;
    }));
  }

  async check() {
    const { find, files } = this, text = find(".pasted").value;
    if (this.running) return;
    if (!files.length && !text.trim()) return setHtml(this.note, failure("Choose a manuscript, or paste text."));
    if (files.reduce((sum, { file }) => sum + file.size, 0) > LARGEST) {
      return setHtml(this.note, failure("These files have more than 5 MiB. `paperchat check FILE` takes larger ones."));
    }
    const run = Date.now().toString(36);
    this.running = run;
    this.clearLive();
    setHtml(this.note, "");
    this.showRunning("Reading…");
    let sent;
    try { sent = await Promise.all(files.map(async ({ file, name }) => ({ name, data: await base64(file) }))); } catch {
      this.finish();
      return setHtml(this.note, failure("A file cannot be read. Choose it again."));
    }
    if (this.running !== run) return; // it was stopped meanwhile
    this.trigger("check", { run, files: sent, text: files.length ? "" : text });
    watchServer(() => this.running === run, () => { this.finish(); setHtml(this.note, failure(LOST)); });
  }

  // ---- its progress and its result

  onState() {
    const now = this.props.value;
    if (!now?.run || now.run !== this.running) return;
    if (now.state === "failed") { this.finish(); return setHtml(this.note, now.note); }
    if (now.state === "done") return this.paint(now);
    this.showRunning(now.total ? `${now.done} of ${now.total} sentences · ${now.left}` : now.left || "Reading…");
    const live = this.find(".live");
    for (const html of now.rows.slice(live.childElementCount)) {
      const item = make("li");
      setHtml(item, html);
      live.append(item);
    }
    live.hidden = !now.rows.length;
  }

  showRunning(progress) {
    this.find(".run").hidden = Boolean(this.running);
    this.find(".stop").hidden = !this.running;
    setText(this.find(".progress"), progress);
  }

  /** `kept` leaves the sentences that were judged on the page. */
  finish(progress = "", kept = false) {
    this.running = null;
    if (!kept) this.clearLive();
    this.showRunning(progress);
  }

  clearLive() {
    this.find(".live").replaceChildren();
    this.find(".live").hidden = true;
  }

  stop() {
    if (!this.running) return;
    this.trigger("halt");
    const { done = 0, total = 0, run } = this.props.value ?? {}, kept = this.find(".live").childElementCount > 0;
    const after = run === this.running && done ? `Stopped after ${done} of ${total} sentences.` : "Stopped.";
    this.finish(kept ? `${after} Those with a verdict stay below.` : after, kept);
  }

  paint({ parts, counts, name, report }) {
    const { find } = this;
    this.report = report;
    this.only.clear();
    for (const [place, html] of Object.entries(parts)) setHtml(find(`.${place}`), html);
    setText(find(".name"), name);
    find(".away").hidden = !parts["works-in"];
    find(".filters").replaceChildren(...counts.map(([verdict, label, many]) => this.filter(verdict, label, many)));
    find(".result").hidden = false;
    this.showOnly();
    const said = counts.length ? "" : "No sentence cites a paper, and no paper here says one of them.";
    this.finish(said);
    find(".result").focus({ preventScroll: true });
    find(".result").scrollIntoView({ behavior: scrolling(), block: "start" });
  }

  filter(verdict, label, many) {
    const button = make("button", verdict);
    button.type = "button";
    button.append(make("b", "", String(many)), ` ${label}`);
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      if (!this.only.delete(verdict)) this.only.add(verdict);
      button.setAttribute("aria-pressed", String(this.only.has(verdict)));
      this.showOnly();
    });
    return button;
  }

  /** Shows the sentences with the chosen verdicts, and only the passages that have some. */
  showOnly() {
    const { only } = this, shown = (node) => !only.size || only.has(node.dataset.verdict);
    for (const card of this.all(".text .card")) {
      card.hidden = !shown(card);
      this.find(`#s${card.id.slice(1)}`).classList.toggle("off", card.hidden);
    }
    for (const passage of this.all(".text .passage")) {
      passage.hidden = only.size > 0 && ![...passage.querySelectorAll(".card")].some(shown);
    }
  }

  // ---- listening

  listen() {
    const { find } = this, pick = find(".pick"), button = find(".export");
    find(".files").addEventListener("click", () => pick.click());
    pick.addEventListener("change", () => { this.add(named(pick.files)); pick.value = ""; });
    find(".run").addEventListener("click", () => this.check());
    find(".stop").addEventListener("click", () => this.stop());
    const formats = () => FORMATS.map(([format, name]) => menuItem(name, () => this.export(format)));
    button.addEventListener("click", () => openMenu(this.element.firstElementChild, button, formats()));
    this.element.addEventListener("click", (event) => this.onLink(event));
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && currentPage() === "check") this.stop();
    });
    this.listenForDrops();
  }

  async export(format) {
    const answer = await this.ask("export_check", { format, text: JSON.stringify(this.report) });
    if (answer) download(answer);
  }

  /** Goes from a sentence to its quotes and back; the address's hash is for pages. */
  onLink(event) {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    const wanted = this.find(link.getAttribute("href"));
    const there = wanted?.checkVisibility() ? wanted : null;
    if (!there) return;
    for (const lit of this.all(".lit")) lit.classList.remove("lit");
    there.classList.add("lit");
    there.scrollIntoView({ behavior: scrolling(), block: "nearest" });
    if (there.matches(".card")) there.focus({ preventScroll: true });
    else within(there.parentNode).find(`a[href="#q${there.id.slice(1)}"]`).focus({ preventScroll: true });
  }

  /** While this page is shown, files that are dropped are a manuscript. */
  listenForDrops() {
    const drop = this.find(".drop");
    let depth = 0; // of the elements that the drag has entered and not left
    const onFiles = (kind, act) => document.addEventListener(kind, (event) => {
      if (hasFiles(event) && currentPage() === "check") act(event);
    });
    onFiles("dragenter", () => { depth++; drop.classList.add("over"); });
    onFiles("dragleave", () => { if (--depth <= 0) drop.classList.remove("over"); });
    onFiles("dragover", (event) => event.preventDefault());
    onFiles("drop", async (event) => {
      event.preventDefault();
      depth = 0;
      drop.classList.remove("over");
      this.add(await droppedFiles(event.dataTransfer.items, (name) => setHtml(this.note, failure(`${name} cannot be read.`))));
    });
  }
}

/** A file's bytes in Base64. */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

// The Compare page. The state of one comparison comes as props.value, with the fields of
// ui/web/views/comparison.py. All HTML in it was escaped by ui/web/render; what these scripts put on the page themselves goes in as text.

import { Choice } from "../compare/choice.js";
import { Chooser } from "../compare/chooser.js";
import { openColumnMenu } from "../compare/columnmenu.js";
import { Matrix } from "../compare/matrix.js";
import { Sheet } from "../compare/sheet.js";
import { describeView } from "../compare/view.js";
import { asker, caller, LOST, watchServer } from "../shared/api.js";
import { failure, make, onClick, setHtml, setText, smallButton, within } from "../shared/dom.js";
import { receive } from "../shared/exchange.js";
import { download } from "../shared/files.js";
import { closeMenu, menuItem, openMenu } from "../shared/menu.js";
import { mine } from "../shared/mine.js";
import { currentPage, goTo, onPage } from "../shared/pages.js";
import { pinQuotes } from "../shared/pinning.js";
import { narrow } from "../shared/screen.js";
import { onPapers } from "../shared/status.js";
import { recall, store } from "../shared/storage.js";

const STORE = "paperchat.compare.1"; // {papers, aspects, board, made, view}; `board` is a state
const FORMATS = [["csv", "CSV table"], ["md", "Markdown"], ["latex", "LaTeX"], ["docx", "Word"],
  ["html", "Web page"], ["obsidian", "Notes for Obsidian (.zip)"],
  ["bibtex", "BibTeX"], ["ris", "RIS"], ["csl-json", "CSL-JSON"], ["json", "File to open again"]];

export function start(gradio) { new ComparePage(gradio); }

class ComparePage {
  constructor({ element, trigger, props, server, watch, seen }) {
    const { find } = within(element), root = element.firstElementChild;
    Object.assign(this, { element, root, find, trigger, props, note: find(".note"), call: caller(server) });
    this.ask = asker(this.call, this.note);
    this.state = null; // the last state of a comparison that came
    this.running = null; // the id of the comparison that is being made
    this.made = ""; // the choice that the state was made from
    this.offered = false; // whether questions were offered on the empty page
    this.choice = new Choice(props.value?.defaults ?? []);
    this.chooser = new Chooser(root, { choice: this.choice, ask: this.ask, onChange: () => this.changed() });
    this.sheet = new Sheet(root, find(".sheet"));
    this.matrix = new Matrix(find(".grid"), {
      onOpen: (cell, wanted) => this.openCell(cell, wanted), onView: () => { this.save(); this.showView(); },
    });
    this.listen();
    watch("value", () => this.onState());
    this.restore();
    onPage(() => this.offer());
    onPapers(() => { this.offered = false; this.offer(); });
    if (!narrow.matches && currentPage() === "compare") seen(() => this.chooser.box.focus());
  }

  // ---- what is stored: the choice, the comparison, and the view

  save() {
    const { papers, aspects } = this.choice, { made, matrix: { view } } = this;
    const all = { papers, aspects, board: this.running ? null : this.state, made, view };
    if (!store(STORE, all, localStorage)) store(STORE, { ...all, board: null }, localStorage);
  }

  restore() {
    const { papers = [], aspects = this.choice.aspects, made = "", board, view = {} } = recall(STORE, {}, localStorage);
    Object.assign(this.choice, { papers, aspects });
    this.made = made;
    this.showChoice();
    if (board) this.paint(board);
    this.matrix.restore(view);
    this.find(".filter").value = this.matrix.view.words;
    this.showView();
  }

  showChoice() {
    this.chooser.show();
    this.find(".run").classList.toggle("done", this.choice.key() === this.made);
    this.root.classList.toggle("empty", !this.choice.papers.length && !this.state);
  }

  changed() {
    this.showChoice();
    this.save();
  }

  // ---- comparing

  compare() {
    if (this.find(".run").disabled || this.running) return;
    const run = Date.now().toString(36), { choice } = this;
    this.running = run;
    this.made = choice.key();
    setHtml(this.note, "");
    this.showRunning("Reading the abstracts…");
    this.trigger("compare", { run, papers: choice.ids, aspects: choice.columns(false), statements: choice.columns(true), mine: mine() });
    watchServer(() => this.running === run, () => { this.finish(); setHtml(this.note, failure(LOST)); });
  }

  showRunning(progress) {
    this.find(".run").hidden = Boolean(this.running);
    this.find(".stop").hidden = !this.running;
    setText(this.find(".progress"), progress);
  }

  onState() {
    const now = this.props.value;
    if (!now?.run || now.run !== this.running) return;
    if (now.state === "failed") { setHtml(this.note, now.note); this.made = ""; return this.finish(); }
    const progress = [`${now.done} of ${now.total} papers`, now.left].filter(Boolean).join(" · ");
    this.showRunning(now.state === "comparing" ? progress : now.left);
    if (now.rows.length) this.paint(now);
    if (now.state === "done") this.finish();
  }

  finish(progress = "") {
    this.running = null;
    this.showRunning(progress);
    this.changed();
  }

  stop() {
    if (!this.running) return;
    this.trigger("halt");
    this.made = ""; // it is incomplete: Compare continues where it was stopped
    this.finish("Stopped. What was compared so far stays.");
  }

  paint(state) {
    const { find } = this;
    this.state = state;
    find(".result").hidden = false;
    find(".hello").hidden = true;
    this.root.classList.remove("empty");
    this.matrix.paint(state);
    setHtml(find(".summary ul"), state.summary);
    find(".summary").hidden = !state.summary;
    setHtml(find(".foot"), state.foot);
    if (state.note) setHtml(this.note, state.note);
    find(".export").disabled = !state.comparison;
    this.sheet.check();
    this.showView();
  }

  // ---- looking at it

  /** Says how the view differs from the whole table, with a button to undo each difference. */
  showView() {
    const { matrix } = this;
    this.find(".hidden-columns").replaceChildren(...describeView(matrix.view, matrix.aspects).map(({ label, text, change }) => {
      const item = make("li", "", text);
      item.append(smallButton(label, "×", () => matrix.set(change)));
      return item;
    }));
    const shown = matrix.shownRows().length, all = matrix.body.rows.length;
    setText(this.find(".shown"), shown === all ? "" : `${shown} of ${all} papers`);
  }

  /** Shows the abstract behind a cell; one that is not `wanted` only replaces an abstract that is shown. */
  openCell(cell, wanted) {
    if (!cell || (!wanted && !this.sheet.isOpen)) return;
    const row = this.state.rows.find(({ key }) => key === cell.parentNode.dataset.key);
    if (!row) return;
    this.sheet.open(cell, this.matrix.aspectOf(cell), row);
    pinQuotes(this.sheet.node, this.quotesOf(cell));
  }

  /** The quotes behind a cell, to be pinned; the paper's own cell has none. */
  quotesOf(cell) {
    const { papers = [], cells = [] } = this.state.comparison ?? {}, paper = cell.parentNode.dataset.key;
    const title = papers.find((one) => one.paper_id === paper)?.title ?? "", aspect = this.matrix.aspectOf(cell);
    const quotes = cells.find((one) => one.paper_id === paper && one.aspect === aspect)?.quotes ?? [];
    return quotes.map((quote) => ({ ...quote, paper, title, question: aspect }));
  }

  // ---- files

  async export(format) {
    const answer = await this.ask("export_comparison", { format, text: JSON.stringify(this.state.comparison) });
    if (answer) download(answer);
  }

  async load(input) {
    const [file] = input.files;
    if (!file) return;
    const answer = await this.ask("open_comparison", { text: await file.text() });
    input.value = "";
    if (!answer) return;
    this.sheet.close();
    this.choice.take(answer.state.comparison, answer.state.aspects);
    this.made = this.choice.key();
    this.matrix.restore({});
    this.paint(answer.state);
    this.changed();
  }

  // ---- an empty page offers questions that these papers answer

  async offer() {
    const empty = !this.find(".hello").hidden;
    if (this.offered || currentPage() !== "compare" || !empty) return;
    this.offered = true;
    const answer = await this.call("offer_starts"); // its refusal is not shown: nobody has asked for anything
    if (answer.failure) this.offered = false;
    else setHtml(this.find(".starts"), answer.html);
  }

  // ---- listening

  listen() {
    const { find } = this, file = find(".file"), button = find(".export");
    find(".run").addEventListener("click", () => this.compare());
    find(".stop").addEventListener("click", () => this.stop());
    find(".open").addEventListener("click", () => file.click());
    file.addEventListener("change", () => this.load(file));
    find(".filter").addEventListener("input", ({ target }) => this.matrix.set({ words: target.value.trim() }));
    const formats = () => FORMATS.map(([format, name]) => menuItem(name, () => this.export(format)));
    button.addEventListener("click", () => openMenu(this.root, button, formats()));
    onClick(this.element, this.clicks());
    document.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || currentPage() !== "compare" || closeMenu()) return;
      if (this.sheet.isOpen) this.sheet.close();
      else this.stop();
    });
    receive("compare", (papers) => {
      this.choice.papers = [];
      this.chooser.add(papers);
      goTo("compare");
      this.compare();
    });
  }

  /** What a click does, by the selector of what is clicked. */
  clicks() {
    return {
      "button.head": (button) => openColumnMenu(this.root, button, this.matrix),
      ".summary .chip": ({ dataset }) => this.matrix.light(dataset.key),
      ".start": async ({ dataset }) => { if (await this.chooser.addAbout(dataset.question)) this.compare(); },
    };
  }
}

// The Compare page. The state of one comparison comes as props.value, with the fields of
// ui/web/views/comparison.py. All HTML in it was escaped by ui/web/render; what these scripts put on the page themselves goes in as text.

import { Choice, FEWEST } from "../compare/choice.js";
import { Chooser } from "../compare/chooser.js";
import { Cells } from "../compare/cells.js";
import { openColumnMenu } from "../compare/columnmenu.js";
import { Corrections } from "../compare/corrections.js";
import { Files } from "../compare/files.js";
import { listen } from "../compare/listening.js";
import { comparisonOf, draftsOf, EMPTY, grown, LogReader, shapeOf, without, withPending } from "../compare/growth.js";
import { Matrix } from "../compare/matrix.js";
import { Recent } from "../compare/recent.js";
import { Sheet } from "../compare/sheet.js";
import { Start } from "../compare/start.js";
import { keep, remembered } from "../compare/stored.js";
import { removeColumn, showChosen } from "../compare/taking.js";
import { Summary } from "../compare/summary.js";
import { count, Toolbar } from "../compare/toolbar.js";
import { asker, caller, LOST, watchServer } from "../shared/api.js";
import { failure, make, setHtml, setText, within } from "../shared/dom.js";
import { send } from "../shared/exchange.js";
import { mine } from "../shared/mine.js";
import { currentPage, goTo, onPage } from "../shared/pages.js";
import { narrow } from "../shared/screen.js";

const SETTLING = 450; // milliseconds after a click in which nobody minds that columns come to fit what is read
const PAUSE = 400; // milliseconds without another change, after which the table follows the choice

export function start(gradio) { new ComparePage(gradio); }

class ComparePage {
  constructor({ element, trigger, props, server, watch, seen }) {
    const { find } = within(element), root = element.firstElementChild, call = caller(server);
    const { defaults = [], ideas = [] } = props.value ?? {};
    Object.assign(this, { element, root, find, trigger, props, note: find(".note") });
    this.ask = asker(call, this.note);
    this.table = null; // what is in the table (growth.js), once the server has rendered it
    this.kept = null; // the comparison that is stored, until then
    this.drafts = []; // the keys of its rows that were stopped before they were whole
    this.running = null; // the id of the comparison that is being made
    this.wanted = { papers: [], columns: [] }; // its papers and columns
    this.fitsUntil = Infinity; // until when columns and rows come to fit what is read; afterwards they stay as they are
    this.made = ""; // the choice that the comparison was made from
    this.choice = new Choice(defaults);
    this.corrections = new Corrections();
    this.recent = new Recent();
    this.cells = new Cells(this);
    this.chooser = new Chooser(root, {
      choice: this.choice, ask: this.ask, ideas, onChange: () => this.changed(), onClear: () => this.putAway(),
    });
    this.start = new Start(root, { call, recent: this.recent, open: (id) => this.bringBack(id) });
    this.sheet = new Sheet(root, find(".sheet"), {
      edit: (cell) => this.cells.edit(cell), back: (cell) => this.cells.correct(cell, null),
      paper: (id) => { send("open-paper", id); goTo("papers"); },
    });
    this.summary = new Summary(find(".shared"), this.sheet);
    this.matrix = new Matrix(find(".grid"), { defaults, on: {
      open: (cell, wanted) => this.cells.open(cell, wanted), edit: (cell) => this.cells.edit(cell),
      view: () => { this.save(); this.toolbar.show(); this.sheet.check(); }, pick: () => showChosen(this),
    } });
    this.toolbar = new Toolbar(root, this.matrix);
    this.files = new Files(root, {
      ask: this.ask, comparison: () => this.comparison(), toolbar: this.toolbar,
      take: (update) => this.takeFile(grown(EMPTY, update)),
    });
    listen(this);
    watch("value", () => this.onState());
    this.restore(remembered());
    onPage(() => this.showStored());
    if (!narrow.matches && currentPage() === "compare" && !this.stands) seen(() => this.chooser.box.focus());
  }

  /** Whether there is a table, or the shape of one. */
  get stands() { return Boolean(this.comparison() ?? this.running); }

  /** What is compared, as the server takes it back; null if there is no table. */
  comparison() { return this.table ? comparisonOf(this.table) : this.kept; }

  // ---- what is stored: the choice, the comparison, the view

  stored() {
    const { papers, aspects } = this.choice, { made, matrix: { view } } = this;
    return { papers, aspects, made, comparison: this.comparison(), corrections: this.corrections.list(), drafts: this.drafts, view };
  }

  save() { keep(this.stored()); }

  restore({ papers = [], aspects = this.choice.fresh(), made = "", comparison = null, corrections = [], drafts = [], view = {} }) {
    Object.assign(this.choice, { papers, aspects });
    Object.assign(this, { made, kept: comparison, table: null, drafts, fitsUntil: Infinity });
    this.corrections.take(corrections);
    this.matrix.restore(view);
    this.sheet.close();
    this.showStored();
    this.showChoice();
    this.draw();
  }

  /** Has the server render what is stored, once somebody looks. */
  async showStored() {
    const { kept } = this;
    if (!kept || this.table || this.opening === kept || this.running || currentPage() !== "compare") return;
    this.opening = kept;
    const answer = await this.ask("open_comparison", { text: JSON.stringify(kept) });
    this.opening = null;
    if (answer && this.kept === kept && !this.table) this.paint(grown(EMPTY, answer.update));
  }

  showChoice() {
    const { find, choice, root, stands } = this, done = choice.key() === this.made;
    this.chooser.show();
    root.classList.toggle("empty", !choice.papers.length && !stands);
    root.classList.toggle("stands", stands);
    root.classList.toggle("making", Boolean(this.running));
    setText(find(".run"), stands ? "Continue" : "Compare");
    find(".run").hidden = Boolean(this.running) || choice.excess > 0 || (stands ? done || !choice.isComplete : !choice.papers.length);
    find(".keep").hidden = Boolean(this.running) || choice.excess === 0;
    find(".stop").hidden = !this.running;
    for (const part of [".what", ".looks", ".new-one", ".export", ".more"]) find(part).hidden = !stands;
    find(".export").disabled = !this.comparison();
    find(".result").hidden = !stands;
    if (!stands && !this.running) this.say(choice.papers.length ? choice.lack : "");
    if (!stands) this.start.showRecent();
    if (!stands) this.openControls(false);
  }

  /** The choice has changed: a table that stands follows. */
  changed() {
    this.find(".undone").replaceChildren();
    this.showChoice();
    this.save();
    clearTimeout(this.timer);
    if (this.stands) this.timer = setTimeout(() => this.follow(), PAUSE);
  }

  follow() {
    if (this.running) { this.late = true; return; }
    if (this.choice.isComplete && this.choice.key() !== this.made) this.compare();
    else if (!this.choice.isComplete) this.say(this.choice.lack + ". The table stays as it was.");
  }

  // ---- comparing

  /** Compares what the table lacks; with `again`, everything. */
  compare(again = false) {
    const { choice } = this, known = again ? null : without(this.comparison(), this.drafts);
    if (!choice.isComplete || this.running) return;
    const run = Date.now().toString(36), first = this.find(".run") === document.activeElement;
    Object.assign(this, { running: run, late: false, made: choice.key(), first, fitsUntil: performance.now() + SETTLING });
    this.wanted = { papers: choice.papers.slice(), columns: [...choice.columns(false), ...choice.columns(true)] };
    setHtml(this.note, "");
    this.showChoice();
    this.draw();
    this.log = new LogReader();
    this.say(this.lacking(known));
    this.trigger("compare", {
      run, papers: choice.ids, aspects: choice.columns(false), statements: choice.columns(true),
      corrections: this.corrections.list(), known: known && JSON.stringify(known), mine: mine(),
    });
    watchServer(() => this.running === run, () => { this.finish(); this.made = ""; this.showChoice(); setHtml(this.note, failure(LOST)); });
  }

  /** What is being done, in words. */
  lacking(known) {
    const there = new Set(known?.aspects), papers = new Set(known?.papers.map((paper) => paper.paper_id));
    const columns = [...this.choice.columns(false), ...this.choice.columns(true)].filter((name) => !there.has(name));
    const fresh = this.choice.ids.filter((id) => !papers.has(id)).length;
    if (known && !fresh && !columns.length) return "";
    if (known && !fresh) return `Reading ${columns.map((name) => `“${name}”`).join(", ")} in ${this.choice.ids.length} abstracts…`;
    return `Reading ${fresh} abstract${fresh === 1 ? "" : "s"}…`;
  }

  /** Says what is being done, beside the buttons. */
  say(text) {
    setText(this.find(".progress"), text);
    this.summary.say(text);
  }

  /** Offers to undo what `text` says, until the choice changes again. */
  offerUndo(text, undo) {
    const button = make("button", "undo", "Undo");
    button.type = "button";
    button.addEventListener("click", undo);
    this.find(".undone").replaceChildren(text, " ", button);
  }

  onState() {
    const now = this.props.value;
    if (!now?.run || now.run !== this.running) return;
    if (now.state === "failed") { this.finish(); this.made = ""; this.showChoice(); return setHtml(this.note, now.note); }
    const updates = this.log.read(now.log);
    if (updates.length) this.paint(updates.reduce(grown, this.table ?? EMPTY));
    if (this.table) this.drafts = draftsOf(this.table);
    if (this.drafts.length) this.fitsUntil = 0;
    const done = `${now.done} of ${count(now.total, "paper")}${this.drafts.length ? " put into words" : ""}`;
    if (now.state === "comparing") this.say([done, now.left].filter(Boolean).join(" · "));
    else if (now.left) this.say(now.left);
    if (now.note) setHtml(this.note, now.note);
    if (now.state !== "done") return;
    this.finish();
    this.cells.mend();
    if (this.late) this.follow();
  }

  finish(progress = "") {
    this.running = null;
    this.say(progress);
    this.showChoice();
    this.draw();
    this.showStored();
    this.save();
    if (this.first) this.matrix.stop?.focus({ preventScroll: true });
    this.first = false;
  }

  stop() {
    if (!this.running) return;
    this.trigger("halt");
    this.made = ""; // it is incomplete: Compare continues where it was stopped
    this.finish("Stopped. What was compared so far stays.");
  }

  paint(table) {
    if (!table.rows.length) return;
    this.table = table;
    this.find(".export").disabled = !this.comparison();
    this.draw();
  }

  /** Shows the table. What is still to be read has its place already. */
  draw() {
    const { table, kept, running, wanted: { papers, columns } } = this;
    const shown = running ? withPending(table ?? EMPTY, papers, columns) : table ?? (kept && shapeOf(kept));
    if (!shown) return;
    setHtml(this.find(".foot"), shown.foot);
    this.summary.show(shown.summary, Boolean(running));
    this.matrix.paint(shown, performance.now() < this.fitsUntil);
    this.sheet.check();
    this.toolbar.show();
    showChosen(this);
  }

  // ---- another comparison

  openControls(open, box = ".find") {
    this.root.classList.toggle("choosing", open);
    this.find(".edit").setAttribute("aria-expanded", String(open));
    if (open) this.find(box).focus();
  }

  /** Brings the start back; what was compared can be opened again from there. */
  putAway() {
    if (this.running) this.stop();
    if (this.comparison()) this.recent.add(this.stored());
    this.say("");
    this.find(".undone").replaceChildren();
    setHtml(this.note, "");
    this.restore({});
    this.save();
    this.start.offer();
    this.chooser.box.focus();
  }

  bringBack(id) {
    const saved = this.recent.take(id);
    if (!saved) return this.start.showRecent();
    this.restore(saved);
    this.save();
  }

  takeFile(table) {
    const comparison = comparisonOf(table);
    if (this.comparison()) this.recent.add(this.stored());
    this.choice.take(comparison, table.aspects);
    this.corrections.takeFrom(comparison);
    Object.assign(this, { made: this.choice.key(), fitsUntil: Infinity });
    this.matrix.restore({});
    this.sheet.close();
    this.paint(table);
    this.showChoice();
    this.save();
  }

  /** Compares papers that were chosen elsewhere. */
  takePapers(papers) {
    if (this.comparison()) this.recent.add(this.stored());
    const { choice } = this;
    choice.papers = [];
    this.matrix.picked.clear();
    choice.add(papers);
    this.changed();
    goTo("compare");
    this.compare();
    if (this.stands && choice.papers.length < FEWEST) this.openControls(true);
  }

  openColumn(button) { openColumnMenu(this.root, button, this.matrix, (name) => removeColumn(this, name)); }
}

// The Papers page. Titles and openings come as text and go in as text; the HTML of an abstract was escaped by
// ui/web/render/papers.py. A paper is named by its place in the table, whose rows come as they are scrolled into view.

import { Chosen } from "../papers/chosen.js";
import { Cited } from "../papers/cited.js";
import { cloudOf } from "../papers/cloud.js";
import { dressGroups, titlesOf } from "../papers/groups.js";
import { legendOf, mapInWords, waitingFor } from "../papers/legend.js";
import { listen } from "../papers/listening.js";
import { ariaSort, describeShown, nextSort, sortPapers } from "../papers/listing.js";
import { PointMap } from "../papers/map.js";
import { paintRow, paperRow } from "../papers/paperrow.js";
import { Reader } from "../papers/reader.js";
import { Rows } from "../papers/rows.js";
import { Selection } from "../papers/selection.js";
import { RowStore } from "../papers/store.js";
import { PaperTip } from "../papers/tip.js";
import { asker, caller, latest } from "../shared/api.js";
import { setText, within } from "../shared/dom.js";
import { receive } from "../shared/exchange.js";
import { FilterButton } from "../shared/filter.js";
import { unpack } from "../shared/packed.js";
import { currentPage, onPage } from "../shared/pages.js";
import { narrow } from "../shared/screen.js";
import { onStatus } from "../shared/status.js";
import { recall, store } from "../shared/storage.js";

const STORE = "paperchat.papers.1"; // {chosen, cited, citedAs}: ids
const COLOURS = 9; // --g0 to --g8 in css/papers.css

export function start(gradio) { new PapersPage(gradio); }

class PapersPage {
  constructor({ element, server }) {
    const { find, all } = within(element), root = element.firstElementChild;
    Object.assign(this, { element, root, find, all, call: caller(server) });
    this.ask = asker(this.call, find(".note"));
    this.table = null; // {key, count}
    this.map = null; // {labels, groups}
    this.every = []; // all places
    this.ranks = null; // each paper's place in the order of titles, once it is needed
    this.found = null; // {words, near} of a search: places
    this.near = null; // the same near ones, as a set
    this.sort = null; // {by, way}; null is the order of the source, or the best match first
    this.filtered = null; // the places that the filter lets in
    this.group = ""; // the number of the only group that is shown
    this.hovered = -1;
    this.begin = latest();
    this.build();
    listen(this);
    receive("cited", (ids) => this.light(ids, ""));
    receive("added", (ids) => this.light(ids, "added"));
    onStatus(() => { if (currentPage() === "papers") this.load(); });
    onPage((name) => { if (name === "papers") this.load(); else this.hover(-1); });
  }

  build() {
    const { find, root } = this, stored = recall(STORE, {});
    this.cited = new Cited(find(".under .cited"), stored);
    this.box = find(".find");
    this.reader = new Reader(find(".reader"), this.call);
    this.selection = new Selection(root, () => this.showSelection());
    this.store = new RowStore({
      ask: this.ask, onRows: (places) => this.showRows(places), onOutdated: () => this.load(),
      isWanted: (at) => at === this.hovered || this.rows.built.has(at),
    });
    this.tip = new PaperTip(find(".tip"), this);
    this.names = new Chosen(this.store, stored.chosen ?? []);
    this.rows = new Rows(find(".rows"), {
      make: (at) => paperRow(this.store.row(at)), update: (row, at) => this.updateRow(row, at),
      onAt: (at) => this.onAt(at), onOpen: (at) => this.open(at), onTick: (at) => this.selection.toggle(at),
    });
    this.filter = new FilterButton(find(".tools .filter"), { root, ask: this.ask, onChange: (places) => {
      this.filtered = places && new Set(places);
      this.showFilter();
      this.show();
    } });
    this.chart = new PointMap(find("canvas"), {
      onHover: (at) => this.hover(at), onOpen: (at) => (at < 0 ? this.close() : this.open(at, "map")),
      onName: (at) => this.onlyGroup(at), onLasso: (places) => { this.lasso(false); this.selection.add(places); },
    });
  }

  // ---- loading

  async load() {
    if (this.loading) return;
    this.loading = true;
    try {
      if (!this.table || !await this.isCurrent()) await this.loadTable();
    } finally { this.loading = false; }
  }

  /** Whether the papers are still those of the table. */
  async isCurrent() {
    const answer = await this.ask("which_papers");
    return !answer || answer.key === this.table.key;
  }

  async loadTable() {
    this.forget();
    setText(this.find(".tally"), "Loading the papers…");
    this.table = await this.ask("list_papers");
    if (!this.table) return;
    this.every = Array.from({ length: this.table.count }, (_, at) => at);
    this.store.open(this.table);
    if (this.box.value) this.search();
    else this.show();
    this.loadMap(this.table);
    await this.placePapers();
  }

  /** Looks up the papers that are chosen and cited, whose ids are known, in the table. */
  async placePapers() {
    const [chosen, cited] = await Promise.all([this.names.ids, this.cited.ids].map((ids) => this.placesOf(ids)));
    for (const at of chosen) this.selection.chosen.add(at);
    this.cited.place(cited);
    this.placed = true;
    if (chosen.length || cited.length) this.show();
  }

  /** It may take minutes, in which the papers may change. */
  async loadMap(table) {
    const { find } = this;
    setText(find(".wait"), waitingFor(table.count));
    const answer = await this.ask("draw_map");
    if (table !== this.table) return;
    setText(find(".wait"), "");
    if (answer?.key !== table.key) return;
    const cloud = cloudOf(answer), groups = dressGroups({ ...cloud.some, groups: answer.groups }, COLOURS);
    const titles = titlesOf(groups);
    this.map = { labels: cloud.labels, groups };
    this.chart.setCloud(cloud, groups);
    find(".group").append(...titles.map((title, at) => new Option(title, at)));
    find("canvas").setAttribute("aria-label", mapInWords(cloud.xs.length, titles));
    setText(find(".legend"), legendOf(answer.projected, cloud.xs.length));
    this.show();
  }

  /** Drops the papers of an old table; the chosen ones will be looked up in the new one. */
  forget() {
    if (!this.table) return;
    this.close();
    this.selection.chosen.clear();
    Object.assign(this, { table: null, placed: false, map: null, found: null, near: null, group: "", filtered: null, ranks: null });
    this.filter.set();
    this.showFilter();
    this.find(".group").replaceChildren(this.find(".group").options[0]);
    this.rows.clear();
  }

  async placesOf(ids) { return ids.length ? (await this.ask("place_papers", { ids }))?.places ?? [] : []; }

  /** The papers at some places as {id, title}, for another page; null if they cannot be had. */
  async papersAt(places) { return (await this.store.load(places))?.map(({ id, title }) => ({ id, title })); }

  // ---- which papers are shown, in which order

  show() {
    const { table, found, sort, find } = this;
    if (!table) return;
    const matching = found ? [...found.words, ...found.near] : this.every;
    const places = sortPapers(this.narrowed ? matching.filter((at) => this.passes(at)) : matching, sort, this.ranks);
    this.rows.setKeys(places);
    this.showOnMap(places);
    setText(find(".tally"), describeShown(places, table.count, this.near, this.box.value.trim()));
    const why = table.count ? "No paper matches. Try other words, or fewer." : "There are no papers here yet. Add some in Library.";
    find(".none").hidden = places.length > 0;
    setText(find(".none"), places.length ? "" : why);
    for (const head of this.all("[role=columnheader][aria-sort]")) {
      head.setAttribute("aria-sort", ariaSort(find("button", head).dataset.sort, sort, Boolean(found)));
    }
    this.showSelection();
  }

  get narrowed() { return this.filtered || this.group !== "" || this.cited.only; }

  passes(at) {
    return (!this.filtered || this.filtered.has(at)) && (this.group === "" || this.map?.labels[at] === Number(this.group))
      && (!this.cited.only || this.cited.places.has(at));
  }

  showOnMap(places) {
    const dim = new Uint8Array(this.table.count).fill(1);
    for (const at of places) dim[at] = 0;
    this.chart.emphasise(new Set(places.map((at) => this.map?.labels[at])));
    const all = places.length === this.table.count;
    this.chart.set({ dim: all ? null : dim, chosen: this.selection.chosen, cited: this.cited.places, opened: this.reader.at });
  }

  showFilter() { setText(this.filter.button, this.filter.words || "Filter"); }

  async search() {
    const text = this.box.value.trim(), current = this.begin();
    const found = text && this.table ? await this.ask("find_papers", { text }) : null;
    if (!current()) return; // more was typed meanwhile
    if (found && found.key !== this.table.key) return this.load(); // the papers have changed
    if (found) found.words = unpack(found.words);
    Object.assign(this, { found, near: found && new Set(found.near), sort: null });
    this.show();
  }

  /** Shows one group alone, or all groups again. */
  onlyGroup(at) {
    this.group = this.group === String(at) ? "" : String(at);
    this.find(".group").value = this.group;
    this.show();
  }

  // ---- rows

  /** Rows have come that were not there before. */
  showRows(places) {
    this.rows.renew(places);
    if (places.includes(this.tip.at)) this.tip.show(this.tip.at);
  }

  updateRow(row, at) {
    const label = this.map?.labels[at], near = Boolean(this.found?.words.length) && this.near.has(at);
    const states = { near, "is-cited": this.cited.places.has(at), hovered: at === this.hovered, opened: at === this.reader.at };
    paintRow(row, this.selection.chosen.has(at), states, label === undefined ? null : this.map.groups[label].colour);
  }

  hover(at, fromTable = false) {
    if (at === this.hovered) return;
    this.hovered = at;
    this.chart.set({ hovered: at });
    for (const [key, row] of this.rows.built) row.classList.toggle("hovered", key === at);
    this.tip.show(fromTable || !this.map ? -1 : at);
  }

  // ---- choosing

  lasso(on) {
    this.chart.lassoing = on;
    this.find(".lasso").setAttribute("aria-pressed", String(on));
    this.root.classList.toggle("lassoing", on);
  }

  showSelection() {
    this.selection.show(this.rows.keys, this.reader.at);
    this.rows.paint();
    this.chart.set({ chosen: this.selection.chosen });
    if (this.table) this.save();
  }

  async save() {
    if (this.placed) await this.names.keep(this.selection.places());
    store(STORE, { chosen: this.names.ids, cited: this.cited.ids, citedAs: this.cited.as });
  }

  /** Highlights papers that another page hands over, by their ids. */
  async light(ids, as) {
    this.cited.set(ids, as);
    if (!this.table) return this.save();
    this.cited.place(await this.placesOf(ids));
    this.show();
  }

  // ---- the abstract

  async open(at, by = "table") {
    const [row] = await this.store.load([at]) ?? [];
    const answer = row && await this.ask("open_paper", { id: row.id, text: this.found ? this.box.value : "" });
    if (!answer) return;
    this.reader.show(at, answer, by);
    this.chart.inset = narrow.matches ? 0 : this.reader.node.offsetWidth;
    this.chart.set({ opened: at });
    if (this.map) this.chart.reveal(at);
    this.rows.moveToKey(at);
    this.showSelection();
  }

  close() {
    if (!this.reader.isOpen) return;
    const focus = this.reader.close();
    this.chart.inset = 0;
    this.chart.set({ opened: -1 });
    this.rows.paint();
    if (focus === "table") this.rows.root.focus({ preventScroll: true });
  }

  /** The abstract follows the keyboard. */
  onAt(at) {
    this.hover(at, true);
    if (this.reader.isOpen) this.open(at);
  }

  async sortBy(column) {
    if (column === "title" && !this.ranks) {
      const answer = await this.ask("order_titles");
      if (!answer) return;
      this.ranks = unpack(answer.ranks);
    }
    this.sort = nextSort(this.sort, column, Boolean(this.found));
    this.show();
  }
}

// The Papers page. Titles and openings come as text and go in as text; the HTML of an abstract was escaped by
// ui/web/render/papers.py. A paper is named by its place in the table.

import { Cited } from "../papers/cited.js";
import { dressGroups } from "../papers/groups.js";
import { listen } from "../papers/listening.js";
import { ariaSort, describeShown, nextSort, sortPapers } from "../papers/listing.js";
import { PointMap } from "../papers/map.js";
import { paperRow } from "../papers/paperrow.js";
import { Reader } from "../papers/reader.js";
import { Rows } from "../papers/rows.js";
import { Selection } from "../papers/selection.js";
import { showTip } from "../papers/tip.js";
import { asker, caller, latest } from "../shared/api.js";
import { make, setHtml, setText, within } from "../shared/dom.js";
import { receive } from "../shared/exchange.js";
import { FilterButton } from "../shared/filter.js";
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
    Object.assign(this, { element, root, find, all, ask: asker(caller(server), find(".note")) });
    this.table = null; // columns: ids, titles, openings, urls, hosts
    this.map = null; // {points, labels, groups}
    this.drawn = new Map(); // place -> {title, opening} as markup, of papers with TeX
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
    this.storedChosen = stored.chosen ?? [];
    this.cited = new Cited(find(".under .cited"), stored);
    this.box = find(".find");
    this.reader = new Reader(find(".reader"));
    this.selection = new Selection(root, () => this.showSelection());
    this.rows = new Rows(find(".rows"), {
      make: (at) => this.makeRow(at), update: (row, at) => this.updateRow(row, at),
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
    setText(this.find(".wait"), "Drawing the map…");
    this.table = await this.ask("list_papers");
    if (!this.table) return setText(this.find(".wait"), "");
    this.drawn = new Map(this.table.drawn.map(([at, title, opening]) => [at, { title, opening }]));
    this.selection.chosen = new Set(this.placesOf(this.storedChosen));
    this.cited.place((ids) => this.placesOf(ids));
    if (this.box.value) this.search();
    else this.show();
    await this.loadMap();
  }

  async loadMap() {
    const { find } = this;
    const map = await this.ask("draw_map");
    setText(find(".wait"), "");
    if (!map) return;
    const groups = dressGroups(map, COLOURS), titles = groups.map(({ name, size }) => `${name} (${size})`);
    this.map = { ...map, groups };
    this.chart.setPoints(map.points, map.labels, groups);
    find(".group").append(...titles.map((title, at) => Object.assign(make("option", "", title), { value: at })));
    find("canvas").setAttribute("aria-label", `A map of ${map.points.length} papers by meaning, with these groups: `
      + `${titles.join("; ")}. The table has the same papers.`);
    this.show();
  }

  /** Drops the papers of an old table; the chosen ones are looked up again in the new one. */
  forget() {
    if (!this.table) return;
    this.storedChosen = this.selection.places().map((at) => this.table.ids[at]);
    this.close();
    Object.assign(this, { table: null, map: null, found: null, near: null, group: "", filtered: null });
    this.filter.set();
    this.showFilter();
    this.find(".group").replaceChildren(this.find(".group").options[0]);
    this.rows.clear();
  }

  placesOf(ids) { return ids.map((id) => this.table.ids.indexOf(id)).filter((at) => at >= 0); }
  papersAt(places) { return places.map((at) => ({ id: this.table.ids[at], title: this.table.titles[at] })); }

  // ---- which papers are shown, in which order

  show() {
    const { table, found, sort, find } = this;
    if (!table) return;
    const matching = found ? [...found.words, ...found.near] : table.ids.map((_, at) => at);
    const places = sortPapers(matching.filter((at) => this.passes(at)), sort, table.titles);
    this.rows.setKeys(places);
    this.showOnMap(places);
    setText(find(".tally"), describeShown(places, table.ids.length, this.near, this.box.value.trim()));
    const why = table.ids.length ? "No paper matches. Try other words, or fewer." : "There are no papers here yet. Add some in Library.";
    find(".none").hidden = places.length > 0;
    setText(find(".none"), places.length ? "" : why);
    for (const head of this.all("[role=columnheader][aria-sort]")) {
      head.setAttribute("aria-sort", ariaSort(find("button", head).dataset.sort, sort, Boolean(found)));
    }
    this.showSelection();
  }

  passes(at) {
    return (!this.filtered || this.filtered.has(at)) && (this.group === "" || this.map?.labels[at] === Number(this.group))
      && (!this.cited.only || this.cited.places.has(at));
  }

  showOnMap(places) {
    const dim = new Uint8Array(this.table.ids.length).fill(1);
    for (const at of places) dim[at] = 0;
    this.chart.emphasise(new Set(places.map((at) => this.map?.labels[at])));
    const all = places.length === this.table.ids.length;
    this.chart.set({ dim: all ? null : dim, chosen: this.selection.chosen, cited: this.cited.places, opened: this.reader.at });
  }

  showFilter() { setText(this.filter.button, this.filter.words || "Filter"); }

  async search() {
    const text = this.box.value.trim(), current = this.begin();
    const found = text && this.table ? await this.ask("find_papers", { text }) : null;
    if (!current()) return; // more was typed meanwhile
    if (found && found.key !== this.table.key) return this.load(); // the papers have changed
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

  makeRow(at) {
    const { titles, openings, urls, hosts } = this.table;
    return paperRow({ place: at + 1, title: titles[at], opening: openings[at], url: urls[at], host: hosts[at], drawn: this.drawn.get(at) });
  }

  updateRow(row, at) {
    const chosen = this.selection.chosen.has(at), label = this.map?.labels[at];
    row.setAttribute("aria-selected", String(chosen));
    this.find("input", row).checked = chosen;
    row.classList.toggle("near", Boolean(this.found?.words.length) && this.near.has(at));
    row.classList.toggle("is-cited", this.cited.places.has(at));
    row.classList.toggle("hovered", at === this.hovered);
    row.classList.toggle("opened", at === this.reader.at);
    this.find(".dot", row).style.background = label === undefined ? "" : `var(--g${this.map.groups[label].colour})`;
  }

  hover(at, fromTable = false) {
    if (at === this.hovered) return;
    this.hovered = at;
    this.chart.set({ hovered: at });
    for (const [key, row] of this.rows.built) row.classList.toggle("hovered", key === at);
    const tip = this.find(".tip");
    tip.hidden = at < 0 || !this.map || fromTable;
    if (tip.hidden) return;
    const title = make("strong", "", this.table.titles[at]), group = this.map.groups[this.map.labels[at]];
    if (this.drawn.has(at)) setHtml(title, this.drawn.get(at).title);
    showTip(tip, this.chart.placeOf(at), this.chart.width, [title, make("span", "", group.name)]);
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

  save() {
    const chosen = this.table ? this.selection.places().map((at) => this.table.ids[at]) : this.storedChosen;
    store(STORE, { chosen, cited: this.cited.ids, citedAs: this.cited.as });
  }

  /** Highlights papers that another page hands over, by their ids. */
  light(ids, as) {
    this.cited.set(ids, as);
    if (!this.table) return this.save();
    this.cited.place((these) => this.placesOf(these));
    this.show();
  }

  // ---- the abstract

  async open(at, by = "table") {
    const answer = await this.ask("open_paper", { id: this.table.ids[at], text: this.found ? this.box.value : "" });
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

  /** On a phone there is room for the table or for the map. */
  view(name) {
    this.root.dataset.view = name;
    for (const button of this.all(".views button")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
    this.rows.later();
  }

  sortBy(column) {
    this.sort = nextSort(this.sort, column, Boolean(this.found));
    this.show();
  }
}

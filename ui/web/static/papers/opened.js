// Which paper's abstract is open, and the browser's history of it: Back leads to the paper before, and closes the first.

import { latest } from "../shared/api.js";
import { failure } from "../shared/dom.js";
import { currentPage, onPage } from "../shared/pages.js";
import { narrow } from "../shared/screen.js";

const HERE = "papers";

/** What an entry of the history says: `paper` is open, and closing it goes `depth` entries back. */
const said = () => history.state?.paperchat ?? { paper: "", depth: 0 };

export class Opened {
  /** `page` is the Papers page. */
  constructor(page) {
    Object.assign(this, { page, last: currentPage(), awaited: said().paper, wish: latest() });
    addEventListener("popstate", () => this.onHistory());
    onPage((name) => {
      this.last = name;
      if (name === HERE) this.begin();
    });
  }

  /** Opens the paper at a place. `by` is "table", "map", "similar", "elsewhere" or "history". */
  async open(at, by) {
    const wanted = this.wish(), wasOpen = this.page.reader.isOpen, [row] = await this.page.store.load([at]) ?? [];
    if (!row || !await this.show(row, by, wanted) || by === "history") return;
    const { paper, depth } = said();
    if (paper === row.id) return;
    if (by === "elsewhere" && !depth) this.#write("replaceState", row.id, 0);
    else if (wasOpen && paper && by !== "similar") this.#write("replaceState", row.id, depth);
    else this.#write("pushState", row.id, depth + 1);
  }

  /** Opens a paper by its id, as soon as the table is there and the page is shown. */
  async openId(id, by) {
    const able = this.page.table && currentPage() === HERE;
    this.awaited = able ? "" : id;
    if (!able) return;
    const wanted = this.wish(), [found] = await this.page.pairsOf([id]);
    if (!wanted()) return;
    if (found) await this.open(found[1], by);
    else this.page.say(failure("This paper is not in the collection any more."));
  }

  /** The table has come, or another one, or the page is shown. */
  async begin() { if (this.awaited) await this.openId(this.awaited, said().paper === this.awaited ? "history" : "elsewhere"); }

  /** The table is dropped; what is open will be looked for in the next one. */
  forget() {
    if (this.page.reader.isOpen) this.awaited = this.page.reader.id;
    this.hide();
  }

  /** Opens the paper some rows further down. */
  step(by) {
    const { reader, rows: { keys, at } } = this.page, key = keys[(reader.isOpen ? keys.indexOf(reader.at) : at) + by];
    if (key !== undefined) this.open(key, "table");
  }

  close() {
    const { isOpen } = this.page.reader;
    this.hide();
    if (!isOpen) return;
    const { paper, depth } = said();
    if (depth) history.go(-depth);
    else if (paper) this.#write("replaceState", "", 0);
  }

  /** Whether Back leads to another paper, or to the page that opened this one. */
  get hasBefore() { const { paper, depth } = said(); return Boolean(paper) && depth !== 1; }

  /** Resolves to whether the pane shows the paper of a row; not if another was `wanted` meanwhile, or none. */
  async show({ at, id }, by, wanted) {
    const { page } = this, answer = await page.ask("open_paper", { id, text: page.found ? page.box.value : "" });
    if (!answer || !wanted()) return false;
    page.reader.show(at, answer, by);
    page.root.classList.add("reading");
    page.chart.set({ opened: at });
    if (page.map) page.chart.reveal(at);
    page.rows.moveToKey(at);
    page.showSelection();
    setTimeout(() => { page.find(".back").hidden = !this.hasBefore && !narrow.matches; }); // once the history knows it
    if (narrow.matches) page.find(".reader .page").focus();
    return true;
  }

  hide() {
    const { page } = this;
    this.wish();
    if (!page.reader.isOpen) return;
    const focus = page.reader.close();
    page.root.classList.remove("reading");
    page.chart.set({ opened: -1 });
    page.rows.paint();
    if (focus === "table") page.rows.root.focus({ preventScroll: true });
  }

  /** To the paper before, or to the page that opened this one, or to the table. */
  back() {
    if (said().paper) history.back();
    else this.hide();
  }

  onHistory() {
    if (currentPage() !== HERE) return;
    const { paper } = said(), { reader } = this.page, came = this.last !== HERE;
    if (paper && paper !== reader.id) this.openId(paper, "history");
    else if (!paper && reader.isOpen && (!came || narrow.matches)) this.hide();
  }

  #write(how, paper, depth) { history[how]({ ...history.state, paperchat: { paper, depth } }, ""); }
}

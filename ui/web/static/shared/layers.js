// What lies over a page and the browser's Back closes: a sheet, a drawer, an opened abstract.

/** The layers that are open, over the entries of `history`; `page` gets its events (both are the browser's). */
export class Layers {
  #open = []; // functions that close, the lowest layer first
  #gone = null; // a promise while a Back of our own is on its way

  constructor(history, page) {
    this.history = history;
    this.page = page;
    page.addEventListener("popstate", ({ state }) => { if (!this.#gone) this.#closeTo(state?.layer ?? 0); });
    if (history.state?.layer) history.go(-history.state.layer); // the page was loaded anew under a layer
  }

  get isOpen() { return this.#open.length > 0; }

  has(close) { return this.#open.includes(close); }

  /** Notes that a layer was opened; `close` is called once, whatever closes it. */
  open(close) {
    if (this.has(close)) return;
    this.#open.push(close);
    const layer = this.#open.length, note = () => this.history.pushState({ layer }, "");
    if (this.#gone) this.#gone.then(() => { if (this.has(close)) note(); });
    else note();
  }

  /** Closes a layer and those above it. Resolves when the history is as it was before they opened. */
  close(close) {
    const at = this.#open.indexOf(close);
    if (at < 0) return this.#gone ?? Promise.resolve();
    const steps = this.#open.length - at;
    this.#gone = new Promise((done) => {
      this.page.addEventListener("popstate", () => { this.#gone = null; done(); }, { once: true });
    });
    const gone = this.#gone;
    this.#closeTo(at);
    this.history.go(-steps);
    return gone;
  }

  closeAll() { return this.isOpen ? this.close(this.#open[0]) : Promise.resolve(); }

  #closeTo(depth) {
    while (this.#open.length > depth) this.#open.pop()();
  }
}

/** Those of this window. */
export const layers = globalThis.history ? new Layers(globalThis.history, globalThis) : null;

// A search box with a list of what it finds while one types.

import { latest } from "./api.js";
import { make } from "./dom.js";

const PAUSE = 120; // milliseconds without another letter, after which a text is looked up

/** The option that an arrow key leads to: after the last comes the first. */
export function nextOption(active, step, count) { return (active + step + count) % count; }

/**
 * Makes a combobox of `box` (an input) and `list` (a list under it). `look(text)` resolves to the options,
 * [{text, act, cls}], or to null; `onEmptyBack` is called for Backspace in an empty box.
 */
export class Finder {
  constructor(box, list, look, onEmptyBack) {
    Object.assign(this, { box, list, look, onEmptyBack, options: [], active: -1, timer: 0, begin: latest() });
    box.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.search(), PAUSE); });
    box.addEventListener("keydown", (event) => this.onKey(event));
    box.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.take([...list.children].indexOf(event.target.closest("li")));
    });
  }

  async search() {
    this.timer = 0;
    const text = this.box.value.trim();
    if (!text) return this.close();
    const current = this.begin();
    const slow = setTimeout(() => { if (current()) this.show([{ text: "Searching…", cls: "wait" }], -1); }, 300);
    const found = await this.look(text);
    clearTimeout(slow);
    if (current()) this.show(found ?? [], 0);
  }

  show(options, active) {
    Object.assign(this, { options, active });
    const { box, list } = this;
    list.replaceChildren(...options.map((option, at) => this.item(option, at)));
    list.hidden = !options.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.setAttribute("aria-activedescendant", active < 0 || list.hidden ? "" : `${list.id}-${active}`);
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  item({ text, cls = "" }, at) {
    const item = make("li", cls, text);
    item.id = `${this.list.id}-${at}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(at === this.active));
    return item;
  }

  close() {
    this.begin(); // an answer that is still on its way comes too late
    this.show([], -1);
  }

  /** Does what an option is for. */
  take(at) {
    const option = this.options[at];
    if (!option?.act) return;
    this.box.value = "";
    this.close();
    option.act();
  }

  /** Takes the marked option; of a text that was typed just now, the first one that is found. */
  async enter() {
    if (this.timer) {
      clearTimeout(this.timer);
      await this.search();
    }
    this.take(this.active);
  }

  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], count = this.options.length;
    if (step && count) { event.preventDefault(); this.show(this.options, nextOption(this.active, step, count)); }
    if (event.key === "Enter") { event.preventDefault(); this.enter(); }
    if (event.key === "Escape" && count) { event.stopPropagation(); this.close(); }
    if (event.key === "Backspace" && !this.box.value) this.onEmptyBack();
  }
}

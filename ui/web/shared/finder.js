// A search box with a list of what it finds, as one types. It runs in the document's head.
"use strict";

/**
 * Makes a combobox of `box` (an input) and `list` (a list under it). `look(text)` gives what may be
 * chosen, [{text, act, cls}], or null; `onEmptyBack` is called for Backspace in an empty box.
 */
window.paperchat.Finder = class {
  constructor(box, list, look, onEmptyBack) {
    Object.assign(this, { box, list, look, onEmptyBack, options: [], active: -1, typed: 0, timer: 0 });
    box.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.search(), 120); });
    box.addEventListener("keydown", (event) => this.onKey(event));
    box.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.choose([...list.children].indexOf(event.target.closest("li")));
    });
  }

  async search() {
    const text = this.box.value.trim(), mine = ++this.typed;
    if (!text) return this.close();
    const slow = setTimeout(() => { if (mine === this.typed) this.show([{ text: "Searching…", cls: "wait" }], -1); }, 300);
    const found = await this.look(text);
    clearTimeout(slow);
    if (found && mine === this.typed) this.show(found, 0);
  }

  show(options, active) {
    Object.assign(this, { options, active });
    this.list.replaceChildren(...options.map((option, at) => {
      const item = window.paperchat.make("li", option.cls ?? "", option.text);
      item.id = `${this.list.id}-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(at === active));
      return item;
    }));
    this.list.hidden = !options.length;
    this.box.setAttribute("aria-expanded", String(!this.list.hidden));
    this.box.setAttribute("aria-activedescendant", active < 0 || this.list.hidden ? "" : `${this.list.id}-${active}`);
    this.list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  close() { this.typed++; this.show([], -1); }

  choose(at) {
    const option = this.options[at];
    if (!option?.act) return;
    this.box.value = "";
    this.close();
    option.act();
  }

  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], count = this.options.length;
    if (step && count) { event.preventDefault(); this.show(this.options, (this.active + step + count) % count); }
    if (event.key === "Enter") { event.preventDefault(); this.choose(this.active); }
    if (event.key === "Escape" && count) { event.stopPropagation(); this.close(); }
    if (event.key === "Backspace" && !this.box.value) this.onEmptyBack();
  }
};

// A button that narrows papers by year, author, venue, tag and file. It runs in the document's head.
"use strict";

/**
 * `value` is the filter as ui/filtering.py reads it, or null, and `words` the same to be read.
 * `ask(call, given)` asks the server; `onChange` hears of a new filter, with the places it lets in.
 */
window.paperchat.FilterButton = class {
  static KINDS = [["authors", "Author"], ["venues", "Venue"], ["tags", "Tag"], ["sources", "File"]];

  constructor(button, { root, ask, onChange }) {
    Object.assign(this, { button, root, ask, onChange, value: null, words: "" });
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => this.open());
    this.offer();
    window.paperchat.onStatus(() => this.offer());
  }

  /** There is no button where all papers are alike in what one could narrow by. */
  async offer() {
    let facets;
    try { facets = await this.ask("list_facets", {}); } catch { return; }
    if (!facets) return;
    this.facets = facets;
    const { years, authors, venues, tags, sources } = facets;
    this.button.hidden = !this.value && !years.length && !authors.length && !venues.length && !tags.length && sources.length < 2;
  }

  set({ value = null, words = "" } = {}) {
    [this.value, this.words] = [value, words];
    this.button.classList.toggle("on", Boolean(value));
  }

  open() { window.paperchat.menu.open(this.root, this.button, [this.form(this.facets)]); }

  async take(value) {
    const said = value ? await this.ask("try_filter", { filter: value }) : { words: "", places: null };
    if (!said) return;
    this.set({ value: said.words ? value : null, words: said.words });
    window.paperchat.menu.close();
    this.onChange(said.places);
  }

  form(facets) {
    const { make } = window.paperchat, { value } = this;
    const form = make("form", "narrow");
    form.autocomplete = "off";
    const field = (name, label, now, set) => {
      const row = make("label", "", label), box = make("input");
      box.name = name;
      box.value = now ?? "";
      set(box);
      row.append(box);
      form.append(row);
    };
    const [first, last] = facets.years;
    if (facets.years.length) {
      for (const [name, label, hint] of [["first_year", "From", first], ["last_year", "To", last]]) {
        field(name, label, value?.[name], (box) => Object.assign(box, { type: "number", min: 0, max: 9999, placeholder: hint }));
      }
    }
    for (const [kind, label] of this.constructor.KINDS) {
      if (!facets[kind].length) continue;
      field(kind, label, value?.[kind]?.join("; "), (box) => {
        const list = make("datalist");
        list.id = `${this.root.id || "pc"}-${kind}`;
        list.append(...facets[kind].map((name) => Object.assign(make("option"), { value: name })));
        form.append(list);
        box.setAttribute("list", list.id);
        box.placeholder = "any";
      });
    }
    const acts = make("div", "acts"), apply = make("button", "apply", "Apply"), clear = make("button", "", "All papers");
    [apply.type, clear.type] = ["submit", "button"];
    clear.addEventListener("click", () => this.take(null));
    acts.append(clear, apply);
    form.append(acts);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.take(this.read(form)); });
    return form;
  }

  /** What the form says; null where that is nothing. */
  read(form) {
    const said = {};
    for (const { name, value } of form.querySelectorAll("input")) {
      if (!value.trim()) continue;
      said[name] = name.endsWith("_year") ? Number(value) : value.split(";").map((part) => part.trim()).filter(Boolean);
    }
    return Object.keys(said).length ? said : null;
  }
};

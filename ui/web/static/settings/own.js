// The settings of the reader alone: the theme, how their questions are answered, and what this browser stores.

import { ChatStore } from "../chat/chats.js";
import { Recent } from "../compare/recent.js";
import { setText, within } from "../shared/dom.js";
import { keptHere } from "../shared/marks.js";
import { choose, mine, onMine } from "../shared/mine.js";
import { notebook } from "../shared/notebook.js";
import { counted } from "../shared/numbers.js";

const OURS = "paperchat."; // begins the name of everything that paperchat stores

export class OwnSettings {
  constructor(element) {
    Object.assign(this, within(element));
    this.set = null; // the server's settings, as `fill` gets them
    this.listenToTheme();
    this.listen();
    onMine(() => this.show());
    this.show();
  }

  /** `set` is what the server answers by: {top_papers, writes: whether a language model does}. */
  fill(set) {
    this.set = set;
    this.show();
  }

  show() {
    const { quotes, top_papers: papers } = mine(), top = this.find(".mine-top"), { set } = this;
    for (const input of this.all("[name=pc-mine]")) input.checked = input.value === (quotes ? "quotes" : "server");
    if (document.activeElement !== top) top.value = papers ?? "";
    top.placeholder = set?.top_papers ?? "";
    setText(this.find(".of-mine"), saysOf(quotes, set));
  }

  listen() {
    const { find, all } = this, top = find(".mine-top"), sure = find(".sure");
    for (const input of all("[name=pc-mine]")) input.addEventListener("change", () => choose({ quotes: input.value === "quotes" }));
    top.addEventListener("input", () => {
      if (top.checkValidity()) choose({ top_papers: top.value ? Number(top.value) : null });
    });
    find(".wipe").addEventListener("click", () => {
      setText(find("#pc-sure"), `${whatIsStored(localStorage)} cannot be brought back. What is on the server stays.`);
      sure.hidden = false;
      find(".no").focus();
    });
    const keep = () => { sure.hidden = true; find(".wipe").focus(); };
    find(".no").addEventListener("click", keep);
    sure.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); keep(); } });
    find(".yes").addEventListener("click", () => {
      document.documentElement.dataset.wiped = ""; // nothing is stored any more
      for (const storage of [localStorage, sessionStorage]) wipe(storage);
      location.reload(); // other pages have it in memory
    });
  }

  /** The theme is an attribute of the document, which static/early.js puts into effect and stores. */
  listenToTheme() {
    const root = document.documentElement, inputs = this.all("[name=pc-theme]");
    const show = () => { for (const input of inputs) input.checked = input.value === root.dataset.choice; };
    for (const input of inputs) input.addEventListener("change", () => { root.dataset.choice = input.value; });
    new MutationObserver(show).observe(root, { attributeFilter: ["data-choice"] }); // also from another tab
    show();
  }
}

function saysOf(quotes, set) {
  if (quotes) return "No language model writes for you: you get the papers' own sentences.";
  if (!set) return "";
  if (set.writes) return "A language model writes, and each sentence is checked.";
  return "There is no language model here now: everybody gets quotes.";
}

/** What a browser stores, in words: "12 conversations, 3 pinned quotes and your settings". The owner's marks are not in it. */
export function whatIsStored(storage, pins = notebook.list().length) {
  const chats = new ChatStore(storage).list().length, compared = new Recent(storage).list().length;
  const marked = Object.keys(keptHere(storage)).length;
  const all = [[chats, "conversation"], [pins, "pinned quote"], [compared, "comparison"], [marked, "marked paper"]];
  const parts = [...all.filter(([count]) => count).map(([count, noun]) => counted(count, noun)), "your settings"];
  const said = parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : parts[0];
  return said[0].toUpperCase() + said.slice(1);
}

/** Removes everything of paperchat, and nothing of others who share the address. */
export function wipe(storage) {
  const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at));
  for (const key of keys) if (key.startsWith(OURS)) storage.removeItem(key);
}

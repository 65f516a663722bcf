// The reader's marks on the paper whose abstract is open: a star, read or not, tags, and a note that is kept as typed.

import { make, setText, smallButton, within } from "../shared/dom.js";
import { marks } from "../shared/marks.js";

const PAUSE = 500; // milliseconds after the last letter of a note

/** `change(ids, change, words)` changes marks, and says `words` with an undo; it resolves to whether that worked. */
export class MarkEditor {
  constructor(node, change) {
    Object.assign(this, { node, change, find: within(node).find, id: null, begun: "", typing: 0 });
    this.note = this.find(".own-note");
    this.find(".star-it").addEventListener("click", () => this.star());
    this.find(".read-it").addEventListener("click", () => this.read());
    this.note.addEventListener("input", () => this.later());
    this.note.addEventListener("blur", () => this.save());
    this.find(".undo-note").addEventListener("click", () => this.undoNote());
    this.find(".tag-box").addEventListener("keydown", (event) => this.onTagKey(event));
    this.find(".tag-box").addEventListener("change", () => this.addTags());
    addEventListener("pagehide", () => this.save());
    marks.onChange((ids) => { if (this.id && (!ids || ids.includes(this.id))) this.paint(); });
  }

  /** Begins with another paper. */
  show(id) {
    this.save();
    this.id = id;
    this.begun = marks.get(id).note;
    this.note.value = this.begun;
    this.find(".tag-box").value = "";
    this.say("");
    this.paint();
  }

  star() { return this.change([this.id], { starred: !marks.get(this.id).starred }); }

  read() { return this.change([this.id], { read: !marks.get(this.id).read }); }

  paint() {
    const { find } = this, mark = marks.get(this.id), star = find(".star-it"), read = find(".read-it");
    star.setAttribute("aria-pressed", String(mark.starred));
    setText(star.querySelector("span"), mark.starred ? "Starred" : "Star");
    read.setAttribute("aria-pressed", String(mark.read));
    setText(read.querySelector("span"), mark.read ? "Read" : "Mark as read");
    find(".chips").replaceChildren(...mark.tags.map((tag) => this.chip(tag)));
    find("datalist").replaceChildren(...marks.tags().filter((tag) => !mark.tags.includes(tag)).map((tag) => new Option(tag)));
    if (this.note !== document.activeElement && !this.typing) this.note.value = mark.note;
    const guest = find(".guest");
    guest.hidden = !marks.why;
    setText(guest, marks.why ? `Your marks are kept in this browser only. ${marks.why}` : "");
  }

  chip(tag) {
    const chip = make("span", "chip own"), name = make("bdi", "", tag);
    chip.append(name, smallButton(`Remove the tag ${tag}`, "×", () => {
      this.change([this.id], { remove: [tag] }, `Removed the tag “${tag}”.`);
      this.find(".tag-box").focus();
    }));
    return chip;
  }

  onTagKey(event) {
    const { key, target } = event, last = marks.get(this.id).tags.at(-1);
    if (key === "Enter" || key === ",") { event.preventDefault(); this.addTags(); }
    if (key === "Backspace" && !target.value && last) this.change([this.id], { remove: [last] }, `Removed the tag “${last}”.`);
    if (key === "Escape" && target.value) { event.stopPropagation(); target.value = ""; }
  }

  addTags() {
    const box = this.find(".tag-box"), add = box.value.split(",").map((tag) => tag.trim()).filter(Boolean);
    box.value = "";
    if (add.length) this.change([this.id], { add });
  }

  // ---- the note

  later() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.save(), PAUSE);
    this.say("…");
  }

  async save() {
    if (!this.typing) return;
    clearTimeout(this.typing);
    this.typing = 0;
    await this.keep(this.note.value);
  }

  undoNote() {
    this.note.value = this.begun;
    this.keep(this.begun);
    this.note.focus();
  }

  async keep(note) {
    const { id } = this, kept = await this.change([id], { note });
    if (id === this.id) this.say(kept ? "Saved" : "Not saved", note !== this.begun);
  }

  say(words, undo = false) {
    setText(this.find(".saved span"), words);
    this.find(".undo-note").hidden = !undo;
  }
}

// The collection's own questions: written here, opened from a file, deleted.

import { make, onClick, setHtml, setText, smallButton, within } from "../shared/dom.js";
import { download } from "../shared/files.js";
import { Finder } from "../shared/finder.js";

const LISTS = { own: ".own-list", rated: ".rated-list", made: ".made-list" };

export class Questions {
  /** `ask` and `call` ask the server; `onChange` is called when there are other questions. */
  constructor(element, { ask, call, onChange }) {
    Object.assign(this, within(element), { ask, call, onChange, papers: [] });
    const { find } = this;
    this.told = find(".told");
    new Finder(find("#pc-pick"), find("#pc-pick-list"), (text) => this.lookUp(text), () => {
      this.papers.pop();
      this.showPicked();
    });
    onClick(find(".of-own"), {
      ".keep": () => this.keep(),
      ".open-file": () => find("[type=file]").click(),
      ".template": ({ dataset }) => this.template(dataset.form),
      ".drop-question": ({ dataset }) => this.drop(dataset.id),
    });
    find("[type=file]").addEventListener("change", ({ target }) => { this.open(target.files[0]); target.value = ""; });
    find(".new-question").addEventListener("keydown", (event) => { // Enter in a field keeps the question; it is no form of its own
      if (event.key !== "Enter" || event.isComposing || !event.target.matches(".q, .w")) return;
      event.preventDefault();
      this.keep();
    });
  }

  show({ lists, closed }) {
    for (const [name, place] of Object.entries(LISTS)) setHtml(this.find(place), lists[name]);
    for (const node of this.all(".write, .from-file")) node.hidden = Boolean(closed);
    this.find(".all-rated").hidden = !lists.rated;
    if (!lists.own && !closed) this.find(".write").open = true;
  }

  async lookUp(text) {
    const answer = await this.ask("find_titles", { text }, this.told);
    if (!answer) return null;
    const others = answer.papers.filter(({ id }) => !this.papers.some((paper) => paper.id === id));
    if (!others.length) return [{ text: "No paper has that in its title.", cls: "wait" }];
    return others.map((paper) => ({ text: paper.title, act: () => { this.papers.push(paper); this.showPicked(); } }));
  }

  showPicked() {
    this.find(".picked").replaceChildren(...this.papers.map((paper) => {
      const item = make("li");
      const drop = smallButton(`Leave out ${paper.title}`, "×", () => {
        this.papers = this.papers.filter((other) => other !== paper);
        this.showPicked();
        this.find("#pc-pick").focus();
      });
      const title = make("span", "", paper.title);
      title.dir = "auto";
      item.append(title, drop);
      return item;
    }));
  }

  async keep() {
    const { find } = this, [question, words, none] = [".q", ".w", ".none-of input"].map((place) => find(place));
    const asked = { question: question.value, papers: this.papers.map(({ id }) => id), says: words.value, declined: none.checked };
    const answer = await this.ask("add_question", asked, this.told);
    if (!answer) return;
    question.value = words.value = "";
    none.checked = false;
    this.papers = [];
    this.showPicked();
    setHtml(this.told, answer.html);
    question.focus();
    this.onChange();
  }

  async open(file) {
    if (!file) return;
    setHtml(this.told, "");
    setText(this.told, `Reading ${file.name} …`);
    const answer = await this.ask("add_file", { name: file.name, text: await file.text() }, this.told);
    if (!answer) return;
    setHtml(this.told, answer.html);
    this.onChange();
  }

  async template(form) {
    const made = await this.ask("template_file", { form }, this.told);
    if (made) download(made);
  }

  async drop(id) {
    const answer = await this.ask("remove_question", { id }, this.told);
    if (!answer) return;
    setHtml(this.told, "");
    this.onChange();
  }
}

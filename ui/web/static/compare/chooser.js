// Shows the choice on the page: papers and columns as chips, and the boxes that find them.

import { failure, make, setHtml, setText, smallButton, within } from "../shared/dom.js";
import { Finder } from "../shared/finder.js";
import { shortTitle } from "../shared/titles.js";
import { MOST } from "./choice.js";

const FEW = 8; // chips of papers before "+4 more"

/** `ask` asks the server; `onChange` is called after every change of the `choice`, `onClear` when all papers are to go. */
export class Chooser {
  constructor(root, { choice, ask, ideas, onChange, onClear }) {
    const { find } = within(root), box = find(".find");
    Object.assign(this, { find, choice, ask, ideas, onChange, box, hint: box.placeholder, all: false });
    new Finder(box, find("#pc-found"), (text) => this.lookUp(text), () => this.change(() => choice.papers.pop()));
    new Finder(find(".word"), find("#pc-columns"), (text) => this.columnsFor(text), () => {});
    find(".propose").addEventListener("click", () => this.propose());
    find(".clear").addEventListener("click", onClear);
  }

  change(act) {
    act();
    this.onChange();
  }

  // ---- papers

  add(papers) { this.change(() => this.choice.add(papers)); }

  addNear(paper) { return this.addFound("find_near", { id: paper.id }); }

  /** Adds the papers that a question is about; resolves to whether the server found them. */
  addAbout(text) { return this.addFound("find_about", { text }); }

  async addFound(call, asked) {
    this.box.placeholder = "Finding papers…";
    const answer = await this.ask(call, asked);
    this.box.placeholder = this.hint;
    if (answer) this.add(answer.papers);
    return Boolean(answer);
  }

  /** What the box offers for a text: papers, and the papers that it is about if it is a question. */
  async lookUp(text) {
    const answer = await this.ask("find_papers", { text });
    if (!answer) return null;
    const papers = this.choice.others(answer.papers).map((paper) => ({ text: paper.title, act: () => this.add([paper]) }));
    const about = { text: `The papers about “${text}”`, cls: "about", act: () => this.addAbout(text) };
    const isQuestion = text.split(/\s+/).length > 3; // fewer words are more likely a title
    return isQuestion ? [about, ...papers] : [...papers, about];
  }

  // ---- columns

  /** What the box offers for a text: a column in these words, a column for a claim, and the ideas that have it. */
  columnsFor(text) {
    const ideas = this.openIdeas().filter((name) => name.toLowerCase().includes(text.toLowerCase()));
    return [
      { text: `Column: “${text}”, what each abstract says about it`, act: () => this.addColumn(text) },
      { text: `Claim: “${text}”, who supports or contradicts it`, act: () => this.addColumn(text, true) },
      ...ideas.map((name) => ({ text: name, act: () => this.addColumn(name) })),
    ];
  }

  async addColumn(name, statement = false) {
    const answer = await this.ask("check_column", { name, statement });
    if (answer) this.change(() => this.choice.addAspect(answer.name, statement));
  }

  /** Ideas for columns that are not chosen. */
  openIdeas() {
    const chosen = new Set(this.choice.aspects.map(({ name }) => name.toLowerCase()));
    return this.ideas.filter((name) => !chosen.has(name.toLowerCase()));
  }

  async propose() {
    const button = this.find(".propose");
    button.disabled = true;
    setText(button, "Reading the papers…");
    const answer = await this.ask("propose", { papers: this.choice.ids });
    setText(button, "Suggest from these papers");
    if (answer && !answer.names.length) setHtml(this.find(".note"), failure("No column was found in which these papers differ."));
    this.ideas = [...new Set([...(answer?.names ?? []), ...this.ideas])];
    this.show();
    if (answer?.names.length) this.find(".ideas button")?.focus();
  }

  // ---- painting

  show() {
    const { find, choice } = this, { papers } = choice, cut = !this.all && papers.length > FEW + 1;
    find(".chosen.papers").replaceChildren(...(cut ? papers.slice(0, FEW) : papers).map((paper) => this.paperChip(paper)),
      ...(papers.length > FEW + 1 ? [this.moreChip(papers.length - FEW)] : []));
    const ownFirst = [...choice.aspects].sort((a, b) => choice.isDefault(a) - choice.isDefault(b));
    find(".chosen.aspects").replaceChildren(...ownFirst.map((aspect) => this.aspectChip(aspect)));
    find(".ideas").replaceChildren(...this.openIdeas().map((name) => this.ideaChip(name)));
    setText(find(".many"), papers.length ? String(papers.length) : "");
    find(".clear").hidden = papers.length < 2;
    find(".propose").disabled = !choice.hasPapers;
    find(".run").disabled = !choice.isComplete;
    find(".run").title = choice.lack;
    setText(find(".keep"), `Compare the first ${MOST}`);
  }

  paperChip(paper) {
    const item = make("li", "paper"), name = make("span", "name", shortTitle(paper.title));
    name.title = paper.title;
    name.dir = "auto";
    item.append(
      name,
      smallButton("Add similar papers", "+ similar", () => this.addNear(paper)),
      smallButton(`Remove ${paper.title}`, "×", () => this.change(() => this.choice.remove(paper))),
    );
    return item;
  }

  moreChip(count) {
    const item = make("li", "rest"), button = make("button", "plain", this.all ? "Show fewer" : `+${count} more`);
    button.type = "button";
    button.setAttribute("aria-expanded", String(this.all));
    button.addEventListener("click", () => { this.all = !this.all; this.show(); this.find(".rest button")?.focus(); });
    item.append(button);
    return item;
  }

  aspectChip(aspect) {
    const { choice } = this, { name, statement } = aspect;
    const item = make("li", statement ? "claim" : ""), label = make("label"), check = make("input");
    Object.assign(check, { type: "checkbox", checked: aspect.on });
    check.addEventListener("change", () => this.change(() => { aspect.on = check.checked; }));
    label.append(check, make("span", "", statement ? `“${name}”` : name));
    label.title = statement ? `Who supports or contradicts: ${name}` : name;
    item.append(label);
    if (!choice.isDefault(aspect)) {
      item.append(smallButton(`Remove ${name}`, "×", () => this.change(() => choice.removeAspect(aspect))));
    }
    return item;
  }

  ideaChip(name) {
    const item = make("li", "idea"), button = make("button", "", `+ ${name}`);
    button.type = "button";
    button.setAttribute("aria-label", `Add the column ${name}`);
    button.addEventListener("click", () => this.addColumn(name));
    item.append(button);
    return item;
  }
}

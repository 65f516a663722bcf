// Shows the choice on the page: papers and aspects as chips, and the box that finds papers.

import { failure, make, setHtml, setText, smallButton, within } from "../shared/dom.js";
import { Finder } from "../shared/finder.js";
import { shortTitle } from "../shared/titles.js";
import { FEWEST, MOST } from "./choice.js";

/** `ask` asks the server; `onChange` is called after every change of the `choice`. */
export class Chooser {
  constructor(root, { choice, ask, onChange }) {
    const { find } = within(root), box = find(".find");
    Object.assign(this, { find, choice, ask, onChange, box });
    new Finder(box, find(".found"), (text) => this.lookUp(text), () => this.change(() => choice.papers.pop()));
    find(".own").addEventListener("submit", (event) => this.addOwn(event));
    find(".propose").addEventListener("click", () => this.propose());
    find(".clear").addEventListener("click", () => { this.change(() => { choice.papers = []; }); box.focus(); });
  }

  change(act) {
    act();
    this.onChange();
  }

  // ---- papers

  add(papers) { this.change(() => this.choice.add(papers)); }

  async addNear(paper) {
    const answer = await this.ask("find_near", { id: paper.id });
    if (answer) this.add(answer.papers);
  }

  /** Adds the papers that a question is about; resolves to whether the server found them. */
  async addAbout(text) {
    const answer = await this.ask("find_about", { text });
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

  // ---- aspects

  async addOwn(event) {
    event.preventDefault();
    const word = this.find(".word"), statement = event.submitter?.classList.contains("statement") ?? false;
    const answer = await this.ask("check_column", { name: word.value, statement });
    if (!answer) return;
    word.value = "";
    this.change(() => this.choice.addAspect(answer.name, statement));
  }

  async propose() {
    this.find(".propose").disabled = true;
    const answer = await this.ask("propose", { papers: this.choice.ids });
    this.show();
    if (!answer) return;
    if (!answer.names.length) setHtml(this.find(".note"), failure("No aspect was found in which these papers differ."));
    this.change(() => answer.names.forEach((name) => this.choice.addAspect(name)));
  }

  // ---- painting

  show() {
    const { find, choice } = this;
    find(".chosen.papers").replaceChildren(...choice.papers.map((paper) => this.paperChip(paper)));
    find(".chosen.aspects").replaceChildren(...choice.aspects.map((aspect) => this.aspectChip(aspect)));
    setText(find(".many"), choice.papers.length ? String(choice.papers.length) : "");
    find(".clear").hidden = choice.papers.length < 2;
    find(".propose").disabled = !choice.hasPapers;
    find(".run").disabled = !choice.isComplete;
    find(".run").title = choice.isComplete ? "" : `It takes ${FEWEST} to ${MOST} papers and an aspect`;
  }

  paperChip(paper) {
    const item = make("li", "paper"), name = make("span", "name", shortTitle(paper.title));
    name.title = paper.title;
    item.append(
      name,
      smallButton("Add the ten nearest", "+10", () => this.addNear(paper)),
      smallButton(`Remove ${paper.title}`, "×", () => this.change(() => this.choice.remove(paper))),
    );
    return item;
  }

  aspectChip(aspect) {
    const { choice } = this, { name, statement } = aspect;
    const item = make("li"), label = make("label"), check = make("input");
    Object.assign(check, { type: "checkbox", checked: aspect.on });
    check.addEventListener("change", () => this.change(() => { aspect.on = check.checked; }));
    label.append(check, make("span", "", statement ? `“${name}”` : name));
    label.title = name;
    item.append(label);
    if (!choice.isDefault(aspect)) {
      item.append(smallButton(`Remove ${name}`, "×", () => this.change(() => choice.removeAspect(aspect))));
    }
    return item;
  }
}

// Which papers a question is asked of.

import { make, smallButton } from "../shared/dom.js";
import { shortTitle } from "../shared/titles.js";

const SHOWN = 3; // papers, until the reader asks for all of them

/** `papers`, each once. */
export const distinct = (papers) => [...new Map(papers.map((paper) => [paper.id, paper])).values()];

/** The papers ({id, title}) as chips in `root`; none means that all papers are asked. */
export class Scope {
  constructor(root, onChange) {
    Object.assign(this, { root, onChange, papers: [], unfolded: false });
    this.show();
  }

  set(papers) {
    Object.assign(this, { papers: distinct(papers), unfolded: false });
    this.show();
  }

  change(papers) {
    this.set(papers);
    this.onChange();
  }

  show() {
    const { root, papers } = this, count = papers.length, shown = this.unfolded ? count : SHOWN;
    root.classList.toggle("some", count > 0);
    if (!count) return root.replaceChildren(make("span", "every", "All papers"));
    const chips = papers.slice(0, shown).map((paper) => this.chip(paper));
    if (count > shown) chips.push(restButton(`and ${count - shown} more`, `Show all ${count} papers`, () => this.unfold()));
    const all = restButton("All papers", "Ask all papers again", () => this.change([]));
    root.replaceChildren(make("span", "every", count === 1 ? "Only this:" : `These ${count}:`), ...chips, all);
  }

  unfold() {
    this.unfolded = true;
    this.show();
  }

  chip(paper) {
    const chip = make("span", "paper"), name = make("span", "name", shortTitle(paper.title));
    name.title = paper.title;
    const without = () => this.change(this.papers.filter((other) => other !== paper));
    chip.append(name, smallButton(`Ask without ${paper.title}`, "×", without));
    return chip;
  }
}

function restButton(text, label, act) {
  const button = make("button", "rest", text);
  button.type = "button";
  button.setAttribute("aria-label", label);
  button.addEventListener("click", act);
  return button;
}

// The report of an evaluation: figures, and a list of cases that can be filtered.

import { make, onClick, setHtml, setText, within } from "../shared/dom.js";

const PARTS = { lead: ".lead", figures: ".figures-in", kinds: ".kinds-in", pictures: ".pictures-in", cells: ".cells-in", cases: ".rows" };

/** Whether a case ({state, kind, wrong, text}) fits a filter ({state, kind, wrong, words}); "" fits all. */
export function fits(of, { state, kind, wrong, words }) {
  return (!state || of.state === state) && (!kind || of.kind === kind) && (!wrong || of.wrong.split("|").includes(wrong))
    && (!words || of.text.toLowerCase().includes(words.toLowerCase()));
}

export class Report {
  /** `ask` asks the server; `replay` gets the question of a case that is to be asked again. */
  constructor(element, { ask, replay }) {
    Object.assign(this, within(element), { ask });
    this.shown = null; // when the report that is shown was written
    this.opened = new Map(); // id of a case -> what the server sent for it
    const { find } = this;
    this.filters = { state: find(".by-state"), kind: find(".by-kind"), wrong: find(".by-wrong"), words: find(".words") };
    for (const box of Object.values(this.filters)) box.addEventListener("input", () => this.filter());
    find(".rows").addEventListener("toggle", ({ target }) => { if (target.open) this.open(target); }, true);
    onClick(find(".result"), {
      ".replay": (button) => replay(this.opened.get(button.closest(".case").dataset.id)),
      ".tabs button": ({ dataset }) => this.tab(dataset.tab),
      ".of-kind": ({ dataset }) => this.onlyKind(dataset.kind),
    });
  }

  async show() {
    const answer = await this.ask("show");
    if (!answer) return;
    const { find } = this, none = answer.at === null;
    find(".result").hidden = none;
    if (none || answer.at === this.shown) return;
    this.shown = answer.at;
    this.opened.clear();
    for (const [part, place] of Object.entries(PARTS)) setHtml(find(place), answer.parts[part]);
    find(".cells-head").hidden = !answer.parts.cells;
    find(".kinds-head").hidden = !answer.parts.kinds;
    this.offerFilters(answer);
    this.filter();
  }

  offerFilters({ all, wrong: faults }) {
    const failing = this.all(".case[data-state=failing]").length, { state, kind, wrong, words } = this.filters;
    const states = [["", `All ${all}`], ["failing", `Failing ${failing}`], ["right", `Right ${all - failing}`]];
    setOptions(state, states, failing ? "failing" : "");
    setOptions(kind, [["", "Any kind"], ...this.kinds()]);
    setOptions(wrong, [["", "Any fault"], ...Object.entries(faults).map(([name, count]) => [name, `${name} ${count}`])]);
    words.value = "";
  }

  /** The kinds of the cases, in the order of the form; others after them. */
  kinds() {
    const labels = new Map(this.all(".case").map((node) => [node.dataset.kind, this.find(".kind", node).textContent]));
    const order = this.all(".kinds input").map(({ value }) => value).filter((kind) => labels.has(kind));
    return [...new Set([...order, ...labels.keys()])].map((kind) => [kind, labels.get(kind)]);
  }

  filter() {
    const cases = this.all(".case");
    const wanted = Object.fromEntries(Object.entries(this.filters).map(([name, box]) => [name, box.value.trim()]));
    for (const node of cases) node.hidden = !fits({ ...node.dataset, text: this.find(".ask", node).textContent }, wanted);
    setText(this.find(".shown"), `${cases.filter((node) => !node.hidden).length} of ${cases.length}`);
  }

  onlyKind(name) {
    const { state, kind, wrong } = this.filters;
    [state.value, kind.value, wrong.value] = ["", name, ""];
    this.filter();
    this.tab("cases");
    this.find(".list").scrollIntoView({ block: "nearest" });
  }

  async open(node) {
    const { id } = node.dataset;
    if (this.opened.has(id)) return;
    const answer = await this.ask("open_case", { id });
    if (!answer) return;
    this.opened.set(id, answer);
    setHtml(this.find(".inside", node), answer.html);
  }

  /** On a narrow screen one sees the figures or the cases. */
  tab(name) {
    this.find(".result").classList.toggle("on-cases", name === "cases");
    for (const button of this.all(".tabs button")) button.setAttribute("aria-pressed", String(button.dataset.tab === name));
  }
}

function setOptions(select, items, value = "") {
  select.replaceChildren(...items.map(([key, text]) => Object.assign(make("option", "", text), { value: key })));
  select.value = value;
}

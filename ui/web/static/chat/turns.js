// Turns of a conversation: a question with its answer, in memory and on the page.

import { make, setHtml, setText } from "../shared/dom.js";
import { shortTitle } from "../shared/titles.js";
import { blocksOf, paintBlocks } from "./blocks.js";

const WAITS = {
  waiting: "Getting the papers ready…",
  searching: "Searching…",
  reading: "Reading the sources…",
  quoted: "These are quotes. The model is reading them…",
  writing: "Writing…",
};

/** The state of an answer before anything has come, with the fields that ui/web/views/turn.py sends. */
export const EMPTY_ANSWER = Object.freeze({
  state: "done", before: 0, blocks: "", note: "", foot: "", next: "", kind: "", cards: [], plain: "", papers: [],
  copy: "", copy_html: "", trace: "", bundle: null,
});

/** What is said while an answer is on its way. */
export function waitText({ state, before }) {
  if (state !== "waiting" || !before) return WAITS[state] ?? "";
  return before === 1 ? "One question comes before yours…" : `${before} questions come before yours…`;
}

export const isEnded = (answer) => ["done", "failed"].includes(answer?.state);

/** The source cards that an answer cites. */
export const citedCards = (turn) => (turn?.answer?.cards ?? []).filter((card) => card.number !== null);

/** The turns of one conversation by their ids, in order: {id, question, papers, filter, answer, node, stopped, thumb, rating}. */
export class Turns extends Map {
  get last() { return [...this.values()].pop(); }

  /** The messages before `turn`, or all of them, in the form of the engine's history. */
  before(turn) {
    const turns = [...this.values()];
    const earlier = turn ? turns.slice(0, turns.indexOf(turn)) : turns;
    return earlier.filter(({ answer }) => answer?.plain).flatMap(({ question, answer }) => [
      { role: "user", content: question },
      { role: "assistant", content: answer.plain, papers: answer.papers ?? [] },
    ]);
  }

  /** What the browser stores of them. An answer's state is stored as `feed`, its name in earlier versions. */
  stored() { return [...this.values()].map(({ node: _, answer, ...rest }) => ({ ...rest, feed: answer })); }
}

/** A new turn with its node; `acts` is the template of the buttons under an answer. */
export function makeTurn(id, question, papers, acts) {
  const node = make("article", "turn"), answer = make("div", "answer");
  answer.append(make("div", "body"), make("p", "wait"), make("div", "note"), make("p", "foot"), make("div", "made"));
  answer.append(acts.content.cloneNode(true), make("div", "after"), make("div", "next"));
  node.append(make("h2", "question", question));
  if (papers.length) node.append(make("p", "within", `Asked only of ${papers.map(({ title }) => shortTitle(title)).join(", ")}`));
  node.append(answer);
  node.dataset.turn = id;
  return { id, question, papers, answer: null, node, stopped: false, thumb: null, rating: "" };
}

/** Puts a state of the answer on the page; what is there already stays untouched. */
export function paintTurn(turn, answer) {
  turn.answer = answer;
  const { node, stopped, thumb } = turn;
  const find = (selector) => node.querySelector(selector);
  paintBlocks(find(".body"), blocksOf(answer));
  setText(find(".wait"), stopped ? "" : waitText(answer));
  setHtml(find(".note"), answer.note);
  setHtml(find(".foot"), stopped ? "<span>Stopped</span>" : answer.foot);
  setHtml(find(".made"), answer.trace ?? "");
  setHtml(find(".next"), answer.next ?? "");
  node.dataset.state = stopped ? "stopped" : answer.state;
  node.dataset.kind = answer.kind;
  node.classList.toggle("whole", Boolean(answer.bundle));
  paintThumbs(turn, thumb);
}

export function paintThumbs({ node }, thumb) {
  for (const button of node.querySelectorAll(".thumb")) button.setAttribute("aria-pressed", String(button.dataset.act === thumb));
}

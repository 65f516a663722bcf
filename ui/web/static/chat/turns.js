// Turns of a conversation: a question with its answer, in memory and on the page.

import { make, setHtml } from "../shared/dom.js";
import { shortTitle } from "../shared/titles.js";
import { blocksOf, paintBlocks } from "./blocks.js";
import { paintWait, stoppedText } from "./waiting.js";

/** The state of an answer before anything has come, with the fields that ui/web/views/turn.py sends. */
export const EMPTY_ANSWER = Object.freeze({
  state: "done", before: 0, writer: "", said: 0, blocks: "", note: "", foot: "", next: "", kind: "", cards: [], plain: "", papers: [],
  copy: "", copy_html: "", trace: "", bundle: null,
});

const LONG = 400; // characters of a question: beyond, it is a pasted text, which is folded so that its answer is in sight

export const isEnded = (answer) => ["done", "failed"].includes(answer?.state);

/** The source cards that an answer cites. */
export const citedCards = (turn) => (turn?.answer?.cards ?? []).filter((card) => card.number !== null);

/** The turns of one conversation by their ids, in order: {id, question, papers, filter, answer, node, stopped, again, thumb, rating}. */
export class Turns extends Map {
  get last() { return [...this.values()].pop(); }

  /** The messages before `turn`, or all, in the form of the engine's history; without answers that were stopped and asked again. */
  before(turn) {
    const turns = [...this.values()];
    const earlier = turn ? turns.slice(0, turns.indexOf(turn)) : turns;
    return earlier.filter(({ answer, again }) => answer?.plain && !again).flatMap(({ question, answer }) => [
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
  answer.append(make("div", "body"), make("p", "wait"), make("div", "note"), make("div", "offers"), make("p", "foot"), make("div", "made"));
  answer.append(acts.content.cloneNode(true), make("div", "after"), make("div", "next"));
  node.append(make("h2", "question", question));
  if (question.length > LONG) node.append(unfolding(node.firstChild));
  if (papers.length) node.append(make("p", "within", `Asked only of ${papers.map(({ title }) => shortTitle(title)).join(", ")}`));
  node.append(answer);
  node.dataset.turn = id;
  return { id, question, papers, answer: null, node, stopped: false, again: false, thumb: null, rating: "" };
}

/** Folds a long question, and makes the button that shows all of it. */
function unfolding(heading) {
  heading.classList.add("long", "folded");
  const button = Object.assign(make("button", "unfold", "Show all of it"), { type: "button" });
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const folded = heading.classList.toggle("folded");
    button.textContent = folded ? "Show all of it" : "Show less";
    button.setAttribute("aria-expanded", String(!folded));
  });
  return button;
}

/** Puts a state of the answer on the page; what is there already stays untouched. */
export function paintTurn(turn, answer) {
  turn.answer = answer;
  const { node, stopped, thumb } = turn;
  const find = (selector) => node.querySelector(selector);
  paintBlocks(find(".body"), blocksOf(answer));
  holdRoom(find(".body"), !stopped && !isEnded(answer));
  paintWait(node, stopped ? EMPTY_ANSWER : answer);
  setHtml(find(".note"), answer.note);
  setHtml(find(".foot"), stopped ? stoppedFoot(turn) : answer.foot);
  setHtml(find(".made"), answer.trace ?? "");
  setHtml(find(".next"), answer.next ?? "");
  node.dataset.state = stopped ? "stopped" : answer.state;
  node.dataset.kind = answer.kind;
  node.classList.toggle("whole", Boolean(answer.bundle));
  paintThumbs(turn, thumb);
}

/** Keeps the room that an answer has taken while it is written, so that nothing below it moves up and down. */
function holdRoom(body, growing) {
  if (!growing) body.style.minHeight = "";
  else if (body.offsetHeight) body.style.minHeight = `${body.offsetHeight}px`;
}

/** The engine cannot go on in the middle of an answer: asked again, a question is answered from the start. */
const stoppedFoot = ({ answer, again }) => `<span class="cut">${stoppedText(answer)}</span>`
  + (again ? "<span>It is asked again below.</span>" : '<button type="button" class="edit again">Ask again from the start</button>');

export function paintThumbs({ node }, thumb) {
  for (const button of node.querySelectorAll(".thumb")) button.setAttribute("aria-pressed", String(button.dataset.act === thumb));
}

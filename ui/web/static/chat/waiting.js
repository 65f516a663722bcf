// What is said while an answer is on its way, and how long it will take, as far as earlier answers tell.

import { make, setText } from "../shared/dom.js";
import { counted } from "../shared/numbers.js";
import { recall, store } from "../shared/storage.js";

const PACE = "paperchat.pace"; // by writer: seconds until its first sentence and until its end, of earlier answers
const NEWEST = 0.5; // the newest answer's share of the average
const SOON = 1; // seconds; a shorter wait needs no words

/** A time to wait in round words. */
export function about(seconds) {
  if (seconds >= 90) return `about ${Math.round(seconds / 60)} min`;
  const step = seconds < 20 ? 5 : 10;
  return `about ${Math.max(step, Math.round(seconds / step) * step)} s`;
}

/** What happens now, without times: a screen reader reads it out. */
export function stageText({ state, before = 0, writer = "", said = 0 }) {
  const line = before === 1 ? "One question comes before yours" : `${before} questions come before yours`;
  if (state === "waiting") return before ? line : "Getting the papers ready";
  if (state === "searching") return writer ? "Reading the question and searching" : "Searching";
  if (state === "reading") return "Reading the sources";
  if (state === "quoted") return `These are quotes. ${writer || "The model"} is reading them`;
  return state === "writing" ? `Writing${writer ? ` with ${writer}` : ""}: sentence ${said + 1}` : "";
}

/**
 * The same with the time: `waited` seconds since the question was asked, `read` since its quotes came, and
 * `pace` {first, whole}, the seconds that this writer took before, if it is known.
 */
export function waitText(answer, { waited = 0, read = 0, pace = null } = {}) {
  const stage = stageText(answer);
  if (!stage) return "";
  const usual = pace && { quoted: pace.first, writing: pace.whole }[answer.state];
  const unknown = waited >= 2 * SOON ? `${stage}, ${Math.floor(waited)} s so far…` : `${stage}…`;
  if (!usual || read < 0) return unknown;
  if (read > usual + 2) return `${stage}, longer than usual: ${Math.floor(waited)} s so far…`;
  const left = about(usual - read);
  return answer.state === "quoted" ? `${stage}: its first sentence in ${left}…` : `${stage}, ${left} left…`;
}

/** Whether there is something to read in an answer that was stopped. */
export const hasWords = ({ state, said }) => said > 0 || state === "quoted";

/** What stands there when an answer was stopped. */
export function stoppedText({ state, said = 0 }) {
  if (said) return `Stopped after ${counted(said, "sentence")}. What stands here was checked.`;
  return state === "quoted" ? "Stopped before the language model wrote. The quotes stand." : "Stopped before there was an answer.";
}

/** The average of earlier answers with one more in it. */
export function paced(pace, { first, whole }) {
  const mean = (old, now) => (old ? old + NEWEST * (now - old) : now);
  return { first: mean(pace?.first, first), whole: mean(pace?.whole, whole) };
}

/** Measures one answer at a time, and keeps the line in `.wait` of its turn. */
export class Waiting {
  constructor(now = () => performance.now() / 1000) { Object.assign(this, { now, turn: null, timer: 0 }); }

  begin(turn) {
    this.end();
    Object.assign(this, { turn, asked: this.now(), quoted: null, first: null });
    this.timer = setInterval(() => this.show(), 1000);
    this.show();
  }

  /** Takes note of a new state of the answer. */
  note(answer) {
    if (answer.state === "quoted") this.quoted ??= this.now();
    if (answer.said && this.quoted !== null) this.first ??= this.now() - this.quoted;
    if (answer.state === "done" && this.first !== null) this.learn(answer.writer);
    this.show();
  }

  learn(writer) {
    const known = recall(PACE, {}, localStorage), taken = { first: this.first, whole: this.now() - this.quoted };
    store(PACE, { ...known, [writer]: paced(known[writer], taken) }, localStorage);
  }

  show() {
    if (!this.turn?.answer) return;
    const { answer, node } = this.turn, read = this.quoted === null ? -1 : this.now() - this.quoted;
    const pace = recall(PACE, {}, localStorage)[answer.writer] ?? null;
    paintWait(node, answer, waitText(answer, { waited: this.now() - this.asked, read, pace }));
  }

  end() {
    clearInterval(this.timer);
    this.turn = null;
  }
}

/** The line under what stands there: the seconds are for the eye alone, or they would be read out one by one. */
export function paintWait(node, answer, text = waitText(answer)) {
  const line = node.querySelector(".wait"), stage = stageText(answer);
  if (!stage) return line.replaceChildren();
  if (!line.children.length) {
    line.append(make("span", "sr"), make("span"));
    line.lastChild.setAttribute("aria-hidden", "true");
  }
  setText(line.firstChild, stage);
  setText(line.lastChild, text);
}

// What comes under an answer once it is rated: the rating is written down already, a note can be added.

import { make } from "../shared/dom.js";

const REASONS = {
  down: ["Wrong paper", "Something is missing", "Not what I asked", "It should have answered", "It should have declined"],
  up: ["Right and complete", "The right quotes"],
};
const HINTS = { up: "What was good? (optional)", down: "What was wrong? (optional)" };

/** A line that the rating is recorded, with ways to say why; `add(reason)` resolves to whether that was recorded, too. */
export function ratedForm(thumb, add, close) {
  const form = make("form", "why-form"), box = reasonBox(HINTS[thumb]), ok = make("button", "ok", "Add note");
  const said = make("p", "thanks", "Recorded. Click the thumb once more to take it back.");
  said.setAttribute("role", "status");
  const send = async (reason) => {
    if (reason.trim() && await add(reason)) form.replaceWith(make("p", "thanks", `Recorded, with the note “${reason.trim()}”.`));
  };
  const quick = REASONS[thumb].map((reason) => quickButton(reason, () => send(reason)));
  form.append(said, ...quick, box, ok, quickButton("Close", close));
  form.addEventListener("submit", (event) => { event.preventDefault(); send(box.value); });
  return form;
}

/**
 * Keeps the ratings in the order in which they were clicked: `send(thumb, rating, reason)` writes one down and
 * resolves to its id, or to null where that failed. A turn's `thumb` and `rating` are as they were written last.
 */
export class Ratings {
  constructor(send) { Object.assign(this, { send, queue: Promise.resolve() }); }

  /** The thumb of a click: the same one again takes the rating back. Resolves to whether it was written. */
  click(turn, thumb) { return this.next(() => this.write(turn, turn.thumb === thumb ? null : thumb, "")); }

  note(turn, reason) { return this.next(() => this.write(turn, turn.thumb, reason)); }

  next(work) {
    this.queue = this.queue.then(work, work);
    return this.queue;
  }

  async write(turn, thumb, reason) {
    const rating = await this.send(turn, thumb, turn.rating ?? "", reason);
    if (rating === null) return false;
    Object.assign(turn, { thumb, rating });
    return true;
  }
}

function reasonBox(hint) {
  const box = make("input", "reason");
  Object.assign(box, { placeholder: hint, maxLength: 500 });
  box.setAttribute("aria-label", hint);
  return box;
}

function quickButton(text, act) {
  const button = make("button", "quick", text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

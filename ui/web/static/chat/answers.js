// What a reader can do with an answer: copy it, save it, rate it, ask again, change the question.

import { setHtml } from "../shared/dom.js";
import { copy, download } from "../shared/files.js";
import { ratingForm } from "./rating.js";
import { paintTurn } from "./turns.js";

/** The buttons under an answer; each method is named like the `data-act` of its button. */
export class Answers {
  /** `call` asks the server, `before(turn)` gives the history; `retry` and `edit` are further buttons. */
  constructor({ call, before, retry, edit, onChange }) { Object.assign(this, { call, before, retry, edit, onChange }); }

  copy(turn, button) { copy(turn.answer.copy, button); }
  up(turn) { this.rate(turn, "up"); }
  down(turn) { this.rate(turn, "down"); }

  async share(turn, button) {
    const answer = await this.call("export_turn", { format: button.dataset.format, text: JSON.stringify(turn.answer.bundle) });
    if (answer.failure) setHtml(turn.node.querySelector(".after"), answer.failure);
    else download(answer);
  }

  rate(turn, thumb) {
    const after = turn.node.querySelector(".after");
    after.replaceChildren(ratingForm(thumb, (reason) => this.send(turn, thumb, reason), () => after.replaceChildren()));
  }

  async send(turn, thumb, reason) {
    const papers = turn.papers.map((paper) => paper.id), text = JSON.stringify(turn.answer.bundle);
    const answer = await this.call("rate_turn", { thumb, reason, papers, history: this.before(turn), text });
    if (answer.failure) return { html: answer.failure };
    turn.thumb = thumb;
    paintTurn(turn, turn.answer);
    this.onChange();
    return { text: "Saved beside the index in feedback.jsonl: paperchat eval --questions FILE asks it again." };
  }
}

// What a reader can do with an answer: copy it, save it, rate it, ask again, change the question.

import { make, setHtml } from "../shared/dom.js";
import { copy, download } from "../shared/files.js";
import { PaperActs } from "../shared/paperlist.js";
import { ratedForm, Ratings } from "./rating.js";
import { paintThumbs } from "./turns.js";

/** The buttons under an answer; each method is named like the `data-act` of its button. */
export class Answers {
  /**
   * `call` asks the server, `before(turn)` gives the history; `retry` and `edit` are further buttons. Menus
   * open inside of `root`.
   */
  constructor(given) {
    Object.assign(this, given);
    this.ratings = new Ratings((...rating) => this.write(...rating));
  }

  copy(turn, button) { copy(turn.answer.copy, button, turn.answer.copy_html); }
  up(turn) { this.rate(turn, "up"); }
  down(turn) { this.rate(turn, "down"); }

  share(turn, button) { return this.export(turn, button.dataset.format); }

  /** Offers what can be done with the papers of an answer that cites several. */
  offer(turn) {
    const cited = turn.answer?.bundle?.answer.citations ?? [], papers = cited.map((one) => ({ id: one.paper_id, title: one.title }));
    if (papers.length < 2) return;
    const row = make("div", "paper-acts"), say = (html) => setHtml(turn.node.querySelector(".after"), html);
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", `These ${papers.length} papers`);
    new PaperActs(row, { papers: () => papers, say, menuRoot: this.root, small: false }).show(papers.length);
    turn.node.querySelector(".offers").replaceChildren(row);
  }

  async export(turn, format) {
    const answer = await this.call("export_turn", { format, text: JSON.stringify(turn.answer.bundle) });
    if (answer.failure) setHtml(turn.node.querySelector(".after"), answer.failure);
    else download(answer);
  }

  /** One click records the rating; a note may follow. */
  async rate(turn, thumb) {
    const after = turn.node.querySelector(".after"), written = this.ratings.click(turn, thumb);
    paintThumbs(turn, turn.thumb === thumb ? null : thumb); // as it will be; if it is not written, as it was
    const done = await written;
    paintThumbs(turn, turn.thumb);
    if (!done) return;
    this.onChange();
    if (!turn.thumb) return after.replaceChildren(make("p", "thanks", "Rating taken back."));
    after.replaceChildren(ratedForm(turn.thumb, (reason) => this.ratings.note(turn, reason), () => after.replaceChildren()));
  }

  /** Writes a rating down: resolves to its id, or to null, and then the page says why. */
  async write(turn, thumb, rating, reason) {
    const papers = turn.papers.map((paper) => paper.id), text = JSON.stringify(turn.answer.bundle);
    const answer = await this.call("rate_turn", { thumb, rating, reason, papers, history: this.before(turn), text });
    if (!answer.failure) return answer.rating;
    const after = turn.node.querySelector(".after");
    after.querySelector(".failure")?.remove();
    after.insertAdjacentHTML("beforeend", answer.failure);
    return null;
  }
}

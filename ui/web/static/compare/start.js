// The start of the Compare page: questions that these papers answer, and comparisons that were put away.

import { make, setHtml, smallButton, within } from "../shared/dom.js";
import { onPapers } from "../shared/status.js";
import { currentPage, onPage } from "../shared/pages.js";
import { ago } from "./recent.js";
import { count } from "./toolbar.js";

export class Start {
  /** `call` asks the server; `open(id)` brings a comparison of `recent` back. */
  constructor(root, { call, recent, open }) {
    Object.assign(this, { ...within(root), call, recent, open, offered: false });
    onPapers(() => { this.offered = false; this.offer(); });
    onPage(() => this.offer());
  }

  /** Offers questions, once, when somebody sees the page. */
  async offer() {
    if (this.offered || currentPage() !== "compare") return;
    this.offered = true;
    const answer = await this.call("offer_starts"); // its refusal is not shown: nobody has asked for anything
    if (answer.failure) this.offered = false;
    else setHtml(this.find(".starts"), answer.html);
  }

  showRecent() {
    const list = this.recent.list();
    this.find(".recents").hidden = !list.length;
    this.find(".recents ul").replaceChildren(...list.map((one) => this.item(one)));
  }

  item({ id, name, papers, columns, when }) {
    const item = make("li"), button = make("button", "old", name);
    button.type = "button";
    button.append(make("span", "soft", `${count(papers, "paper")} · ${count(columns, "column")} · ${ago(when)}`));
    button.addEventListener("click", () => this.open(id));
    item.append(button, smallButton(`Forget ${name}`, "×", () => { this.recent.take(id); this.showRecent(); }));
    return item;
  }
}

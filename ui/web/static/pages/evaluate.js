// The Evaluate page: which questions, running them, and the last report. All HTML from the server was escaped by
// ui/web/render; what these scripts put on the page themselves goes in as text.

import { Questions } from "../evaluate/questions.js";
import { Report } from "../evaluate/report.js";
import { asker, caller, latest } from "../shared/api.js";
import { setHtml, setText, within } from "../shared/dom.js";
import { send } from "../shared/exchange.js";
import { download } from "../shared/files.js";
import { currentPage, goTo, onPage } from "../shared/pages.js";
import { onBack } from "../shared/status.js";
import { recall, store } from "../shared/storage.js";

const STORE = "paperchat.evaluate.1"; // {source, kinds, split, limit}
const POLL = 400, LOST = 3000; // milliseconds from one look at the progress to the next
const NAMES = ["delivered", "own", "rated", "made"]; // where questions come from

export function start(gradio) { new EvaluatePage(gradio); }

class EvaluatePage {
  constructor({ element, server }) {
    const { find, all } = within(element), call = caller(server);
    Object.assign(this, { find, all, call });
    Object.assign(this, { note: find(".note"), plan: find(".plan"), limit: find(".limit"), runButton: find(".run") });
    this.ask = asker(call, this.note, { clear: false });
    this.seen = null; // what `look` said last
    this.running = false;
    this.stopped = false; // whether this page stopped it
    this.begin = latest();
    const replay = ({ question, history }) => { send("ask", { question, history }); goTo("chat"); };
    this.report = new Report(element, { ask: this.ask, replay });
    this.questions = new Questions(element, { ask: this.ask, call, onChange: () => this.look() });
    this.listen();
    this.restore();
    onPage((name) => { if (name === "evaluate") this.look(); });
    onBack(() => { if (currentPage() === "evaluate") this.look(); });
  }

  // ---- what is run

  get source() { return this.find("[name=pc-source]:checked")?.value ?? ""; }

  chosen() {
    return {
      source: this.source,
      kinds: this.all(".kinds input:checked").map((input) => input.value),
      split: this.find(".split input:checked").value,
      limit: this.limit.value.trim() ? Number(this.limit.value) : null,
    };
  }

  restore() {
    const { source, kinds, split = "", limit } = recall(STORE, {}, localStorage);
    if (Array.isArray(kinds)) for (const input of this.all(".kinds input")) input.checked = kinds.includes(input.value);
    for (const input of this.all(".split input")) input.checked = input.value === split;
    for (const input of this.all("[name=pc-source]")) input.checked = input.value === source;
    this.limit.value = limit ?? "";
  }

  /** Offers what there is: the delivered questions only with their papers; a choice that is gone is made anew. */
  offer({ sources, thumbs: [up, down] }) {
    for (const name of NAMES) {
      const label = this.find(`[data-source=${name}]`), count = sources[name] ?? 0;
      label.hidden = name === "delivered" && !count;
      setText(this.find("i", label), name === "rated" && count ? `${count} (${up} good, ${down} bad)` : String(count));
    }
    const usable = this.source && !this.find(`[data-source=${this.source}]`).hidden;
    const best = NAMES.find((name) => name !== "rated" && sources[name]) ?? "own";
    if (!usable) this.find(`[name=pc-source][value=${best}]`).checked = true;
  }

  async changed() {
    const { source, kinds, split } = this.chosen(), count = this.seen?.sources[source] ?? 0;
    for (const name of NAMES) this.find(`.of-${name}`).hidden = name !== source;
    this.showCounts(split);
    if (!this.seen) return;
    store(STORE, this.chosen(), localStorage);
    const none = source === "delivered" && !kinds.length, closed = Boolean(this.seen.closed);
    this.runButton.disabled = this.running || none || !count || closed || !this.limit.checkValidity();
    if (this.running) return;
    if (none || !count) { this.begin(); return setText(this.plan, none ? "Choose a kind of question." : NOTHING[source]); }
    const current = this.begin();
    const answer = await this.ask("plan", this.chosen());
    if (!answer || !current() || this.running) return;
    setHtml(this.plan, answer.html);
    setHtml(this.note, "");
  }

  showCounts(split) {
    const { counts = [], examples = {} } = this.seen ?? {};
    for (const input of this.all(".kinds input")) {
      const own = counts.filter(([kind, part]) => kind === input.value && (!split || part === split));
      const label = input.closest("label");
      setText(this.find("i", label), counts.length ? String(own.reduce((sum, [, , many]) => sum + many, 0)) : "");
      setText(this.find("small", label), examples[input.value] ?? "");
    }
    const every = this.all(".kinds input"), on = every.filter((input) => input.checked).length;
    setText(this.find(".chosen"), on === every.length ? "all" : `${on} of ${every.length}`);
  }

  // ---- running

  async run() {
    if (this.runButton.disabled) return;
    setHtml(this.note, "");
    this.stopped = false;
    const answer = await this.ask("start", this.chosen());
    if (answer) this.follow(answer);
  }

  /** Follows an evaluation that has begun, here or elsewhere, until it ends. */
  async follow(progress) {
    if (this.running) return;
    this.running = true;
    for (let now = progress; now.failure || now.run; now = await this.call("far")) {
      if (!now.failure) this.paint(now); // a server that is away says nothing; the header says so
      await new Promise((resolve) => { setTimeout(resolve, now.failure ? LOST : POLL); });
    }
    this.end();
  }

  paint({ html = "", note, stopping }) {
    const { find, running } = this, stop = find(".stop");
    find(".controls").classList.toggle("running", running);
    this.runButton.hidden = running;
    stop.hidden = !running || Boolean(this.seen?.closed);
    stop.disabled = Boolean(stopping);
    setText(stop, stopping ? "Stopping…" : "Stop");
    setHtml(find(".work"), html);
    if (note) setHtml(this.note, note);
  }

  async end() {
    this.running = false;
    this.paint(await this.call("far"));
    await this.look();
    if (!this.stopped) return this.find(".result").scrollIntoView({ block: "nearest" });
    this.begin(); // a plan that is still on its way would replace this line
    setText(this.plan, "Stopped. The report below has what was asked so far; Run continues from there.");
  }

  async stop() {
    this.stopped = true;
    const answer = await this.ask("stop");
    if (answer && this.running) this.paint(answer);
  }

  /** Asks for what may have changed: other visitors and the command run evaluations, too. */
  async look() {
    const slow = setTimeout(() => setText(this.plan, "Looking for questions that these papers answer …"), 500);
    const answer = await this.ask("look");
    clearTimeout(slow);
    if (!answer) setText(this.plan, "");
    else {
      this.seen = answer;
      setHtml(this.find(".closed-of"), answer.closed);
      this.offer(answer);
      this.questions.show(answer);
      if (answer.run && !this.running) this.follow(answer);
    }
    this.changed();
    await this.report.show();
  }

  // ---- listening

  listen() {
    const { find } = this, form = find(".controls");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.run(); });
    form.addEventListener("change", ({ target }) => { if (target.matches(CHOOSING)) this.changed(); });
    this.limit.addEventListener("input", () => this.changed());
    find(".stop").addEventListener("click", () => this.stop());
    find(".download").addEventListener("click", async () => {
      const answer = await this.ask("report_file");
      if (answer) download(answer);
    });
  }
}

const CHOOSING = "[name=pc-source], .kinds input, .split input, .limit";
const NOTHING = {
  delivered: "The delivered questions are about other papers.",
  own: "There are none yet: write one, or open a file.",
  rated: "No answer has been rated yet: press a thumb under an answer in Chat.",
  made: "No question can be made of these papers' titles.",
};

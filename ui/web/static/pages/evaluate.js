// The Evaluate page. How far an evaluation is comes as props.value (`_state_of` in ui/web/pages/evaluate.py). All
// HTML in it was escaped by ui/web/render; what these scripts put on the page themselves goes in as text.

import { Report } from "../evaluate/report.js";
import { asker, caller, latest, LOST, watchServer } from "../shared/api.js";
import { failure, setHtml, setText, within } from "../shared/dom.js";
import { send } from "../shared/exchange.js";
import { download } from "../shared/files.js";
import { goTo, onPage } from "../shared/pages.js";
import { recall, store } from "../shared/storage.js";

const STORE = "paperchat.evaluate.1"; // {kinds, split, limit}

export function start(gradio) { new EvaluatePage(gradio); }

class EvaluatePage {
  constructor({ element, trigger, props, server, watch }) {
    const { find, all } = within(element);
    Object.assign(this, { find, all, trigger, props });
    Object.assign(this, { note: find(".note"), plan: find(".plan"), limit: find(".limit"), runButton: find(".run") });
    this.ask = asker(caller(server), this.note, { clear: false });
    this.counts = []; // [kind, split, how many] of the cases
    this.running = false;
    this.stopped = false; // whether this page stopped it
    this.begin = latest();
    const replay = ({ question, history }) => { send("ask", { question, history }); goTo("chat"); };
    this.report = new Report(element, { ask: this.ask, replay });
    this.listen();
    watch("value", () => this.onProgress());
    this.restore();
    onPage((name) => { if (name === "evaluate") this.look(); });
  }

  // ---- what is run

  chosen() {
    return {
      kinds: this.all(".kinds input:checked").map((input) => input.value),
      split: this.find(".split input:checked").value,
      limit: this.limit.value.trim() ? Number(this.limit.value) : null,
    };
  }

  restore() {
    const { kinds, split = "", limit } = recall(STORE, {}, localStorage);
    if (Array.isArray(kinds)) for (const input of this.all(".kinds input")) input.checked = kinds.includes(input.value);
    for (const input of this.all(".split input")) input.checked = input.value === split;
    this.limit.value = limit ?? "";
  }

  async changed() {
    const { kinds, split } = this.chosen();
    this.showCounts(split);
    store(STORE, this.chosen(), localStorage);
    this.runButton.disabled = this.running || !kinds.length || !this.counts.length || !this.limit.checkValidity();
    if (this.running) return;
    if (this.runButton.disabled) return setText(this.plan, kinds.length ? "" : "Choose a kind of question.");
    const current = this.begin();
    const answer = await this.ask("plan", this.chosen());
    if (!answer || !current() || this.running) return;
    setHtml(this.plan, answer.html);
    setHtml(this.note, "");
  }

  showCounts(split) {
    for (const input of this.all(".kinds input")) {
      const own = this.counts.filter(([kind, part]) => kind === input.value && (!split || part === split));
      const count = own.reduce((sum, [, , many]) => sum + many, 0);
      setText(this.find("i", input.closest("label")), this.counts.length ? String(count) : "");
    }
  }

  // ---- running

  async run() {
    if (this.runButton.disabled) return;
    setHtml(this.note, "");
    this.stopped = false;
    const answer = await this.ask("start", this.chosen());
    if (answer) this.follow(answer);
  }

  /** Follows an evaluation that has begun, here or elsewhere. */
  follow(progress) {
    this.running = true;
    this.paint(progress);
    this.trigger("follow");
    watchServer(() => this.running, () => { this.end(); setHtml(this.note, failure(LOST)); });
  }

  paint({ html = "", note, stopping }) {
    const { find, running } = this, stop = find(".stop");
    find(".controls").classList.toggle("running", running);
    this.runButton.hidden = running;
    stop.hidden = !running;
    stop.disabled = Boolean(stopping);
    setText(stop, stopping ? "Stopping…" : "Stop");
    setHtml(find(".work"), html);
    if (note) setHtml(this.note, note);
  }

  end() {
    this.running = false;
    this.paint({});
    this.changed();
  }

  async onProgress() {
    const progress = this.props.value;
    if (!this.running || !progress) return;
    if (progress.run) return this.paint(progress);
    this.end();
    if (progress.note) setHtml(this.note, progress.note);
    await this.report.show();
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
    const answer = await this.ask("look");
    if (answer) {
      this.counts = answer.counts;
      if (answer.run && !this.running) this.follow(answer);
    }
    this.changed();
    await this.report.show();
  }

  // ---- listening

  listen() {
    const { find } = this, form = find(".controls");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.run(); });
    form.addEventListener("change", () => this.changed());
    this.limit.addEventListener("input", () => this.changed());
    find(".stop").addEventListener("click", () => this.stop());
    find(".download").addEventListener("click", async () => {
      const answer = await this.ask("report_file");
      if (answer) download(answer);
    });
  }
}

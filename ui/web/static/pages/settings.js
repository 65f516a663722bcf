// The Settings page. What is in use comes from `look` (ui/web/pages/settings.py). All HTML in it was escaped by
// ui/web/render; what this script puts on the page itself goes in as text. The key of an endpoint is never stored.

import { OwnSettings } from "../settings/own.js";
import { asker, caller, latest } from "../shared/api.js";
import { forgetHtml, make, setHtml, setText, within } from "../shared/dom.js";
import { send } from "../shared/exchange.js";
import { currentPage, onPage } from "../shared/pages.js";
import { onBack, onStatus } from "../shared/status.js";

const PARTS = { in_use: ".in-use", trouble: ".trouble", weights: ".weights", work: ".work", last: ".last" };
const MINE = "You may change these: you are at the machine that paperchat runs on. They are for all visitors.";
const LOADING = "Trying and loading what you chose. Questions are answered meanwhile.";
const TEST_S = 20; // seconds after which the server gives up a test (ui/settings_form.py)

export function start(gradio) { new SettingsPage(gradio); }

class SettingsPage {
  constructor({ element, server }) {
    const { find } = Object.assign(this, within(element)), field = (name) => find(`.${name}`);
    this.form = find("form");
    this.fields = { url: field("url"), key: field("key"), model: field("model"), top: field("top"), forget: find(".forget input") };
    this.buttons = { save: field("go"), test: field("try"), fetch: field("fetch") };
    this.result = field("said");
    this.tested = field("tried");
    this.call = caller(server);
    this.ask = asker(this.call, this.result, { clear: false });
    this.stopTest = null; // ends the test that runs
    this.set = null; // the settings in force, as the server sent them
    this.busy = false;
    this.begin = latest();
    this.reading = latest();
    this.own = new OwnSettings(element);
    this.listen();
    onBack(() => this.look());
    onStatus(() => { if (currentPage() === "settings") this.look(); });
    onPage((name) => { if (name === "settings") this.look(); });
  }

  // ---- the form

  chosen() {
    const { url, key, model, top, forget } = this.fields;
    return {
      mode: this.find("[name=pc-mode]:checked")?.value,
      url: url.value.trim(),
      key: key.value,
      forget: forget.checked,
      model: model.value.trim(),
      top_papers: Number(top.value),
    };
  }

  fill(set) {
    this.set = set;
    const { url, key, model, top, forget } = this.fields;
    for (const input of this.all("[name=pc-mode]")) input.checked = input.value === set.mode;
    Object.assign(url, { value: set.url, placeholder: set.default_url });
    key.value = "";
    forget.checked = false;
    model.value = set.model;
    top.value = set.top_papers;
    const closed = Boolean(set.why_not);
    setText(this.find(".who"), set.why_not || MINE);
    this.form.hidden = closed;
    this.find(".as-set").hidden = !closed;
    setHtml(this.find(".as-set"), set.as_set);
    setHtml(this.find(".rights"), set.rights);
    this.changed();
  }

  hostOf(url) { try { return new URL(url || this.set.default_url).host; } catch { return ""; } }

  changed() {
    const { set, busy } = this;
    if (!set) return;
    const now = this.chosen(), same = isSame(now, set);
    this.showKey(now);
    for (const input of this.all("input, button", this.form)) input.disabled = busy;
    this.buttons.save.disabled = busy || same;
    this.buttons.test.disabled = busy || !(now.url || now.key || set.key_set);
    this.find(".save").classList.toggle("unsaved", !same);
    if (!busy) setText(this.find(".where"), same ? "" : `For everybody, from the next question on; written to ${set.file}.`);
  }

  /** Says whether a key is set, and whether it stays. */
  showKey(now) {
    const { set, find, fields } = this, keeps = this.hostOf(now.url) === this.hostOf(set.url);
    const ofOther = `The key that is set is for ${this.hostOf(set.url)}; it is sent nowhere else and will be deleted.`;
    setText(find(".of-key span"), !set.key_set ? "No key is set." : keeps ? "A key is set. Leave this empty to keep it." : ofOther);
    find(".forget").hidden = !set.key_set || !keeps;
    fields.key.placeholder = set.key_set && keeps && !now.forget ? "••••••••" : "";
  }

  // ---- testing, saving, fetching

  /** Locks the form during `act`; `says(seconds)` is said in `place` at once and after every second. */
  async during(place, says, act) {
    const began = Date.now(), tick = () => setText(place, says(Math.round((Date.now() - began) / 1000)));
    this.busy = true;
    this.changed();
    tick();
    const timer = setInterval(tick, 1000);
    try { return await act(); } finally { clearInterval(timer); setText(place, ""); this.busy = false; this.changed(); }
  }

  /** Tests the endpoint; while that runs, its button stops it, and what still comes is of no interest. */
  async test() {
    const current = this.begin(), { test } = this.buttons, asked = this.chosen(), place = make("p", "waits");
    setHtml(this.tested, "");
    this.tested.append(place);
    forgetHtml(this.tested);
    const says = (seconds) => `Asking ${this.hostOf(asked.url)} … ${seconds} s; it has ${TEST_S} s to say something.`;
    const answering = this.call("try_endpoint", asked);
    const stopped = new Promise((resolve) => { this.stopTest = () => { this.begin(); resolve(null); }; });
    const answer = await this.during(place, says, () => {
      Object.assign(test, { disabled: false, textContent: "Stop" });
      return Promise.race([answering, stopped]);
    });
    this.stopTest = null;
    setText(test, "Test");
    if (!answer || !current()) return setText(place, "Stopped.");
    setHtml(this.tested, answer.failure ?? answer.html);
    if (answer.failure) return;
    this.find("datalist").replaceChildren(...answer.models.map((name) => Object.assign(make("option"), { value: name })));
  }

  async save() {
    if (this.buttons.save.disabled) return;
    setHtml(this.result, "");
    const says = (seconds) => (seconds < 1 ? "Saving …" : `${LOADING} ${seconds} s so far.`);
    const answer = await this.during(this.find(".where"), says, () => this.ask("save", this.chosen()));
    if (!answer) return;
    setHtml(this.tested, "");
    this.fill(answer);
    setHtml(this.result, answer.html);
    send("status");
  }

  async fetch() {
    this.buttons.fetch.hidden = true;
    if (!await this.ask("fetch")) this.buttons.fetch.hidden = false;
    send("status");
  }

  /** Shows what is in use, and the settings, unless somebody is changing them here. */
  async look() {
    const answer = await this.ask("look");
    if (!answer) return;
    const { seen, ...set } = answer;
    if (!this.set || (this.buttons.save.disabled && !this.busy)) this.fill(set);
    for (const [part, place] of Object.entries(PARTS)) setHtml(this.find(place), seen[part]);
    this.showFacts(seen.facts);
    this.own.fill({ top_papers: set.top_papers, writes: seen.writes });
    this.buttons.fetch.hidden = !seen.lacks || Boolean(this.set.why_not);
  }

  /** Shows what is indexed at once, and what reading the index has found once that is done. */
  async showFacts(unread) {
    const current = this.reading(), place = this.find(".facts");
    if (unread !== this.unread) setHtml(place, unread);
    this.unread = unread;
    const { facts } = await this.call("check_index");
    if (facts !== undefined && current()) setHtml(place, facts);
  }

  // ---- listening

  listen() {
    const { form, fields: { url, key, model }, buttons } = this;
    form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    form.addEventListener("input", () => { setHtml(this.result, ""); this.changed(); });
    for (const input of [url, key, model]) input.addEventListener("input", () => setHtml(this.tested, ""));
    buttons.test.addEventListener("click", () => (this.stopTest ?? (() => this.test()))());
    buttons.fetch.addEventListener("click", () => this.fetch());
  }
}

/** Whether the form has what is set. */
function isSame(form, set) {
  return ["mode", "url", "model", "top_papers"].every((name) => form[name] === set[name]) && !form.key && !form.forget;
}

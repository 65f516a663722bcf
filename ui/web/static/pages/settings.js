// The Settings page. What is in use comes from `look` (ui/web/pages/settings.py). All HTML in it was escaped by
// ui/web/render; what this script puts on the page itself goes in as text. The key of an endpoint is never stored.

import { asker, caller } from "../shared/api.js";
import { make, setHtml, setText, within } from "../shared/dom.js";
import { send } from "../shared/exchange.js";
import { currentPage, onPage } from "../shared/pages.js";
import { onStatus } from "../shared/status.js";

const PARTS = { in_use: ".in-use", trouble: ".trouble", weights: ".weights", work: ".work", facts: ".facts" };

export function start(gradio) { new SettingsPage(gradio); }

class SettingsPage {
  constructor({ element, server }) {
    const { find } = Object.assign(this, within(element)), field = (name) => find(`.${name}`);
    this.form = find("form");
    this.fields = { url: field("url"), key: field("key"), model: field("model"), top: field("top"), forget: find(".forget input") };
    this.buttons = { save: field("go"), test: field("try"), fetch: field("fetch") };
    this.result = field("said");
    this.tested = field("tried");
    this.ask = asker(caller(server), this.result, { clear: false });
    this.set = null; // the settings in force, as the server sent them
    this.busy = false;
    this.listen();
    this.listenToTheme();
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
    const { url, key, model, top, forget } = this.fields, closed = this.find(".closed");
    for (const input of this.all("[name=pc-mode]")) input.checked = input.value === set.mode;
    Object.assign(url, { value: set.url, placeholder: set.default_url });
    key.value = "";
    forget.checked = false;
    model.value = set.model;
    top.value = set.top_papers;
    setText(closed, set.why_not && `Read only: ${set.why_not} Change the settings in .env, or in PAPERCHAT_… variables.`);
    closed.hidden = !set.why_not;
    this.changed();
  }

  hostOf(url) { try { return new URL(url || this.set.default_url).host; } catch { return ""; } }

  changed() {
    const { set, busy } = this;
    if (!set) return;
    const now = this.chosen(), closed = Boolean(set.why_not), same = isSame(now, set);
    this.showKey(now);
    for (const input of this.all("input, button", this.form)) input.disabled = closed || busy;
    this.buttons.save.disabled = closed || busy || same;
    this.buttons.test.disabled = closed || busy || !(now.url || now.key || set.key_set);
    this.find(".save").classList.toggle("unsaved", !same);
    setText(this.find(".where"), closed || same ? "" : `Takes effect at once and is written to ${set.file}.`);
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

  /** Runs `act` with the form locked and other words on a button. */
  async during(button, words, act) {
    const before = button.textContent;
    this.busy = true;
    setText(button, words);
    this.changed();
    try { return await act(); } finally { this.busy = false; setText(button, before); this.changed(); }
  }

  async test() {
    setHtml(this.tested, "");
    const answer = await this.during(this.buttons.test, "Testing…", () => this.ask("try_endpoint", this.chosen(), this.tested));
    if (!answer) return;
    setHtml(this.tested, answer.html);
    this.find("datalist").replaceChildren(...answer.models.map((name) => Object.assign(make("option"), { value: name })));
  }

  async save() {
    if (this.buttons.save.disabled) return;
    setHtml(this.result, "");
    const answer = await this.during(this.buttons.save, "Saving…", () => this.ask("save", this.chosen()));
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
    this.buttons.fetch.hidden = !seen.lacks || Boolean(this.set.why_not);
  }

  // ---- listening

  listen() {
    const { form, fields: { url, key, model }, buttons } = this;
    form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    form.addEventListener("input", () => { setHtml(this.result, ""); this.changed(); });
    for (const input of [url, key, model]) input.addEventListener("input", () => setHtml(this.tested, ""));
    buttons.test.addEventListener("click", () => this.test());
    buttons.fetch.addEventListener("click", () => this.fetch());
  }

  /** The theme is an attribute of the document, which static/early.js puts into effect and stores. */
  listenToTheme() {
    const { dataset } = document.documentElement;
    for (const input of this.all("[name=pc-theme]")) {
      input.checked = input.value === dataset.choice;
      input.addEventListener("change", () => { dataset.choice = input.value; });
    }
  }
}

/** Whether the form has what is set. */
function isSame(form, set) {
  return ["mode", "url", "model", "top_papers"].every((name) => form[name] === set[name]) && !form.key && !form.forget;
}

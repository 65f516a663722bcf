// The Settings page. Gradio runs this once with `element` and `server` in scope. What is in use and under
// way comes from `server.look` (settings.py: _seen). All HTML in it was escaped in ui/render; whatever this script itself puts on the page goes in as text. The key is never kept here.
"use strict";

const { make, setHtml, setText, failure, LOST, page, onPage, onStatus, hand } = window.paperchat;
const theme = window.paperchatTheme;
const find = (selector, root = element) => root.querySelector(selector);
const all = (selector, root = element) => [...root.querySelectorAll(selector)];

const form = find("form"), said = find(".said"), tried = find(".tried");
const url = find(".url"), key = find(".key"), model = find(".model"), top_ = find(".top"), forget = find(".forget input");
const saveButton = find(".go"), tryButton = find(".try"), fetchButton = find(".fetch");
let set = null; // what is set now, as settings.py: _form
let busy = false;

/** What the server says, or its refusal, shown in `place`. */
async function ask(call, given, place) {
  let answer;
  try { answer = await server[call](given); } catch { answer = undefined; }
  if (answer && !answer.failure) return answer;
  setHtml(place, answer?.failure ?? failure(LOST));
  return null;
}

const chosen = () => ({
  mode: find("[name=pc-mode]:checked")?.value,
  url: url.value.trim(),
  key: key.value,
  forget: forget.checked,
  model: model.value.trim(),
  top_papers: Number(top_.value),
});

function fill() {
  for (const input of all("[name=pc-mode]")) input.checked = input.value === set.mode;
  url.value = set.url;
  url.placeholder = set.default_url;
  key.value = "";
  forget.checked = false;
  model.value = set.model;
  top_.value = set.top_papers;
  const closed = find(".closed");
  setText(closed, set.why_not && `Only to be read here: ${set.why_not} Change them in .env, or in PAPERCHAT_… variables.`);
  closed.hidden = !set.why_not;
  changed();
}

const host = (text) => { try { return new URL(text || set.default_url).host; } catch { return ""; } };

function changed() {
  if (!set) return;
  const now = chosen(), here = host(now.url) === host(set.url);
  const words = !set.key_set ? "No key is set." : here ? "A key is set. Leave this empty to keep it."
    : `The key that is set is for ${host(set.url)}; it is sent nowhere else and will be dropped.`;
  setText(find(".of-key span"), words);
  find(".forget").hidden = !set.key_set || !here;
  key.placeholder = set.key_set && here && !now.forget ? "••••••••" : "";
  const same = now.mode === set.mode && now.url === set.url && !now.key && !now.forget && now.model === set.model && now.top_papers === set.top_papers;
  const closed = Boolean(set.why_not);
  for (const input of all("input, button", form)) input.disabled = closed || busy;
  saveButton.disabled = closed || busy || same;
  tryButton.disabled = closed || busy || !(now.url || now.key || set.key_set);
  find(".save").classList.toggle("unsaved", !same);
  setText(find(".where"), closed ? "" : same ? "" : `Takes effect at once and is written to ${set.file}.`);
}

async function during(button, words, act) {
  const before = button.textContent;
  busy = true;
  setText(button, words);
  changed();
  try { return await act(); } finally { busy = false; setText(button, before); changed(); }
}

async function test() {
  setHtml(tried, "");
  const answer = await during(tryButton, "Testing…", () => ask("try_endpoint", chosen(), tried));
  if (!answer) return;
  setHtml(tried, answer.html);
  find("datalist").replaceChildren(...answer.models.map((name) => { const item = make("option"); item.value = name; return item; }));
}

async function save(event) {
  event.preventDefault();
  if (saveButton.disabled) return;
  setHtml(said, "");
  const answer = await during(saveButton, "Saving…", () => ask("save", chosen(), said));
  if (!answer) return;
  set = answer;
  setHtml(tried, "");
  fill();
  setHtml(said, answer.html);
  hand("status");
}

async function fetchWeights() {
  fetchButton.hidden = true;
  if (!await ask("fetch", {}, said)) fetchButton.hidden = false;
  hand("status");
}

/** Shows how things stand, and the settings unless somebody is changing them here. */
async function look() {
  const answer = await ask("look", {}, said);
  if (!answer) return;
  const { seen, ...form } = answer;
  if (!set || (saveButton.disabled && !busy)) { set = form; fill(); }
  setHtml(find(".in-use"), seen.in_use);
  setHtml(find(".trouble"), seen.trouble);
  setHtml(find(".weights"), seen.weights);
  setHtml(find(".work"), seen.work);
  setHtml(find(".facts"), seen.facts);
  fetchButton.hidden = !seen.lacks || Boolean(set.why_not);
}

// ---- listening

form.addEventListener("submit", save);
form.addEventListener("input", () => { setHtml(said, ""); changed(); });
for (const input of [url, key, model]) input.addEventListener("input", () => setHtml(tried, ""));
tryButton.addEventListener("click", test);
fetchButton.addEventListener("click", fetchWeights);
for (const input of all("[name=pc-theme]")) {
  input.checked = input.value === theme.get();
  input.addEventListener("change", () => theme.set(input.value));
}
onStatus(() => { if (page() === "settings") look(); });
onPage((name) => { if (name === "settings") look(); });

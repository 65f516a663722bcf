// The Evaluate page. Gradio runs this once with `element`, `trigger`, `props`, `watch` and `server` in scope.
// props.value says how far an evaluation is (evaluate.py: _seen). All HTML in it was escaped in ui/render;
// whatever this script itself puts on the page goes in as text.
"use strict";

const { make, setHtml, setText, reach, failure, LOST, recall, keep, onPage, go, hand } = window.paperchat;
const find = (selector, root = element) => root.querySelector(selector);
const all = (selector, root = element) => [...root.querySelectorAll(selector)];

const STORE = "paperchat.evaluate.1";
const PARTS = ["lead", "figures", "kinds", "pictures", "cells", "cases"];

const form = find(".desk"), note = find(".note"), work = find(".work"), plan = find(".plan");
const runButton = find(".run"), stopButton = find(".stop"), limit = find(".limit");
const words = find(".words"), byState = find(".by-state"), byKind = find(".by-kind"), byWrong = find(".by-wrong");
const opened = new Map(); // id of a case -> what was fetched of it
let counts = []; // [kind, split, how many]
let shown = null; // when the report that is shown was written
let running = false;
let stopped = false; // whether this page stopped it
let planned = 0;

/** What the server says, or null after its refusal is shown. */
async function ask(call, given = {}) {
  let said;
  try { said = await server[call](given); } catch { said = undefined; }
  if (said && !said.failure) return said;
  setHtml(note, said?.failure ?? failure(LOST));
  return null;
}

// ---- what is run

const chosen = () => ({
  kinds: all(".kinds input:checked").map((input) => input.value),
  split: find(".split input:checked").value,
  limit: limit.value.trim() ? Number(limit.value) : null,
});

async function changed() {
  const { kinds, split } = chosen();
  for (const input of all(".kinds input")) {
    const n = counts.filter(([k, s]) => k === input.value && (!split || s === split)).reduce((sum, c) => sum + c[2], 0);
    setText(find("i", input.closest("label")), counts.length ? String(n) : "");
  }
  keep(STORE, chosen(), localStorage);
  runButton.disabled = running || !kinds.length || !counts.length || !limit.checkValidity();
  if (runButton.disabled) return running || setText(plan, kinds.length ? "" : "Choose a kind of question.");
  const mine = ++planned;
  const said = await ask("plan", chosen());
  if (said && mine === planned && !running) { setHtml(plan, said.html); setHtml(note, ""); }
}

function restore() {
  const kept = recall(STORE, {}, localStorage);
  if (Array.isArray(kept.kinds)) for (const input of all(".kinds input")) input.checked = kept.kinds.includes(input.value);
  for (const input of all(".split input")) input.checked = input.value === (kept.split ?? "");
  limit.value = kept.limit ?? "";
}

// ---- running

async function run(event) {
  event.preventDefault();
  if (runButton.disabled) return;
  setHtml(note, "");
  stopped = false;
  const said = await ask("start", chosen());
  if (said) begin(said);
}

function begin(seen) {
  running = true;
  paint(seen);
  trigger("follow");
  stillThere();
}

function stillThere() {
  setTimeout(() => { if (running) reach().then(stillThere, () => { end(); setHtml(note, failure(LOST)); }); }, 3000);
}

function paint(seen) {
  form.classList.toggle("running", running);
  runButton.hidden = running;
  stopButton.hidden = !running;
  stopButton.disabled = Boolean(seen.stopping);
  setText(stopButton, seen.stopping ? "Stopping…" : "Stop");
  setHtml(work, seen.html ?? "");
  if (seen.note) setHtml(note, seen.note);
}

function end() {
  running = false;
  paint({});
  changed();
}

async function onProgress() {
  const seen = props.value;
  if (!running || !seen) return;
  if (seen.run) return paint(seen);
  end();
  if (seen.note) setHtml(note, seen.note);
  await show();
  if (stopped) {
    planned++; // a plan that is still on its way would stand in place of this line
    setText(plan, "Stopped. Below is what was asked so far; Run goes on from there.");
  } else find(".result").scrollIntoView({ block: "nearest" });
}

async function stop() {
  stopped = true;
  const said = await ask("stop");
  if (said && running) paint(said);
}

// ---- the report

async function show() {
  const said = await ask("show");
  if (!said) return;
  find(".hello").hidden = said.at !== null;
  find(".result").hidden = said.at === null;
  if (said.at === null || said.at === shown) return;
  shown = said.at;
  opened.clear();
  for (const part of PARTS) setHtml(find(part === "lead" ? ".lead" : part === "cases" ? ".rows" : `.${part}-in`), said.parts[part]);
  find(".cells-head").hidden = !said.parts.cells;
  const failing = all(".case[data-state=failing]").length;
  options(byState, [["", `All ${said.all}`], ["failing", `Failing ${failing}`], ["right", `Right ${said.all - failing}`]], failing ? "failing" : "");
  options(byKind, [["", "Any kind"], ...kindsOf()]);
  options(byWrong, [["", "Whatever is wrong"], ...Object.entries(said.facets.wrong).map(([name, n]) => [name, `${name} ${n}`])]);
  words.value = "";
  filter();
}

function kindsOf() {
  const labels = new Map(all(".case").map((node) => [node.dataset.kind, find(".kind", node).textContent]));
  return all(".kinds input").map((input) => input.value).filter((kind) => labels.has(kind)).map((kind) => [kind, labels.get(kind)]);
}

function options(select, items, value = "") {
  select.replaceChildren(...items.map(([key, text]) => { const item = make("option", "", text); item.value = key; return item; }));
  select.value = value;
}

function filter() {
  const sought = words.value.trim().toLowerCase();
  let seen = 0;
  for (const node of all(".case")) {
    const { state, kind, wrong } = node.dataset;
    const fits = (!byState.value || state === byState.value) && (!byKind.value || kind === byKind.value)
      && (!byWrong.value || wrong.split("|").includes(byWrong.value)) && (!sought || find(".ask", node).textContent.toLowerCase().includes(sought));
    node.hidden = !fits;
    seen += fits;
  }
  setText(find(".shown"), `${seen} of ${all(".case").length}`);
}

async function openCase(node) {
  if (opened.has(node.dataset.id)) return;
  const said = await ask("open_case", { id: node.dataset.id });
  if (!said) return;
  opened.set(node.dataset.id, said);
  setHtml(find(".inside", node), said.html);
}

function replay(node) {
  const { question, history } = opened.get(node.dataset.id);
  hand("ask", { question, history });
  go("chat");
}

function onlyKind(kind) {
  options(byState, [...byState.options].map((o) => [o.value, o.textContent]), "");
  byKind.value = kind;
  byWrong.value = "";
  filter();
  tab("cases");
  find(".list").scrollIntoView({ block: "nearest" });
}

/** On a narrow screen one sees the figures or the cases. */
function tab(name) {
  find(".result").classList.toggle("on-cases", name === "cases");
  for (const button of all(".tabs button")) button.setAttribute("aria-pressed", String(button.dataset.tab === name));
}

async function download() {
  const said = await ask("report_file");
  if (!said) return;
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([said.text], { type: `${said.type};charset=utf-8` }));
  link.download = said.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** What may have changed while another page was seen: another visitor, the command. */
async function look() {
  const said = await ask("look");
  if (said) {
    counts = said.counts;
    if (said.run && !running) begin(said);
  }
  changed();
  await show();
}

// ---- listening

form.addEventListener("submit", run);
form.addEventListener("change", changed);
limit.addEventListener("input", changed);
stopButton.addEventListener("click", stop);
find(".download").addEventListener("click", download);
words.addEventListener("input", filter);
for (const select of [byState, byKind, byWrong]) select.addEventListener("change", filter);
find(".rows").addEventListener("toggle", (event) => { if (event.target.open) openCase(event.target); }, true);
element.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at(".replay")) return replay(at(".case"));
  if (at(".tabs button")) return tab(at(".tabs button").dataset.tab);
  if (at(".of-kind")) onlyKind(at(".of-kind").dataset.kind);
});

watch("value", onProgress);
restore();
onPage((name) => { if (name === "evaluate") look(); });

// The Compare page. Gradio runs this once with `element`, `trigger`, `props`, `watch` and `server` in scope.
// props.value is the state of one comparison (board.py: Board). All HTML in it was escaped in ui/render;
// whatever this script itself puts on the page goes in as text.
"use strict";

const { make, setHtml, setText, reach, failure, LOST, recall, keep, page, onPage, onPapers, go, receive, narrow, menu, Finder, Matrix } = window.paperchat;
const find = (selector, root = element) => root.querySelector(selector);
const all = (selector, root = element) => [...root.querySelectorAll(selector)];

const STORE = "paperchat.compare.1";
const FORMS = [["csv", "CSV table"], ["md", "Markdown"], ["latex", "LaTeX"], ["html", "Web page"], ["json", "File to open again"]];
const FEWEST = 2, MOST = 50;

const root = element.firstElementChild;
const box = find(".find"), sheet = find(".sheet"), note = find(".note");
const runButton = find(".run"), stopButton = find(".stop"), exportButton = find(".export"), file = find(".file");
const matrix = new Matrix(find(".grid"), { onOpen: openCell, onView: keepAll });

const proposeButton = find(".propose");
const DEFAULTS = props.value?.defaults ?? [];
let papers = []; // {id, title}, in order
let aspects = DEFAULTS.map((name) => ({ name, on: true }));
let board = null; // the last one that came
let running = null; // the run that is being made
let made = ""; // what the board was made from
let opened = null; // the cell whose abstract is shown

// ---- what is kept: the choice, the board and how it is looked at

function keepAll() {
  const whole = { papers, aspects, board: running ? null : board, made, view: matrix.view };
  if (!keep(STORE, whole, localStorage)) keep(STORE, { ...whole, board: null }, localStorage);
}

function restore() {
  const kept = recall(STORE, {}, localStorage);
  papers = kept.papers ?? [];
  aspects = kept.aspects ?? aspects;
  made = kept.made ?? "";
  showChoice();
  if (kept.board) paint(kept.board);
  matrix.restore(kept.view ?? {});
  find(".filter").value = matrix.view.words;
  showView();
}

// ---- choosing papers and aspects

const on = (statement) => aspects.filter((a) => a.on && Boolean(a.statement) === statement).map((a) => a.name);
const choice = () => JSON.stringify([papers.map((p) => p.id), on(false), on(true)]);
const short = (title) => title.split(/: |- /)[0];

function showChoice() {
  find(".chosen.papers").replaceChildren(...papers.map((paper) => {
    const item = make("li", "paper");
    const name = make("span", "name", short(paper.title));
    name.title = paper.title;
    item.append(name, button("Add the ten nearest", "+10", () => addNear(paper)), button(`Remove ${paper.title}`, "×", () => remove(paper)));
    return item;
  }));
  find(".chosen.aspects").replaceChildren(...aspects.map((aspect) => {
    const item = make("li");
    const label = make("label");
    const check = make("input");
    check.type = "checkbox";
    check.checked = aspect.on;
    check.addEventListener("change", () => { aspect.on = check.checked; changed(); });
    label.append(check, make("span", "", aspect.statement ? `“${aspect.name}”` : aspect.name));
    label.title = aspect.name;
    item.append(label);
    if (!DEFAULTS.includes(aspect.name)) {
      item.append(button(`Remove ${aspect.name}`, "×", () => { aspects = aspects.filter((a) => a !== aspect); changed(); }));
    }
    return item;
  }));
  setText(find(".many"), papers.length ? String(papers.length) : "");
  find(".clear").hidden = papers.length < 2;
  const able = papers.length >= FEWEST && papers.length <= MOST && aspects.some((a) => a.on);
  runButton.disabled = !able;
  proposeButton.disabled = papers.length < FEWEST || papers.length > MOST;
  runButton.title = able ? "" : `It takes ${FEWEST} to ${MOST} papers and an aspect`;
  runButton.classList.toggle("done", choice() === made);
  root.classList.toggle("empty", !papers.length && !board);
}

function button(label, text, act) {
  const node = make("button", "tiny", text);
  node.type = "button";
  node.title = label;
  node.setAttribute("aria-label", label);
  node.addEventListener("click", act);
  return node;
}

const changed = () => { showChoice(); keepAll(); };
const remove = (paper) => { papers = papers.filter((p) => p !== paper); changed(); };

function add(more) {
  const have = new Set(papers.map((paper) => paper.id));
  papers.push(...more.filter((paper) => !have.has(paper.id)));
  changed();
}

/** What the server says, or null after its refusal is shown. */
async function ask(call, given) {
  let said;
  try { said = await server[call](given); } catch { said = undefined; }
  if (said && !said.failure) { setHtml(note, ""); return said; }
  setHtml(note, said?.failure ?? failure(LOST));
  return null;
}

const addNear = async (paper) => { const said = await ask("find_near", { id: paper.id }); if (said) add(said.papers); };
const addAbout = async (text) => { const said = await ask("find_about", { text }); if (said) add(said.papers); return said; };

function addColumn(name, statement = false) {
  const same = aspects.find((a) => a.name.toLowerCase() === name.toLowerCase());
  if (same) same.on = true;
  else aspects.push({ name, statement, on: true });
  changed();
}

async function addOwn(event) {
  event.preventDefault();
  const word = find(".word"), statement = event.submitter?.classList.contains("statement") ?? false;
  const said = await ask("check_column", { name: word.value, statement });
  if (!said) return;
  word.value = "";
  addColumn(said.name, statement);
}

async function propose() {
  proposeButton.disabled = true;
  const said = await ask("propose", { papers: papers.map((p) => p.id) });
  showChoice();
  if (!said) return;
  if (!said.names.length) setHtml(note, failure("Nothing was found that tells these papers apart."));
  said.names.forEach((name) => addColumn(name));
}

/** What the box offers for a text: papers, and those that it is about as a question. */
async function lookUp(text) {
  const said = await ask("find_papers", { text });
  if (!said) return null;
  const have = new Set(papers.map((paper) => paper.id));
  const options = said.papers.filter((paper) => !have.has(paper.id)).map((paper) => ({ text: paper.title, act: () => add([paper]) }));
  const about = { text: `The papers about “${text}”`, cls: "about", act: () => addAbout(text) };
  // Many words read as a question, few as a title.
  return text.split(/\s+/).length > 3 ? [about, ...options] : [...options, about];
}

// ---- comparing

function compare() {
  if (runButton.disabled || running) return;
  running = Date.now().toString(36);
  made = choice();
  setHtml(note, "");
  runButton.hidden = true;
  stopButton.hidden = false;
  setText(find(".progress"), "Reading the abstracts…");
  trigger("compare", { run: running, papers: papers.map((p) => p.id), aspects: on(false), statements: on(true) });
  stillThere(running);
}

function stillThere(run) {
  setTimeout(() => {
    if (running === run) reach().then(() => stillThere(run), () => { finish(); setHtml(note, failure(LOST)); });
  }, 3000);
}

function onBoard() {
  const now = props.value;
  if (!now?.run || now.run !== running) return;
  if (now.state === "failed") { setHtml(note, now.note); made = ""; return finish(); }
  setText(find(".progress"), now.state === "comparing" ? [`${now.done} of ${now.total} papers`, now.left].filter(Boolean).join(" · ") : "");
  if (now.rows.length) paint(now);
  if (now.state === "done") finish();
}

function finish() {
  running = null;
  runButton.hidden = false;
  stopButton.hidden = true;
  setText(find(".progress"), "");
  changed();
}

function stop() {
  if (!running) return;
  trigger("halt");
  made = ""; // it is not whole: Compare goes on where it was left
  finish();
  setText(find(".progress"), "Stopped. What is there stays.");
}

function paint(now) {
  board = now;
  find(".result").hidden = false;
  find(".hello").hidden = true;
  root.classList.remove("empty");
  matrix.paint(now);
  setHtml(find(".summary ul"), now.summary);
  find(".summary").hidden = !now.summary;
  setHtml(find(".foot"), now.foot);
  if (now.note) setHtml(note, now.note);
  exportButton.disabled = !now.comparison;
  if (opened && !opened.isConnected) closeSheet();
  showView();
}

// ---- looking at it: filters, hidden columns, the menu of a column

function showView() {
  const { filters, hidden, sort } = matrix.view;
  const chips = [
    ...hidden.filter((a) => matrix.aspects.includes(a)).map((a) => [`Show ${a}`, `${a} hidden`, () => matrix.set({ hidden: hidden.filter((h) => h !== a) })]),
    ...Object.entries(filters).map(([a, { only, has }]) => [`Remove the filter on ${a}`, `${a || "Paper"}: ${[only?.replace("_", " "), has && `“${has}”`].filter(Boolean).join(", ")}`, () => { const { [a]: _, ...rest } = filters; matrix.set({ filters: rest }); }]),
    ...(sort ? [["Back to the order of the papers", `by ${sort.aspect || "paper"} ${sort.way > 0 ? "A–Z" : "Z–A"}`, () => matrix.set({ sort: null })]] : []),
  ];
  find(".hidden-columns").replaceChildren(...chips.map(([label, text, act]) => {
    const item = make("li", "", text);
    item.append(button(label, "×", () => { act(); showView(); }));
    return item;
  }));
  const seen = matrix.seen().length, whole = matrix.body.rows.length;
  setText(find(".shown"), seen === whole ? "" : `${seen} of ${whole} papers`);
}

const item = (text, act, on = false) => menu.item(text, () => { act(); showView(); }, on);

function columnMenu(from) {
  const aspect = from.dataset.aspect, { sort, filters, hidden } = matrix.view;
  const filter = filters[aspect] ?? {};
  const sorted = (way) => sort?.aspect === aspect && sort.way === way;
  const narrowTo = (change) => {
    const now = { ...filter, ...change };
    const { [aspect]: _, ...rest } = filters;
    matrix.set({ filters: now.only || now.has ? { ...rest, [aspect]: now } : rest });
  };
  const items = [
    item("Sort A to Z", () => matrix.set({ sort: { aspect, way: 1 } }), sorted(1)),
    item("Sort Z to A", () => matrix.set({ sort: { aspect, way: -1 } }), sorted(-1)),
  ];
  if (aspect) {
    const has = make("input");
    has.type = "search";
    has.placeholder = "Contains …";
    has.setAttribute("aria-label", `Show rows whose ${aspect} contains`);
    has.value = filter.has ?? "";
    has.addEventListener("keydown", (event) => { if (event.key === "Enter") { menu.close(); narrowTo({ has: has.value.trim() }); showView(); } });
    items.push(
      item("Only stated", () => narrowTo({ only: "stated" }), filter.only === "stated"),
      item("Only not stated", () => narrowTo({ only: "not_stated" }), filter.only === "not_stated"),
      has,
      item("Hide this column", () => matrix.set({ hidden: [...hidden, aspect] })),
    );
  }
  menu.open(root, from, items);
}

// ---- the sheet: one paper's abstract, with the sentence behind the cell

function openCell(cell, wanted) {
  if (!cell || (!wanted && sheet.hidden)) return;
  const row = cell.parentNode, view = board.rows.find((r) => r.key === row.dataset.key);
  if (!view) return;
  opened = cell;
  for (const node of all(".open-cell", find(".grid"))) node.classList.remove("open-cell");
  cell.classList.add("open-cell");
  const aspect = matrix.aspects[cell.cellIndex - 1];
  const top = make("div", "top");
  top.append(make("h3", "", view.title), button("Close", "×", closeSheet));
  const text = make("p", "abstract");
  text.innerHTML = view.abstract;
  const spans = (cell.dataset.spans ?? "").split(",").filter(Boolean).map((s) => s.split("-").map(Number));
  for (const mark of all("mark", text)) {
    const [from, to] = [Number(mark.dataset.start), Number(mark.dataset.end)];
    mark.classList.toggle("lit", spans.some(([start, end]) => from >= start && to <= end));
  }
  sheet.replaceChildren(top);
  if (aspect) {
    const said = make("div", "said");
    said.append(make("h4", "", aspect));
    const value = make("p");
    value.innerHTML = cell.innerHTML;
    if (!spans.length) value.textContent = "Not stated in the abstract.";
    said.append(value, make("p", "why", find(".mark", cell)?.title ?? ""));
    sheet.append(said);
  }
  sheet.append(text);
  sheet.hidden = false;
  root.classList.add("with-sheet");
  find("mark.lit", sheet)?.scrollIntoView({ block: "nearest" });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function closeSheet() {
  sheet.hidden = true;
  root.classList.remove("with-sheet");
  opened?.classList.remove("open-cell");
  if (opened?.isConnected && sheet.contains(document.activeElement)) opened.focus();
  opened = null;
}

// ---- files

async function save(format) {
  const said = await ask("export_board", { format, text: JSON.stringify(board.comparison) });
  if (!said) return;
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([said.text], { type: `${said.type};charset=utf-8` }));
  link.download = said.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function load() {
  const [chosen] = file.files;
  if (!chosen) return;
  const said = await ask("open_board", { text: await chosen.text() });
  file.value = "";
  if (!said) return;
  closeSheet();
  papers = said.board.comparison.papers.map((p) => ({ id: p.paper_id, title: p.title }));
  const names = said.board.aspects;
  const known = new Map(aspects.map((a) => [a.name, a]));
  aspects = [...DEFAULTS, ...names.filter((n) => !DEFAULTS.includes(n))]
    .map((name) => ({ statement: isStatement(said.board.comparison, name), ...known.get(name), name, on: names.includes(name) }));
  made = choice();
  matrix.restore({});
  paint(said.board);
  changed();
}

/** A file does not say which of its columns are statements; their values do. */
function isStatement(comparison, name) {
  const values = comparison.cells.filter((c) => c.aspect === name && c.status === "stated").map((c) => c.value);
  return values.length > 0 && values.every((value) => ["supports", "contradicts", "unclear"].includes(value));
}

// ---- listening

find(".own").addEventListener("submit", addOwn);
proposeButton.addEventListener("click", propose);
runButton.addEventListener("click", compare);
stopButton.addEventListener("click", stop);
find(".clear").addEventListener("click", () => { papers = []; changed(); box.focus(); });
find(".open").addEventListener("click", () => file.click());
file.addEventListener("change", load);
find(".filter").addEventListener("input", (event) => { matrix.set({ words: event.target.value.trim() }); showView(); });
exportButton.addEventListener("click", () => menu.open(root, exportButton, FORMS.map(([form, name]) => item(name, () => save(form)))));

new Finder(box, find(".found"), lookUp, () => { if (papers.length) remove(papers[papers.length - 1]); });
element.addEventListener("click", async (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("button.head")) return columnMenu(at("button.head"));
  if (at(".summary .chip")) return matrix.light(at(".chip").dataset.key);
  if (at(".start") && await addAbout(at(".start").dataset.question)) compare();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || page() !== "compare") return;
  if (menu.close()) return;
  if (!sheet.hidden) closeSheet();
  else stop();
});

/** Another page hands over papers ({id, title}) to be compared. */
receive("compare", (more) => {
  papers = [];
  add(more);
  go("compare");
  compare();
});
watch("value", onBoard);
restore();

let offered = false;
/** To an empty page that is looked at: questions that these papers answer. */
async function offer() {
  if (offered || page() !== "compare" || find(".hello").hidden) return;
  offered = true;
  try { // in silence: what the note says is about something else
    setHtml(find(".starts"), (await server.offer_starts({})).html ?? "");
  } catch { offered = false; }
}
onPage(offer);
onPapers(() => { offered = false; offer(); });
if (!narrow.matches && page() === "compare") box.focus();

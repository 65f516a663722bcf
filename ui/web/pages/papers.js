// The Papers page. Gradio runs this once with `element` and `server` in scope. Titles and openings
// come as text and go in as text; the sheet's HTML was escaped in ui/render/papers.py.
"use strict";

const { make, setHtml, setText, failure, LOST, recall, keep, page, onPage, onStatus, go, hand, receive, narrow, FilterButton, PointMap, Rows, paperRow, dressGroups } = window.paperchat;
const find = (selector, root = element) => root.querySelector(selector);
const all = (selector, root = element) => [...root.querySelectorAll(selector)];

const STORE = "paperchat.papers.1";
const FEWEST = 2, MOST = 50; // papers of a comparison
const COLOURS = 9; // --g0 to --g8 in papers.css

const root = element.firstElementChild;
const box = find(".find"), note = find(".note"), sheet = find(".reader"), tip = find(".tip");
const kept = recall(STORE, {});
let table = null; // the columns: ids, titles, openings, urls, hosts; a paper is its place in them
let drawn = new Map(); // place -> {title, opening} as markup, of the papers with TeX in them
let atlas = null; // {points, labels, groups}
let found = null; // {words, near} of what is searched for
let near = new Set(); // the same near ones
let sort = null; // {by, way}; null is the order of the source, or the best match first
let filtered = null; // the places that the filter lets in
let group = ""; // the number of the only group that is shown
let onlyCited = false;
let chosen = new Set(), cited = new Set(); // places
let citedIds = kept.cited ?? [], citedAs = kept.citedAs ?? "";
let hovered = -1, opened = -1;

const rows = new Rows(find(".rows"), { make: makeRow, update: updateRow, onAt, onOpen: open, onTick: toggle });
const filter = new FilterButton(find(".tools .filter"), { root, ask, onChange: (places) => { filtered = places && new Set(places); labelFilter(); show(); } });
const map = new PointMap(find("canvas"), { onHover: hover, onOpen: (at) => (at < 0 ? closeSheet() : open(at, "map")), onName: onlyGroup, onLasso });

// ---- getting it

/** What the server says, or null after its refusal is shown. */
async function ask(call, given) {
  let said;
  try { said = await server[call](given); } catch { said = undefined; }
  if (said && !said.failure) { setHtml(note, ""); return said; }
  setHtml(note, said?.failure ?? failure(LOST));
  return null;
}

let loading = false;
async function load() {
  if (loading) return;
  loading = true;
  if (table && await isCurrent()) { loading = false; return; }
  forget();
  setText(find(".tally"), "Getting the papers…");
  setText(find(".wait"), "Drawing the map…");
  table = await ask("list_papers", {});
  if (table) {
    drawn = new Map(table.drawn.map(([at, title, opening]) => [at, { title, opening }]));
    chosen = new Set((kept.chosen ?? []).map((id) => table.ids.indexOf(id)).filter((at) => at >= 0));
    placeCited();
    if (box.value) look(); else show();
    await drawMap();
  } else setText(find(".wait"), "");
  loading = false;
}

/** Whether the papers are still those of the table. */
async function isCurrent() {
  const said = await ask("which_papers", {});
  return !said || said.key === table.key;
}

const labelFilter = () => setText(filter.button, filter.words || "Filter");

/** Lets go of papers that are others by now; what was chosen is looked up anew. */
function forget() {
  if (!table) return;
  kept.chosen = papersOf(chosen).map((paper) => paper.id);
  closeSheet();
  [table, atlas, found, group, filtered] = [null, null, null, "", null];
  filter.set();
  labelFilter();
  near = new Set();
  find(".group").replaceChildren(find(".group").options[0]);
  rows.forget();
  rows.setKeys([]);
}

async function drawMap() {
  atlas = await ask("draw_map", {});
  setText(find(".wait"), "");
  if (!atlas) return;
  dressGroups(atlas, COLOURS);
  map.setPoints(atlas.points, atlas.labels, atlas.groups);
  const options = atlas.groups.map((each, at) => { const node = make("option", "", `${each.name} (${each.size})`); node.value = at; return node; });
  find(".group").append(...options);
  find("canvas").setAttribute("aria-label", `A map of ${atlas.points.length} papers by meaning, with these groups: `
    + `${atlas.groups.map((each) => `${each.name} (${each.size})`).join("; ")}. The table has the same papers.`);
  show();
}

// ---- which papers are shown, in which order

const inOrder = (places) => {
  if (sort?.by === "title") return [...places].sort((a, b) => sort.way * table.titles[a].localeCompare(table.titles[b], "en", { sensitivity: "base" }));
  if (sort?.by === "order") return [...places].sort((a, b) => sort.way * (a - b));
  return places;
};

function show() {
  if (!table) return;
  const matching = found ? [...found.words, ...found.near] : table.ids.map((_, at) => at);
  const passes = (at) => (!filtered || filtered.has(at)) && (group === "" || atlas?.labels[at] === Number(group)) && (!onlyCited || cited.has(at));
  const keys = inOrder(matching.filter(passes));
  rows.setKeys(keys);
  const whole = keys.length === table.ids.length;
  const dim = new Uint8Array(table.ids.length).fill(1);
  for (const at of keys) dim[at] = 0;
  const lively = new Set(keys.map((at) => atlas?.labels[at]));
  map.names.forEach((name, at) => { name.faded = !lively.has(at); });
  map.set({ dim: whole ? null : dim, chosen, cited, opened });
  setText(find(".tally"), inWords(keys));
  find(".none").hidden = keys.length > 0;
  const why = table.ids.length ? "No paper is like that. Try other words, or fewer." : "There are no papers here yet. Add some in Library.";
  setText(find(".none"), keys.length ? "" : why);
  for (const head of all("[role=columnheader][aria-sort]")) {
    const by = find("button", head).dataset.sort, plain = !sort && !found && by === "order";
    head.setAttribute("aria-sort", sort?.by === by || plain ? ((sort?.way ?? 1) > 0 ? "ascending" : "descending") : "none");
  }
  showChosen();
}

function inWords(keys) {
  const papers = (count) => `${count.toLocaleString("en")} paper${count === 1 ? "" : "s"}`;
  if (!found) return keys.length === table.ids.length ? papers(keys.length) : `${keys.length.toLocaleString("en")} of ${papers(table.ids.length)}`;
  const close = keys.filter((at) => near.has(at)).length, exact = keys.length - close;
  const parts = [exact ? `${papers(exact)} with ${/\s/.test(box.value.trim()) ? "these words" : "this word"}` : "", close ? `${papers(close)} near in meaning` : ""];
  return parts.filter(Boolean).join(", ");
}

let typed = 0, soon = 0;
async function look() {
  const text = box.value.trim(), mine = ++typed;
  const said = text && table ? await ask("find_papers", { text }) : null;
  if (mine !== typed) return; // more was typed meanwhile
  if (said && said.key !== table.key) return load(); // the papers are others by now
  found = said;
  near = new Set(said?.near);
  sort = null;
  show();
}

/** Shows one group alone, or all again. */
function onlyGroup(at) {
  group = group === String(at) ? "" : String(at);
  find(".group").value = group;
  show();
}

/** Sorts by a column: up, down, and back to how it was. */
function sortBy(by) {
  sort = sort?.by !== by ? { by, way: by === "order" && !found ? -1 : 1 } : sort.way > 0 ? { by, way: -1 } : null;
  show();
}

// ---- rows

function makeRow(at) {
  const { titles, openings, urls, hosts } = table;
  return paperRow({ place: at + 1, title: titles[at], opening: openings[at], url: urls[at], host: hosts[at], drawn: drawn.get(at) });
}

function updateRow(row, at) {
  row.setAttribute("aria-selected", String(chosen.has(at)));
  find("input", row).checked = chosen.has(at);
  row.classList.toggle("near", Boolean(found?.words.length) && near.has(at));
  row.classList.toggle("is-cited", cited.has(at));
  row.classList.toggle("hovered", at === hovered);
  row.classList.toggle("opened", at === opened);
  const label = atlas?.labels[at];
  find(".dot", row).style.background = label === undefined ? "" : `var(--g${atlas.groups[label].colour})`;
}

function hover(at, fromTable = false) {
  if (at === hovered) return;
  hovered = at;
  map.set({ hovered: at });
  for (const [key, row] of rows.have) row.classList.toggle("hovered", key === at);
  tip.hidden = at < 0 || !atlas || fromTable;
  if (!tip.hidden) showTip(at);
}

function showTip(at) {
  const [x, y] = map.toScreen(atlas.points[at]), label = atlas.groups[atlas.labels[at]];
  const title = make("strong", "", table.titles[at]);
  if (drawn.has(at)) setHtml(title, drawn.get(at).title);
  tip.replaceChildren(title, make("span", "", label.name));
  const left = Math.max(8, Math.min(x - tip.offsetWidth / 2, map.width - tip.offsetWidth - 8));
  const top = y - tip.offsetHeight - 16;
  tip.style.transform = `translate(${left}px, ${top < 8 ? y + 16 : top}px)`;
}

// ---- choosing

const papersOf = (places) => [...places].sort((a, b) => a - b).map((at) => ({ id: table.ids[at], title: table.titles[at] }));

function toggle(at) {
  if (!chosen.delete(at)) chosen.add(at);
  showChosen();
}

function onLasso(places) {
  lasso(false);
  for (const at of places) chosen.add(at);
  showChosen();
}

function lasso(on) {
  map.lassoing = on;
  find(".lasso").setAttribute("aria-pressed", String(on));
  root.classList.toggle("lassoing", on);
}

function showChosen() {
  const count = chosen.size;
  find(".picked").hidden = !count;
  root.classList.toggle("choosing", count > 0);
  setText(find(".picked p"), count ? `${count.toLocaleString("en")} chosen` : "");
  setText(find(".ask-them"), count === 1 ? "Ask this paper" : `Ask these ${count.toLocaleString("en")} papers`);
  const compare = find(".compare-them");
  compare.disabled = count < FEWEST || count > MOST;
  compare.title = compare.disabled ? `It takes ${FEWEST} to ${MOST} papers` : "";
  const every = find(".every"), shown = rows.keys.filter((at) => chosen.has(at)).length;
  every.checked = shown > 0 && shown === rows.keys.length;
  every.indeterminate = shown > 0 && !every.checked;
  setText(find(".choose-it"), chosen.has(opened) ? "Chosen" : "Choose");
  find(".choose-it").setAttribute("aria-pressed", String(chosen.has(opened)));
  rows.paint();
  map.set({ chosen });
  if (table) keep(STORE, { chosen: papersOf(chosen).map((paper) => paper.id), cited: citedIds, citedAs });
}

function askThem(places) {
  hand("scope", papersOf(places));
  go("chat");
}

// ---- the sources of the last answer

function placeCited() {
  cited = new Set(citedIds.map((id) => table.ids.indexOf(id)).filter((at) => at >= 0));
  onlyCited &&= cited.size > 0;
  const button = find(".under .cited");
  button.hidden = !cited.size;
  const one = cited.size === 1;
  setText(button, citedAs === "added" ? `${one ? "The paper" : `The ${cited.size} papers`} added last`
    : `${one ? "The source" : `The ${cited.size} sources`} of the last answer`);
  button.setAttribute("aria-pressed", String(onlyCited));
}

// ---- the sheet: one paper's abstract

let from = ""; // whether the map or the table opened it
async function open(at, by = "table") {
  const said = await ask("open_paper", { id: table.ids[at], text: found ? box.value : "" });
  if (!said) return;
  [opened, from] = [at, by];
  setHtml(find(".top", sheet), said.top);
  setHtml(find(".text", sheet), said.text);
  sheet.hidden = false;
  sheet.scrollTop = 0;
  map.inset = narrow.matches ? 0 : sheet.offsetWidth;
  map.set({ opened });
  if (atlas) map.show(at);
  rows.moveToKey(at);
  showChosen();
}

/** The sheet goes along with the keyboard. */
function onAt(at) {
  hover(at, true);
  if (!sheet.hidden) open(at);
}

function closeSheet() {
  if (sheet.hidden) return false;
  const inside = sheet.contains(document.activeElement);
  sheet.hidden = true;
  opened = -1;
  map.inset = 0;
  map.set({ opened });
  rows.paint();
  if (inside && from === "table") rows.root.focus({ preventScroll: true });
  return true;
}

// ---- listening

box.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(look, 120); });
box.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && box.value) { event.stopPropagation(); box.value = ""; look(); }
  if (event.key === "ArrowDown" || event.key === "Enter") { event.preventDefault(); rows.root.focus(); }
});
find(".group").addEventListener("change", (event) => { group = event.target.value; show(); });
find(".every").addEventListener("change", (event) => {
  for (const at of rows.keys) chosen[event.target.checked ? "add" : "delete"](at);
  showChosen();
});
const body = find(".body");
body.addEventListener("click", (event) => {
  const row = event.target.closest(".line");
  if (!row || event.target.closest("a")) return;
  const at = Number(row.dataset.key);
  if (event.target.closest(".tick")) toggle(at);
  rows.moveToKey(at);
  if (!event.target.closest(".tick")) open(at);
});
body.addEventListener("mouseover", (event) => { const row = event.target.closest(".line"); if (row) hover(Number(row.dataset.key), true); });
body.addEventListener("mouseleave", () => hover(-1));
element.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-sort]")) return sortBy(at("[data-sort]").dataset.sort);
  if (at("button[data-view]")) return view(at("button[data-view]").dataset.view);
  if (at(".under .cited")) { onlyCited = !onlyCited; placeCited(); return show(); }
  if (at(".lasso")) return lasso(!map.lassoing);
  if (at(".nearer")) return map.zoom(1.6, undefined, true);
  if (at(".farther")) return map.zoom(1 / 1.6, undefined, true);
  if (at(".whole")) return map.fit(true);
  if (at(".close")) return closeSheet();
  if (at(".ask-it")) return askThem([opened]);
  if (at(".choose-it")) return toggle(opened);
  if (at(".ask-them")) return askThem(chosen);
  if (at(".compare-them")) return hand("compare", papersOf(chosen));
  if (at(".clear")) { chosen.clear(); showChosen(); rows.root.focus({ preventScroll: true }); }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || page() !== "papers") return;
  if (map.dropLasso() || map.lassoing) lasso(false);
  else closeSheet();
});

/** On a phone there is room for the table or the map. */
function view(name) {
  root.dataset.view = name;
  for (const button of all(".views button")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
  rows.later();
}

/** Another page hands over the ids of papers to be lit: those that the last answer cites, or new ones. */
const light = (name) => (ids) => {
  [citedIds, citedAs] = [ids, name];
  if (!table) return keep(STORE, { ...kept, cited: ids, citedAs });
  placeCited();
  show();
};
receive("cited", light(""));
receive("added", light("added"));
onStatus(() => { if (page() === "papers") load(); });
onPage((name) => { if (name === "papers") load(); else hover(-1); });

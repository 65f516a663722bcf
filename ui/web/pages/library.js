// The Library page. Gradio runs this once with `element` and `server` in scope. All HTML that the
// server sends was escaped in ui/render/library.py.
"use strict";

const { make, setHtml, setText, failure, LOST, page, onPage, onStatus, go, hand, narrow } = window.paperchat;
const find = (selector, root = element) => root.querySelector(selector);

const BUSY = 300; // milliseconds from one look to the next while papers are added
const ADDRESS = "library/files";

const note = find(".note"), drop = find(".drop"), undo = find(".undo");
let running = false, sending = false, next = 0, last = null;

/** What the server says, or null after its refusal is shown. */
async function ask(call, given = {}) {
  let said;
  try { said = await server[call](given); } catch { said = undefined; }
  if (said && !said.failure) { setHtml(note, ""); return said; }
  setHtml(note, said?.failure ?? failure(LOST));
  return null;
}

async function look() {
  clearTimeout(next);
  const said = await ask("look");
  if (said) paint(said);
}

function paint(said) {
  if (sending) return; // what is said is of before
  last = said;
  const ended = running && !said.running;
  running = said.running;
  for (const [place, html] of Object.entries(said.parts)) setHtml(find(`.${place}`), html);
  find(".running").hidden = !running;
  find(".result").hidden = !said.parts.ledger && !said.parts.rejects;
  find(".save").hidden = !said.parts.ledger;
  if (said.trouble) setHtml(note, said.trouble);
  undo.hidden = !said.undoable;
  find(".see").hidden = !said.added.length;
  const mine = !said.why_not;
  for (const control of [...element.querySelectorAll(".choose button, .fetch, .ref, .new *")]) control.disabled = running || !mine;
  for (const control of [undo, ...element.querySelectorAll(".remove, .pick-it, .tiny")]) control.disabled = running || !mine;
  if (!mine) setHtml(note, said.why_not);
  clearTimeout(next);
  if (running) next = setTimeout(look, BUSY);
  if (ended) hand("status");
}

// ---- files: sent one by one, then taken together

async function send(files) {
  if (running || sending || !files.length) return;
  sending = true;
  setHtml(note, "");
  go("library");
  const tokens = [], refused = [];
  find(".running").hidden = false;
  find(".result").hidden = true;
  setHtml(find(".reading"), "");
  for (const { file, name } of files) {
    setText(find(".work"), `Sending ${name}`);
    const said = await put(file, name);
    if (said.token) tokens.push(said.token);
    else refused.push(said.failure);
  }
  const said = tokens.length ? await ask("take", { tokens, references: [] }) : null;
  sending = false;
  if (said) paint(said);
  else find(".running").hidden = true;
  if (refused.length) setHtml(note, refused.map(failure).join(""));
}

async function put(file, name) {
  try {
    const answer = await fetch(ADDRESS, { method: "PUT", body: file, headers: { "x-file-name": encodeURIComponent(name) } });
    return await answer.json();
  } catch {
    return { failure: LOST };
  }
}

const named = (files) => [...files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));

/** The files that were dropped, with those in folders. */
async function dropped(items) {
  const found = [];
  const walk = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((done, fail) => entry.file(done, fail));
      return void found.push({ file, name: entry.fullPath.replace(/^\//, "") });
    }
    const reader = entry.createReader();
    for (;;) { // a folder is read a hundred entries at a time
      const some = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!some.length) return;
      for (const each of some) if (!each.name.startsWith(".")) await walk(each);
    }
  };
  const entries = [...items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  for (const entry of entries) {
    if (entry instanceof File) found.push(...named([entry]));
    else if (entry) await walk(entry).catch(() => setHtml(note, failure(`${entry.name} cannot be read.`)));
  }
  return found;
}

// Wherever in the window files are dropped, they are papers.
const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
let over = 0;
document.addEventListener("dragenter", (event) => { if (hasFiles(event)) { over++; go("library"); drop.classList.add("over"); } });
document.addEventListener("dragleave", (event) => { if (hasFiles(event) && --over <= 0) drop.classList.remove("over"); });
document.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
document.addEventListener("drop", async (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  over = 0;
  drop.classList.remove("over");
  send(await dropped(event.dataTransfer.items));
});

// ---- listening

for (const [button, input] of [[".files", ".pick"], [".folder", ".pick-folder"]]) {
  find(button).addEventListener("click", () => find(input).click());
  find(input).addEventListener("change", (event) => { send(named(event.target.files)); event.target.value = ""; });
}
find(".online").addEventListener("submit", async (event) => {
  event.preventDefault();
  const box = find(".ref"), text = box.value.trim();
  if (!text) return;
  const said = await ask("take", { tokens: [], references: [text] });
  if (said) { box.value = ""; paint(said); }
});
find(".new").addEventListener("submit", async (event) => {
  event.preventDefault();
  const box = find(".named"), name = box.value.trim();
  const said = name && await ask("create", { name });
  if (said) { box.value = ""; paint(said); hand("status"); }
});
element.addEventListener("click", async (event) => {
  const at = (selector) => event.target.closest(selector);
  const call = async (name, given) => { const said = await ask(name, given); if (said) { paint(said); hand("status"); } };
  if (at(".stop")) return call("stop");
  if (at(".undo")) return call("undo");
  if (at(".see")) { hand("added", last.added); return go("papers"); }
  if (at(".save")) { const said = await ask("save"); return said && window.paperchat.download(said); }
  if (at(".remove")) return call("remove", { source: at(".remove").dataset.source });
  if (at(".pick-it")) return call("pick", { name: at(".pick-it").dataset.name });
  if (at(".rename")) return rename(at("li"));
  if (at(".delete")) return sure(at(".delete"), () => call("delete", { name: at("li").dataset.name }));
});

/** A second click within a few seconds means it. */
function sure(button, act) {
  if (button.dataset.sure) return act();
  button.dataset.sure = "1";
  setText(button, "Really?");
  setTimeout(() => { delete button.dataset.sure; setText(button, "Delete"); }, 4000);
}

function rename(row) {
  const box = make("input", "named"), before = row.dataset.name;
  Object.assign(box, { type: "text", value: before, maxLength: 40 });
  box.setAttribute("aria-label", `New name of ${before}`);
  row.replaceChildren(box);
  box.select();
  const end = async (name) => {
    const said = name && name !== before ? await ask("rename", { name: before, to: name }) : null;
    find(".collections").pcHtml = null; // it is another one than was sent
    if (said) paint(said);
    else look();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") end(box.value.trim());
    if (event.key === "Escape") { event.stopPropagation(); end(""); }
  });
}

onStatus(() => { if (page() === "library") look(); });
onPage((name) => { if (name === "library") look(); });

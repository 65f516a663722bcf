// The conversation. Gradio runs this once with `element`, `trigger`, `props`, `server` and `watch` in
// scope. props.value is the state of one turn (turn.py: Feed). All HTML in it was escaped in
// ui/render; whatever this script itself puts on the page goes in as text. Beside it: sources.js (the
// panel, the scope), chats.js (what the browser keeps), answers.js (copy, save, rate), keys.js.
"use strict";

const { make, setHtml, setText, narrow, glide, reach, failure, recall, hand, receive, go, page, LOST } = window.paperchat;
const { ChatStore, Drawer, Sources, Scope, shortcuts, download, copy, askWhy } = window.paperchat;

const find = (selector, root = element) => root.querySelector(selector);
const all = (selector, root = element) => [...root.querySelectorAll(selector)];

const root = find(".pc"), scroll = find(".scroll"), log = find(".log"), box = find("textarea"), form = find(".ask");
const back = find(".back"), sendButton = find(".send"), stopButton = find(".stop"), full = find(".full");
const PLACEHOLDER = box.placeholder;
const OLD = "paperchat.turns.1"; // where a conversation was kept before there were several
const OPEN = "paperchat.open", DRAFT = "paperchat.draft", SHOWN = "paperchat.drawer";
const WAITS = { waiting: "Getting the papers ready…", searching: "Searching…", reading: "Reading the sources…", writing: "Writing…" };
const EMPTY = { state: "done", sentences: [], note: "", foot: "", kind: "", cards: [], plain: "", copy: "", trace: "", bundle: null };

const turns = new Map(); // id -> {id, question, papers, feed, node, stopped, thumb}, in order
let chat = recall(OPEN, "", sessionStorage); // the id of this conversation: each tab has one open
let running = null; // the id of the turn being answered
let lost = false; // whether the server went away
let following = true; // until the reader scrolls
let cameFrom = null; // the chip that led to the panel

const store = new ChatStore();
const sources = new Sources(find(".sources"), find(".tip"));
const scope = new Scope(find(".scope"), () => { keep(); box.focus(); });
const drawer = new Drawer(find(".chats"), store, { current: () => chat, onOpen: openChat, onGone: (id) => { if (id === chat) reset(); } });

// ---- turns

function addTurn(id, question, papers = []) {
  const node = make("article", "turn");
  const answer = make("div", "answer");
  answer.append(make("p", "body"), make("p", "wait"), make("div", "note"), make("p", "foot"), make("div", "made"));
  answer.append(find(".acts-of").content.cloneNode(true), make("div", "after"));
  node.append(make("h2", "question", question), answer);
  if (papers.length) answer.before(make("p", "within", `Asked only of ${papers.map((p) => p.title.split(/: |- /)[0]).join(", ")}`));
  node.dataset.turn = id;
  log.append(node);
  const turn = { id, question, papers, feed: null, node, stopped: false, thumb: null };
  turns.set(id, turn);
  root.classList.add("talking");
  box.placeholder = "Ask a follow-up";
  return turn;
}

function paint(turn, feed) {
  turn.feed = feed;
  const body = find(".body", turn.node);
  for (const html of feed.sentences.slice(body.children.length)) {
    body.append(make("span", "sentence"), " ");
    body.lastElementChild.innerHTML = html;
  }
  setText(find(".wait", turn.node), turn.stopped ? "" : WAITS[feed.state] ?? "");
  setHtml(find(".note", turn.node), feed.note);
  setHtml(find(".foot", turn.node), turn.stopped ? "<span>Stopped</span>" : feed.foot);
  setHtml(find(".made", turn.node), feed.trace ?? "");
  turn.node.dataset.state = turn.stopped ? "stopped" : feed.state;
  turn.node.dataset.kind = feed.kind;
  turn.node.classList.toggle("whole", Boolean(feed.bundle));
  all(".thumb", turn.node).forEach((thumb) => thumb.setAttribute("aria-pressed", String(thumb.dataset.act === turn.thumb)));
}

function onFeed() {
  const feed = props.value;
  const turn = feed && turns.get(feed.turn);
  if (!turn || turn.id !== running || turn.stopped) return;
  paint(turn, feed);
  if (feed.cards.length) showSources(turn.id);
  follow();
  if (feed.state === "done" || feed.state === "failed") finish(turn);
}

function stillThere(turn) {
  setTimeout(() => {
    if (running === turn.id) reach().then(() => stillThere(turn), () => lose(turn));
  }, 3000);
}

function lose(turn) {
  lost = true;
  const note = failure("The connection to paperchat is lost. Start it again, then ask once more.");
  paint(turn, { ...EMPTY, ...turn.feed, state: "failed", note });
  finish(turn);
}

// Gradio keeps waiting on a stream that broke off: only a fresh page listens to a new server.
function askAfresh(question) {
  const again = () => { sessionStorage.setItem(DRAFT, question); location.reload(); };
  reach().then(again, () => lose(addTurn(Date.now().toString(36), question)));
}

function finish(turn) {
  running = null;
  stopButton.hidden = true;
  sendButton.hidden = false;
  if (turn.feed?.state === "failed" && !box.value) edit(turn.question, false);
  keep();
  hand("cited", cited(turn).map((card) => card.key));
}

// ---- asking, stopping, beginning anew

const before = (turn) => [...turns.values()].slice(0, turn ? [...turns.keys()].indexOf(turn.id) : undefined)
  .filter((t) => t.feed?.plain)
  .flatMap((t) => [{ role: "user", content: t.question }, { role: "assistant", content: t.feed.plain }]);

function ask(question, papers = scope.papers) {
  question = question.trim();
  if (!question || running) return;
  if (lost) return askAfresh(question);
  const history = before();
  const turn = addTurn(Date.now().toString(36) + turns.size, question, papers);
  running = turn.id;
  label();
  stopButton.hidden = false;
  sendButton.hidden = true;
  box.value = "";
  fit();
  setText(find(".wait", turn.node), WAITS.searching);
  turn.node.dataset.state = "searching";
  following = true;
  follow();
  trigger("ask", { turn: turn.id, question, history, papers: papers.map((paper) => paper.id) });
  stillThere(turn);
  setTimeout(keep); // after the question is on its way
}

function stop() {
  const turn = turns.get(running);
  if (!turn) return;
  trigger("halt");
  turn.stopped = true;
  paint(turn, turn.feed ?? EMPTY);
  finish(turn);
  box.focus();
}

/** Puts a question into the box, to be changed and asked again. */
function edit(question, focus = true) {
  box.value = question;
  fit();
  if (focus) box.focus();
}

/** Asks a question once more: the last one in its own place, an earlier one at the end. */
function retry(turn) {
  if (running) return;
  if ([...turns.keys()].pop() === turn.id) { turns.delete(turn.id); turn.node.remove(); }
  ask(turn.question, turn.papers);
}

function empty() {
  stop();
  turns.clear();
  log.replaceChildren();
  sources.clear();
  cameFrom = null;
  label();
  root.classList.remove("talking", "sourced");
  box.placeholder = PLACEHOLDER;
  back.hidden = true;
}

function reset() {
  empty();
  scope.set([]);
  nameChat("");
  drawer.show();
  hello();
  box.focus();
}

// ---- the sources panel

const cited = (turn) => (turn?.feed?.cards ?? []).filter((card) => card.number !== null);

function label() {
  const turn = turns.get(sources.id);
  const last = [...turns.keys()].pop() === sources.id;
  setText(find(".panel-head h2"), turn?.feed.kind === "abstention" ? "Nearest papers" : "Sources");
  find(".panel-head .side-by-side").hidden = cited(turn).length < 2;
  setText(find(".of"), !turn || last ? "" : `for “${turn.question}”`);
}

function showSources(id) {
  const turn = turns.get(id);
  if (!turn?.feed) return;
  sources.show(turn);
  label();
  root.classList.toggle("sourced", turn.feed.cards.length > 0);
  for (const node of all(".turn", log)) node.classList.toggle("current", node.dataset.turn === id);
}

/** Hands the papers that an answer cites over to the Compare page. */
function compare(id) {
  showSources(id);
  hand("compare", cited(turns.get(id)).map((card) => ({ id: card.key, title: sources.title(card.key) })));
}

function reveal(from) {
  following = false;
  sources.hideTip();
  showSources(from.closest(".turn").dataset.turn);
  sources.reveal(from);
  cameFrom = from;
  back.hidden = !narrow.matches;
}

function toAnswer() {
  back.hidden = true;
  cameFrom?.scrollIntoView({ block: "center", behavior: glide() });
  cameFrom?.focus({ preventScroll: true });
}

function only(card) {
  scope.change([{ id: card.dataset.key, title: sources.title(card.dataset.key) }]);
}

// ---- what is done with an answer

async function call(name, given) {
  try { return (await server[name](given)) ?? { failure: failure(LOST) }; } catch { return { failure: failure(LOST) }; }
}

async function share(turn, format) {
  const said = await call("export_turn", { format, text: JSON.stringify(turn.feed.bundle) });
  if (said.failure) setHtml(find(".after", turn.node), said.failure);
  else download(said);
}

function rate(turn, thumb) {
  const after = find(".after", turn.node);
  const close = () => after.replaceChildren();
  after.replaceChildren(askWhy(thumb, async (reason) => {
    const papers = turn.papers.map((paper) => paper.id);
    const said = await call("rate_turn", { thumb, reason, papers, history: before(turn), text: JSON.stringify(turn.feed.bundle) });
    if (said.failure) return { html: said.failure };
    turn.thumb = thumb;
    paint(turn, turn.feed);
    keep();
    return { text: "Kept beside the index in feedback.jsonl: `paperchat eval --questions FILE` asks it again." };
  }, close));
}

const ACTS = {
  copy: (turn, button) => copy(turn.feed.copy, button),
  share: (turn, button) => share(turn, button.dataset.format),
  retry,
  edit: (turn) => { scope.set(turn.papers); edit(turn.question); },
  up: (turn) => rate(turn, "up"),
  down: (turn) => rate(turn, "down"),
};

// ---- the conversations that the browser keeps

function nameChat(id) {
  chat = id;
  window.paperchat.keep(OPEN, id, sessionStorage);
}

function keep() {
  if (!turns.size) return;
  if (!chat) nameChat(Date.now().toString(36));
  const kept = [...turns.values()].map(({ id, question, papers, feed, stopped, thumb }) => ({ id, question, papers, feed, stopped, thumb }));
  const could = store.save(chat, { turns: kept, scope: scope.papers });
  full.hidden = could;
  setText(full, could ? "" : "The browser has no room for more: this conversation is not kept. Export and delete others.");
  drawer.show();
}

function load(kept) {
  for (const { id, question, papers, feed, stopped, thumb } of kept.turns) {
    const turn = addTurn(id, question, papers ?? []);
    Object.assign(turn, { thumb: thumb ?? null, stopped: stopped || !["done", "failed"].includes(feed?.state) });
    paint(turn, feed ?? EMPTY);
    showSources(id);
  }
  scope.set(kept.scope ?? []);
  label();
  follow();
}

function openChat(id) {
  const kept = store.load(id);
  if (!kept || id === chat) return;
  empty();
  nameChat(id);
  load(kept);
  if (narrow.matches) showDrawer(false);
  drawer.show();
}

function showDrawer(open) {
  find(".chats").hidden = !open;
  root.classList.toggle("with-chats", open);
  all("[data-act=chats]", document).forEach((button) => button.setAttribute("aria-expanded", String(open)));
  if (!narrow.matches) window.paperchat.keep(SHOWN, open, localStorage);
}
const toggleDrawer = () => { showDrawer(find(".chats").hidden); if (!find(".chats").hidden) find(".chats input").focus(); };

function restore() {
  const old = recall(OLD, []); // a conversation of an older version of this page
  const kept = chat ? store.load(chat) : null;
  if (kept) load(kept);
  else if (old.length) load({ turns: old });
  if (!kept) nameChat("");
  if (old.length && !kept) keep();
  sessionStorage.removeItem(OLD);
  const draft = sessionStorage.getItem(DRAFT) ?? "";
  sessionStorage.removeItem(DRAFT);
  if (!narrow.matches && recall(SHOWN, innerWidth >= 1280, localStorage) && store.list().length) showDrawer(true);
  drawer.show();
  ask(draft);
}

/** What the empty page says of the papers; asked again for as long as the engine is still opening. */
async function hello() {
  if (turns.size) return;
  const said = await call("hello", {});
  if (said.failure) return;
  setHtml(find(".about"), said.about);
  setHtml(find(".examples"), said.examples);
  if (!said.settled) setTimeout(hello, 3000);
}

// ---- small things

// The newest answer in view, but never its question out of view: one reads from the top.
function follow() {
  const last = log.lastElementChild;
  if (!last || !following) return;
  if (narrow.matches) return last.scrollIntoView({ block: "start" });
  const above = last.getBoundingClientRect().top - scroll.getBoundingClientRect().top;
  scroll.scrollTop = Math.min(scroll.scrollHeight - scroll.clientHeight, scroll.scrollTop + above);
}
function fit() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
}

// ---- listening

const CLICKS = {
  ".acts [data-act]": (node) => ACTS[node.dataset.act](turns.get(node.closest(".turn").dataset.turn), node),
  ".side-by-side": (node) => compare(node.closest(".turn")?.dataset.turn ?? sources.id),
  ".edit": (node) => edit(node.dataset.question),
  ".chip, .near": reveal,
  ".try, .example": (node) => { ask(node.dataset.question); if (!narrow.matches) box.focus(); },
  ".only": (node) => only(node.closest(".card")),
  ".cite .copy": (node) => copy(node.dataset.copy, node),
  ".more": (node) => sources.open(node.closest(".card")),
};
element.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(CLICKS)) {
    const node = event.target.closest(selector);
    if (node) return act(node);
  }
});
form.addEventListener("submit", (event) => { event.preventDefault(); ask(box.value); });
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(box.value);
});
box.addEventListener("input", fit);
stopButton.addEventListener("click", stop);
back.addEventListener("click", toAnswer);
for (const [on, off] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  element.addEventListener(on, (event) => {
    const chip = event.target.closest(".chip");
    if (chip && (on === "mouseover" || chip.matches(":focus-visible"))) sources.showTip(chip);
  });
  element.addEventListener(off, (event) => { if (event.target.closest(".chip")) sources.hideTip(); });
}
const letGo = () => { following = false; };
for (const kind of ["wheel", "touchmove"]) document.addEventListener(kind, letGo, { passive: true });
scroll.addEventListener("scroll", () => sources.hideTip(), { passive: true });
const closeMenus = (but) => all("details.menu[open]").forEach((menu) => { if (menu !== but) menu.open = false; });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || page() !== "chat") return;
  sources.hideTip();
  closeMenus();
  stop();
});
document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
  if (event.target.closest("[data-act=new]")) reset();
  if (event.target.closest("[data-act=chats]")) toggleDrawer();
});
receive("scope", (papers) => { scope.change(papers); go("chat"); box.focus(); });
shortcuts("chat", [
  { key: "/", what: "Write a question", act: () => box.focus() },
  { key: "Enter", what: "Ask it (Shift and Enter begins a line)" },
  { key: "Esc", what: "Stop the answer, close a menu" },
  { key: "n", what: "New conversation", act: reset },
  { key: "c", what: "List of conversations", act: toggleDrawer },
  { key: "s", what: "To the sources", act: () => find(".card")?.focus() },
  { key: "↑ ↓", what: "From source to source; Enter opens the abstract" },
]);

watch("value", onFeed);
restore();
hello();
if (!narrow.matches) box.focus();

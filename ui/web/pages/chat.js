// The conversation. Gradio runs this once with `element`, `trigger`, `props`, `server` and `watch` in
// scope. props.value is the state of one turn (turn.py: Feed). All HTML in it was escaped in
// ui/render; whatever this script itself puts on the page goes in as text. Its parts: askbox.js (with
// the scope), answers.js (turns and what is done with them), sources.js (the panel), chats.js, keys.js.
"use strict";

const { make, setHtml, setText, narrow, glide, reach, failure, recall, hand, receive, go, page, onPapers, LOST } = window.paperchat;
const { ChatStore, Drawer, Sources, Scope, FilterButton, AskBox, Answers, Turns, makeTurn, paintTurn, EMPTY_FEED, greet, stillThere, shortcuts, copy } = window.paperchat;

const find = (selector, root = element) => root.querySelector(selector);
const all = (selector, root = element) => [...root.querySelectorAll(selector)];

const root = find(".pc"), scroll = find(".scroll"), log = find(".log"), back = find(".back"), full = find(".no-room");
const OLD = "paperchat.turns.1"; // where a conversation was kept before there were several
const OPEN = "paperchat.open", DRAFT = "paperchat.draft";

const turns = new Turns(); // id -> {id, question, papers, feed, node, stopped, thumb}, in order
let chat = recall(OPEN, "", sessionStorage); // the id of this conversation: each tab has one open
let running = null; // the id of the turn being answered
let lost = false; // whether the server went away
let following = true; // until the reader scrolls
let cameFrom = null; // the chip that led to the panel

const store = new ChatStore();
const sources = new Sources(element, find(".sources"), find(".tip"));
const box = new AskBox(find(".ask"), { onAsk: (question) => ask(question), onStop: stop });
const scope = new Scope(find(".scope"), () => { keep(); box.focus(); });
const filter = new FilterButton(find(".which .filter"), { root, ask: tryFilter, onChange: () => { filtered(); keep(); box.focus(); } });
const drawer = new Drawer(find(".chats"), store, { current: () => chat, onOpen: openChat, onGone: (id) => { if (id === chat) reset(); } });

// ---- turns

function addTurn(id, question, papers = []) {
  const turn = makeTurn(id, question, papers, find(".acts-of"));
  log.append(turn.node);
  turns.set(id, turn);
  root.classList.add("talking");
  box.hint("Ask a follow-up");
  return turn;
}

function onFeed() {
  const feed = props.value;
  const turn = feed && turns.get(feed.turn);
  if (!turn || turn.id !== running || turn.stopped) return;
  paintTurn(turn, feed);
  if (feed.cards.length) showSources(turn.id);
  follow();
  if (feed.state === "done" || feed.state === "failed") finish(turn);
}

function lose(turn) {
  lost = true;
  const note = failure("The connection to paperchat is lost. Start it again, then ask once more.");
  paintTurn(turn, { ...EMPTY_FEED, ...turn.feed, state: "failed", note });
  finish(turn);
}

// Gradio keeps waiting on a stream that broke off: only a fresh page listens to a new server.
function askAfresh(question) {
  const again = () => { sessionStorage.setItem(DRAFT, question); location.reload(); };
  reach().then(again, () => lose(addTurn(Date.now().toString(36), question)));
}

function finish(turn) {
  running = null;
  box.busy(false);
  if (turn.feed?.state === "failed" && box.empty) box.set(turn.question);
  keep();
  hand("cited", cited(turn).map((card) => card.key));
}

// ---- asking, stopping, beginning anew

/** What the filter's menu asks of the server; null after its refusal is shown. */
async function tryFilter(name, given) {
  const said = await call(name, given);
  setHtml(find(".filter-note"), said.failure ?? "");
  return said.failure ? null : said;
}

function filtered(kept) {
  if (kept !== undefined) filter.set(kept ?? {});
  setText(filter.button, filter.words ? `Only papers ${filter.words}` : "Filter");
  setHtml(find(".filter-note"), "");
}

function ask(question, papers = scope.papers, by = { value: filter.value, words: filter.words }) {
  question = question.trim();
  if (!question || running) return;
  if (lost) return askAfresh(question);
  const history = turns.before();
  const turn = addTurn(Date.now().toString(36) + turns.size, question, papers);
  turn.filter = by;
  running = turn.id;
  label();
  box.busy(true);
  box.set("");
  paintTurn(turn, { ...EMPTY_FEED, state: "searching" });
  following = true;
  follow();
  trigger("ask", { turn: turn.id, question, history, papers: papers.map((paper) => paper.id), filter: by.value });
  stillThere(() => running === turn.id, () => lose(turn));
  setTimeout(keep); // after the question is on its way
}

function stop() {
  const turn = turns.get(running);
  if (!turn) return;
  trigger("halt");
  turn.stopped = true;
  paintTurn(turn, turn.feed ?? EMPTY_FEED);
  finish(turn);
  box.focus();
}

/** Puts a question into the box, to be changed and asked again. */
function edit(question) {
  box.set(question);
  box.focus();
}

/** Asks a question once more: the last one in its own place, an earlier one at the end. */
function retry(turn) {
  if (running) return;
  if (turns.last === turn) { turns.delete(turn.id); turn.node.remove(); }
  ask(turn.question, turn.papers, turn.filter);
}

function empty() {
  stop();
  turns.clear();
  log.replaceChildren();
  sources.clear();
  cameFrom = null;
  label();
  root.classList.remove("talking", "sourced");
  box.hint("Ask about the papers");
  back.hidden = true;
}

function reset() {
  empty();
  scope.set([]);
  filtered(null);
  nameChat("");
  drawer.show();
  hello();
  box.focus();
}

// ---- the sources panel

const cited = (turn) => (turn?.feed?.cards ?? []).filter((card) => card.number !== null);

function label() {
  const turn = turns.get(sources.id);
  setText(find(".panel-head h2"), turn?.feed.kind === "abstention" ? "Nearest papers" : "Sources");
  find(".panel-head .side-by-side").hidden = cited(turn).length < 2;
  setText(find(".of"), !turn || turns.last === turn ? "" : `for “${turn.question}”`);
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

const answers = new Answers({ call, retry, before: (turn) => turns.before(turn), onChange: keep, edit: (turn) => { scope.set(turn.papers); filtered(turn.filter); edit(turn.question); } });

// ---- the conversations that the browser keeps

function nameChat(id) {
  chat = id;
  window.paperchat.keep(OPEN, id, sessionStorage);
}

function keep() {
  if (!turns.size) return;
  if (!chat) nameChat(Date.now().toString(36));
  const could = store.save(chat, { turns: turns.kept(), scope: scope.papers, filter: { value: filter.value, words: filter.words } });
  full.hidden = could;
  setText(full, could ? "" : "The browser has no room for more: this conversation is not kept. Export and delete others.");
  drawer.show();
}

function load(kept) {
  for (const { id, question, papers, filter: by, feed, stopped, thumb } of kept.turns) {
    const turn = addTurn(id, question, papers ?? []);
    Object.assign(turn, { filter: by ?? {}, thumb: thumb ?? null, stopped: stopped || !["done", "failed"].includes(feed?.state) });
    paintTurn(turn, feed ?? EMPTY_FEED);
    showSources(id);
  }
  scope.set(kept.scope ?? []);
  filtered(kept.filter ?? null);
  label();
  follow();
}

function openChat(id) {
  const kept = store.load(id);
  if (!kept || id === chat) return;
  empty();
  nameChat(id);
  load(kept);
  if (narrow.matches) drawer.open(false);
  drawer.show();
}

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
  drawer.restore();
  ask(draft);
}

const hello = () => { if (!turns.size) greet(call, find(".about"), find(".examples"), () => !turns.size); };

// ---- small things

// The newest answer in view, but never its question out of view: one reads from the top.
function follow() {
  const last = log.lastElementChild;
  if (!last || !following) return;
  if (narrow.matches) return last.scrollIntoView({ block: "start" });
  const above = last.getBoundingClientRect().top - scroll.getBoundingClientRect().top;
  scroll.scrollTop = Math.min(scroll.scrollHeight - scroll.clientHeight, scroll.scrollTop + above);
}

// ---- listening

const CLICKS = {
  ".turn .acts [data-act]": (node) => answers[node.dataset.act](turns.get(node.closest(".turn").dataset.turn), node),
  ".side-by-side": (node) => compare(node.closest(".turn")?.dataset.turn ?? sources.id),
  ".edit": (node) => edit(node.dataset.question),
  ".chip, .near": reveal,
  ".try, .example": (node) => { ask(node.dataset.question, scope.papers); if (!narrow.matches) box.focus(); },
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
back.addEventListener("click", toAnswer);
const letGo = () => { following = false; };
for (const kind of ["wheel", "touchmove"]) document.addEventListener(kind, letGo, { passive: true });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || page() !== "chat") return;
  sources.hideTip();
  if (narrow.matches) drawer.open(false);
  stop();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-act=new]")) reset();
  if (event.target.closest("[data-act=chats]")) drawer.toggle();
});
receive("scope", (papers) => { scope.change(papers); go("chat"); box.focus(); });
shortcuts("chat", [
  { key: "/", what: "Write a question", act: () => box.focus() },
  { key: "Enter", what: "Ask it (Shift and Enter begins a line)" },
  { key: "Esc", what: "Stop the answer, close a menu" },
  { key: "n", what: "New conversation", act: reset },
  { key: "c", what: "List of conversations", act: () => drawer.toggle() },
  { key: "s", what: "To the sources", act: () => find(".card")?.focus() },
  { key: "↑ ↓", what: "From source to source; Enter opens the abstract" },
]);

/** Another page has a question asked anew: {question, history} is what `trigger("ask")` takes. */
receive("ask", ({ question, history }) => {
  reset();
  for (let at = 0; at + 1 < history.length; at += 2) {
    const said = make("span", "", history[at + 1].content);
    paintTurn(addTurn(`before-${at}`, history[at].content), { ...EMPTY_FEED, sentences: [said.innerHTML], plain: said.textContent });
  }
  ask(question);
});
watch("value", onFeed);
restore();
hello();
onPapers(hello); // of others, other questions are answered
if (!narrow.matches) box.focus();

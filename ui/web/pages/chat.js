// The conversation. Gradio runs this once with `element`, `trigger`, `props` and `watch` in scope.
// props.value is the state of one turn (turn.py: Feed). All HTML in it was escaped in ui/render;
// whatever this script itself puts on the page goes in as text.
"use strict";

const { make, setHtml, setText, narrow, glide, reach, failure, recall, hand, receive, page } = window.paperchat;

const find = (selector, root = element) => root.querySelector(selector);
const all = (selector, root = element) => [...root.querySelectorAll(selector)];

const scroll = find(".scroll"), log = find(".log"), box = find("textarea"), form = find(".ask");
const panel = find(".sources"), cards = find(".cards"), tip = find(".tip"), back = find(".back");
const sendButton = find(".send"), stopButton = find(".stop");
const PLACEHOLDER = box.placeholder;
const STORE = "paperchat.turns.1";
const DRAFT = "paperchat.draft";
const WAITS = { waiting: "Getting the papers ready…", searching: "Searching…", reading: "Reading the sources…", writing: "Writing…" };
const EMPTY = { state: "done", sentences: [], note: "", foot: "", kind: "", cards: [], plain: "" };

const turns = new Map(); // id -> {id, question, feed, node, stopped}, in order
let running = null; // the id of the turn being answered
let shown = null; // the id of the turn whose sources are in the panel
let lost = false; // whether the server went away
let following = true; // until the reader scrolls
let cameFrom = null; // the chip that led to the panel

// ---- turns

function addTurn(id, question) {
  const node = make("article", "turn");
  const answer = make("div", "answer");
  answer.append(make("p", "body"), make("p", "wait"), make("div", "note"), make("p", "foot"));
  node.append(make("h2", "question", question), answer);
  node.dataset.turn = id;
  log.append(node);
  const turn = { id, question, feed: null, node, stopped: false };
  turns.set(id, turn);
  element.firstElementChild.classList.add("talking");
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
  turn.node.dataset.state = turn.stopped ? "stopped" : feed.state;
  turn.node.dataset.kind = feed.kind;
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
  if (turn.feed?.state === "failed" && !box.value) { box.value = turn.question; fit(); }
  keep();
}

// ---- asking, stopping, beginning anew

function ask(question) {
  question = question.trim();
  if (!question || running) return;
  if (lost) return askAfresh(question);
  const turn = addTurn(Date.now().toString(36) + turns.size, question);
  const history = [...turns.values()].filter((t) => t.feed?.plain).flatMap((t) => [
    { role: "user", content: t.question }, { role: "assistant", content: t.feed.plain }]);
  running = turn.id;
  label();
  stopButton.hidden = false;
  sendButton.hidden = true;
  box.value = "";
  fit();
  setText(find(".wait", turn.node), WAITS.searching);
  following = true;
  follow();
  trigger("ask", { turn: turn.id, question, history });
  stillThere(turn);
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
function edit(question) {
  box.value = question;
  fit();
  box.focus();
}

function reset() {
  stop();
  turns.clear();
  log.replaceChildren();
  cards.replaceChildren();
  shown = cameFrom = null;
  label();
  element.firstElementChild.classList.remove("talking", "sourced");
  box.placeholder = PLACEHOLDER;
  back.hidden = true;
  keep();
  box.focus();
}

// ---- the sources panel

function label() {
  const turn = turns.get(shown);
  const last = [...turns.keys()].pop() === shown;
  setText(find(".panel-head h2"), turn?.feed.kind === "abstention" ? "Nearest papers" : "Sources");
  find(".panel-head .side-by-side").hidden = cited(turn).length < 2;
  setText(find(".of"), !turn || last ? "" : `for “${turn.question}”`);
}

function showSources(id) {
  const turn = turns.get(id);
  if (!turn?.feed) return;
  if (shown !== id) { cards.replaceChildren(); panel.scrollTop = 0; }
  shown = id;
  label();
  element.firstElementChild.classList.toggle("sourced", turn.feed.cards.length > 0);
  const have = new Map([...cards.children].map((node) => [node.dataset.key, node]));
  turn.feed.cards.forEach((card, place) => {
    const node = have.get(card.key) ?? make("li", "card");
    have.delete(card.key);
    node.dataset.key = card.key;
    node.classList.toggle("cited", card.number !== null);
    setHtml(node, card.html);
    if (cards.children[place] !== node) cards.insertBefore(node, cards.children[place] ?? null);
  });
  have.forEach((node) => node.remove());
  for (const node of all(".turn", log)) node.classList.toggle("current", node.dataset.turn === id);
}

const cited = (turn) => (turn?.feed?.cards ?? []).filter((card) => card.number !== null);

/** Hands the papers that an answer cites over to the Compare page. */
function compare(id) {
  showSources(id);
  const titles = new Map([...cards.children].map((node) => [node.dataset.key, find(".title", node).textContent]));
  hand("compare", cited(turns.get(id)).map((card) => ({ id: card.key, title: titles.get(card.key) })));
}

function reveal(from) {
  following = false;
  hideTip();
  showSources(from.closest(".turn").dataset.turn);
  const card = [...cards.children].find((node) => node.dataset.key === from.dataset.key);
  if (!card) return;
  all(".lit").forEach((node) => node.classList.remove("lit"));
  const spans = (from.dataset.spans ?? "").split(",").filter(Boolean).map((s) => s.split("-").map(Number));
  const marks = all("mark", card).filter((mark) =>
    spans.some(([start, end]) => Number(mark.dataset.start) >= start && Number(mark.dataset.end) <= end));
  card.classList.add("lit");
  from.classList.add("lit");
  marks.forEach((mark) => mark.classList.add("lit"));
  (marks[0] ?? card).scrollIntoView({ block: "center", behavior: glide() });
  cameFrom = from;
  back.hidden = !narrow.matches;
}

function toAnswer() {
  back.hidden = true;
  cameFrom?.scrollIntoView({ block: "center", behavior: glide() });
  cameFrom?.focus({ preventScroll: true });
}

// ---- the quote under the pointer

function showTip(chip) {
  tip.replaceChildren(make("strong", "", chip.dataset.title), make("span", "", chip.dataset.quote));
  tip.hidden = false;
  const at = chip.getBoundingClientRect(), size = tip.getBoundingClientRect();
  const left = Math.max(12, Math.min(at.left + at.width / 2 - size.width / 2, innerWidth - size.width - 12));
  const top = at.top - size.height - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${top < 8 ? at.bottom + 8 : top}px`;
  chip.setAttribute("aria-describedby", tip.id);
}
const hideTip = () => { tip.hidden = true; };

// ---- small things

// The newest answer in view, but never its question out of view: one reads from the top.
const follow = () => {
  const last = log.lastElementChild;
  if (!last || !following) return;
  if (narrow.matches) return last.scrollIntoView({ block: "start" });
  const above = last.getBoundingClientRect().top - scroll.getBoundingClientRect().top;
  scroll.scrollTop = Math.min(scroll.scrollHeight - scroll.clientHeight, scroll.scrollTop + above);
};
const fit = () => {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
};

function keep() {
  const kept = [...turns.values()].filter((t) => t.feed && t.id !== running)
    .map(({ id, question, feed, stopped }) => ({ id, question, feed, stopped }));
  window.paperchat.keep(STORE, kept); // where it cannot be kept, a reload begins anew
}

function restore() {
  for (const { id, question, feed, stopped } of recall(STORE, [])) {
    const turn = addTurn(id, question);
    turn.stopped = stopped;
    paint(turn, feed);
    showSources(id);
  }
  follow();
  const draft = sessionStorage.getItem(DRAFT) ?? "";
  sessionStorage.removeItem(DRAFT);
  ask(draft);
}

// ---- listening

form.addEventListener("submit", (event) => { event.preventDefault(); ask(box.value); });
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(box.value);
});
box.addEventListener("input", fit);
stopButton.addEventListener("click", stop);
back.addEventListener("click", toAnswer);
element.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at(".side-by-side")) return compare(at(".turn")?.dataset.turn ?? shown);
  if (at(".edit")) return edit(at(".edit").dataset.question);
  if (at(".chip") || at(".near")) return reveal(at(".chip") ?? at(".near"));
  if (at(".example")) {
    ask(at(".example").lastChild.textContent);
    if (!narrow.matches) box.focus();
  }
  if (at(".more")) {
    const open = at(".card").classList.toggle("open");
    at(".more").setAttribute("aria-expanded", String(open));
    at(".more").textContent = open ? "Less" : "Whole abstract";
  }
});
for (const [on, off] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  element.addEventListener(on, (event) => {
    const chip = event.target.closest(".chip");
    if (chip && (on === "mouseover" || chip.matches(":focus-visible"))) showTip(chip);
  });
  element.addEventListener(off, (event) => { if (event.target.closest(".chip")) hideTip(); });
}
const letGo = () => { following = false; };
for (const kind of ["wheel", "touchmove"]) document.addEventListener(kind, letGo, { passive: true });
scroll.addEventListener("scroll", hideTip, { passive: true });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && page() === "chat") { hideTip(); stop(); }
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-act=new]")) reset(); });

/** Another page has a question asked anew: {question, history} is what `trigger("ask")` takes. */
receive("ask", ({ question, history }) => {
  reset();
  for (let at = 0; at + 1 < history.length; at += 2) {
    const said = make("span", "", history[at + 1].content);
    paint(addTurn(`before-${at}`, history[at].content), { ...EMPTY, sentences: [said.innerHTML], plain: said.textContent });
  }
  ask(question);
});
watch("value", onFeed);
restore();
if (!narrow.matches) box.focus();

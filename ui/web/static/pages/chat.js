// The Chat page. The state of one turn comes as props.value, with the fields of ui/web/views/turn.py. All
// HTML in it was escaped by ui/web/render; what these scripts put on the page themselves goes in as text.

import { Answers } from "../chat/answers.js";
import { AskBox } from "../chat/askbox.js";
import { ChatStore, NO_ROOM } from "../chat/chats.js";
import { clicksOf } from "../chat/clicks.js";
import { Drawer } from "../chat/drawer.js";
import { Log } from "../chat/log.js";
import { Panel } from "../chat/panel.js";
import { Scope } from "../chat/scope.js";
import { shortcutsOf } from "../chat/shortcuts.js";
import { Tabs } from "../chat/tabs.js";
import { Tip } from "../chat/tip.js";
import { citedCards, EMPTY_ANSWER, isEnded, paintTurn } from "../chat/turns.js";
import { hasWords, Waiting } from "../chat/waiting.js";
import { welcome } from "../chat/welcome.js";
import { asker, caller, reach, watchServer } from "../shared/api.js";
import { failure, make, onClick, setHtml, setText, within } from "../shared/dom.js";
import { receive, send } from "../shared/exchange.js";
import { FilterButton } from "../shared/filter.js";
import { addShortcuts } from "../shared/keys.js";
import { mine } from "../shared/mine.js";
import { actOn, currentPage, goTo } from "../shared/pages.js";
import { narrow } from "../shared/screen.js";
import { onPapers } from "../shared/status.js";
import { recall, store } from "../shared/storage.js";

const OPEN = "paperchat.open"; // the id of the conversation that this tab has open
const DRAFT = "paperchat.draft"; // a question that is asked after the page is loaded again
const OLD = "paperchat.turns.1"; // the one conversation that older versions stored
const newId = () => Date.now().toString(36);

export function start(gradio) { new ChatPage(gradio); }

class ChatPage {
  constructor({ element, trigger, props, server, watch, seen }) {
    const { find } = within(element), root = find(".pc");
    Object.assign(this, { element, trigger, props, find, call: caller(server) });
    this.chat = recall(OPEN, "");
    this.running = null; // the id of the turn that is being answered
    this.lost = false; // whether the server went away
    this.chats = new ChatStore();
    this.log = new Log({ root, scroll: find(".scroll"), node: find(".log"), acts: find(".acts-of") });
    this.turns = this.log.turns;
    this.panel = new Panel(element, this.turns);
    this.waiting = new Waiting();
    this.tip = new Tip(element, find(".tip"));
    this.box = new AskBox(find(".ask"), { onAsk: (question) => this.ask(question), onStop: () => this.stop() });
    this.scope = new Scope(find(".scope"), () => this.scopeChanged());
    this.filter = new FilterButton(find(".which .filter"), {
      root, ask: asker(this.call, find(".filter-note")), onChange: () => { this.showFilter(); this.scopeChanged(); },
    });
    this.drawer = new Drawer(find(".chats"), this.chats, {
      call: this.call, current: () => this.chat, onOpen: (id) => this.open(id), onRemove: (id) => { if (id === this.chat) this.reset(); },
    });
    this.answers = new Answers({
      call: this.call, before: (turn) => this.turns.before(turn), onChange: () => this.save(),
      retry: (turn) => this.retry(turn), edit: (turn) => this.edit(turn), root,
    });
    this.listen();
    watch("value", () => this.onAnswer());
    this.restore();
    this.tabs = new Tabs(this);
    this.welcome();
    onPapers(() => this.welcome()); // other papers answer other questions
    if (!narrow.matches) seen(() => this.box.focus());
  }

  // ---- asking and stopping

  ask(text, { papers = this.scope.papers, filter = this.filterNow() } = {}) {
    const question = text.trim();
    if (!question || this.running) return;
    if (this.lost) return this.askAfresh(question);
    const history = this.turns.before();
    const turn = this.addTurn(newId() + this.turns.size, question, papers);
    turn.filter = filter;
    this.running = turn.id;
    this.panel.label();
    this.box.busy(true);
    this.box.set("");
    paintTurn(turn, { ...EMPTY_ANSWER, state: "searching" });
    this.waiting.begin(turn);
    this.log.following = true;
    this.log.follow();
    this.trigger("ask", { turn: turn.id, question, history, papers: papers.map((paper) => paper.id), filter: filter.value, mine: mine() });
    watchServer(() => this.running === turn.id, () => this.lose(turn));
    setTimeout(() => this.save()); // after the question is on its way
  }

  addTurn(id, question, papers) {
    this.box.hint("Ask a follow-up");
    this.chats.known.add(id);
    return this.log.add(id, question, papers);
  }

  onAnswer() {
    const answer = this.props.value, turn = answer && this.turns.get(answer.turn);
    const late = turn?.id !== this.running; // the questions to go on with come after the end
    if (!turn || turn.stopped || (late && !answer.next)) return;
    paintTurn(turn, answer);
    if (!late) this.waiting.note(answer);
    if (answer.cards.length && !late) this.panel.show(turn.id);
    this.log.follow();
    if (late) this.save();
    else if (isEnded(answer)) this.finish(turn);
  }

  finish(turn) {
    this.running = null;
    this.waiting.end();
    this.answers.offer(turn);
    this.box.busy(false);
    if (turn.answer?.state === "failed" && this.box.isEmpty) this.box.set(turn.question);
    if (this.save()) this.tabs?.catchUp();
    send("cited", citedCards(turn).map((card) => card.key));
  }

  stop() {
    const turn = this.turns.get(this.running);
    if (!turn) return;
    this.trigger("halt");
    turn.stopped = true;
    paintTurn(turn, turn.answer ?? EMPTY_ANSWER);
    this.finish(turn);
    this.box.focus();
  }

  lose(turn) {
    this.lost = true;
    const note = failure("The connection to paperchat is lost. Start it again, then ask once more.");
    paintTurn(turn, { ...EMPTY_ANSWER, ...turn.answer, state: "failed", note });
    this.finish(turn);
  }

  /** Gradio keeps waiting on a stream that broke off; only a reloaded page listens to a new server. */
  askAfresh(question) {
    const reload = () => { sessionStorage.setItem(DRAFT, question); location.reload(); };
    reach().then(reload, () => this.lose(this.addTurn(newId(), question)));
  }

  /** Asks a question once more: the last one in its own place, but at the end where something stands that was stopped. */
  retry(turn) {
    if (this.running) return;
    if (turn.stopped && hasWords(turn.answer)) {
      turn.again = true;
      paintTurn(turn, turn.answer);
    } else if (this.turns.last === turn) this.log.remove(turn);
    this.ask(turn.question, turn);
  }

  /** Puts a turn's question back into the box, with its papers and its filter. */
  edit(turn) {
    this.scope.set(turn.papers);
    this.setFilter(turn.filter);
    this.box.write(turn.question);
  }

  // ---- which papers are asked

  filterNow() { return { value: this.filter.value, words: this.filter.words }; }

  setFilter(filter) {
    this.filter.set(filter ?? {});
    this.showFilter();
  }

  showFilter() {
    const { button, words } = this.filter;
    setText(button, words ? `Only papers ${words}` : "Filter");
    setHtml(this.find(".filter-note"), "");
  }

  scopeChanged() {
    this.save();
    this.box.focus();
  }

  // ---- stored conversations

  nameChat(id) {
    this.chat = id;
    store(OPEN, id);
  }

  save() {
    if (!this.turns.size) return false;
    if (!this.chat) this.nameChat(newId());
    const saved = this.chats.save(this.chat, { turns: this.turns.stored(), scope: this.scope.papers, filter: this.filterNow() });
    this.find(".no-room").hidden = saved;
    setText(this.find(".no-room"), saved ? "" : NO_ROOM);
    this.drawer.show();
    return saved;
  }

  load({ turns, scope, filter }) {
    for (const { id, question, papers, filter: by, feed, stopped, again, thumb, rating } of turns) {
      const turn = this.addTurn(id, question, papers ?? []), ended = { stopped: stopped || !isEnded(feed), again: Boolean(again) };
      Object.assign(turn, { filter: by ?? {}, thumb: thumb ?? null, rating: rating ?? "", ...ended });
      paintTurn(turn, feed ?? EMPTY_ANSWER);
      this.answers.offer(turn);
      this.panel.show(id);
    }
    this.scope.set(scope ?? []);
    this.setFilter(filter);
    this.panel.label();
    this.log.follow();
  }

  open(id) {
    const stored = this.chats.load(id);
    if (!stored || id === this.chat) return;
    this.clear();
    this.nameChat(id);
    this.load(stored);
    if (narrow.matches) this.drawer.open(false);
    this.drawer.show();
  }

  restore() {
    const stored = this.chat ? this.chats.load(this.chat) : null, old = recall(OLD, []);
    if (stored) this.load(stored);
    else {
      this.nameChat("");
      if (old.length) { this.load({ turns: old }); this.save(); }
    }
    const draft = sessionStorage.getItem(DRAFT) ?? "";
    for (const key of [OLD, DRAFT]) sessionStorage.removeItem(key);
    this.drawer.restore();
    this.ask(draft);
  }

  clear() {
    this.stop();
    this.log.clear();
    this.panel.clear();
    this.box.hint("Ask about the papers");
  }

  /** Begins a new conversation. */
  reset() {
    this.clear();
    this.scope.set([]);
    this.setFilter(null);
    this.nameChat("");
    this.drawer.show();
    this.welcome();
    this.box.focus();
  }

  welcome() {
    const isEmpty = () => !this.turns.size;
    const parts = { about: this.find(".about"), examples: this.find(".examples"), topics: this.find(".topics") };
    if (isEmpty()) welcome(this.call, parts, isEmpty);
  }

  // ---- other pages

  /** Hands the papers that an answer cites to the Compare page. */
  compare(id) {
    this.panel.show(id);
    send("compare", citedCards(this.turns.get(id)).map((card) => this.panel.sources.paper(card.key)));
  }

  /** Asks a question of the Evaluate page again, after the messages that came before it. */
  replay({ question, history }) {
    this.reset();
    for (let at = 0; at + 1 < history.length; at += 2) {
      const answer = make("span", "", history[at + 1].content);
      const blocks = JSON.stringify([{ key: "all", kind: "said", parts: [answer.innerHTML] }]);
      paintTurn(this.addTurn(`before-${at}`, history[at].content), { ...EMPTY_ANSWER, blocks, plain: answer.textContent });
    }
    this.ask(question);
  }

  // ---- listening

  listen() {
    onClick(this.element, clicksOf(this));
    document.addEventListener("click", ({ target }) => {
      if (target.closest("[data-act=new]")) actOn("chat", () => this.reset());
      if (target.closest("[data-act=chats]")) actOn("chat", () => this.drawer.toggle(), () => this.drawer.open(true));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || currentPage() !== "chat") return;
      this.tip.hide();
      this.stop();
    });
    receive("scope", (papers) => { this.scope.change(papers); goTo("chat"); this.box.focus(); });
    receive("ask", (question) => this.replay(question));
    addShortcuts("chat", shortcutsOf(this));
  }
}

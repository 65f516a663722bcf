import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ChatStore } from "../../ui/web/static/chat/chats.js";
import { Turns } from "../../ui/web/static/chat/turns.js";
import { distinct } from "../../ui/web/static/chat/scope.js";

class FakeStorage {
  items = new Map();
  room = Infinity;
  getItem(key) { return this.items.get(key) ?? null; }
  removeItem(key) { this.items.delete(key); }
  setItem(key, text) {
    if (text.length > this.room) throw new Error("full");
    this.items.set(key, text);
  }
}

const turn = (question, plain) => ({ id: question, question, papers: [], feed: { state: "done", plain, bundle: { answer: plain } } });
const content = (...turns) => ({ turns, scope: [], filter: { value: null, words: "" } });
let storage, chats;

beforeEach(() => {
  storage = new FakeStorage();
  chats = new ChatStore(storage);
  chats.save("a", content(turn("What is SINet?", "It is a small network for portraits, 100 KB in all.")));
  chats.save("b", content(turn("What is MultiMAE?", "Masked autoencoders of many modalities.")));
});

const ids = (list) => list.map(({ id }) => id);

test("what is stored keeps its keys and its shape: browsers have conversations of older versions", () => {
  assert.deepEqual([...storage.items.keys()].sort(), ["paperchat.chat.1.a", "paperchat.chat.1.b", "paperchat.chats.1"]);
  assert.deepEqual(Object.keys(chats.load("a")), ["turns", "scope", "filter"]);
  assert.deepEqual(Object.keys(JSON.parse(storage.getItem("paperchat.chats.1"))[0]), ["id", "title", "at"]);
});

test("turns are stored without their nodes, and the state of an answer as `feed`", () => {
  const turns = new Turns([["t", { id: "t", question: "Q", papers: [], answer: { plain: "A" }, node: {}, stopped: false, thumb: "up" }]]);
  assert.deepEqual(turns.stored(), [{ id: "t", question: "Q", papers: [], stopped: false, thumb: "up", feed: { plain: "A" } }]);
});

test("the history before a turn has the answered questions before it", () => {
  const made = (id, plain) => [id, { id, question: `Q${id}`, answer: plain && { plain } }];
  const turns = new Turns([made("1", "A1"), made("2", ""), made("3", "A3")]);
  const said = (history) => history.map(({ role, content: text }) => `${role}: ${text}`);
  assert.deepEqual(said(turns.before(turns.get("3"))), ["user: Q1", "assistant: A1"]);
  assert.deepEqual(said(turns.before()).slice(2), ["user: Q3", "assistant: A3"]);
  assert.equal(turns.last.id, "3");
  turns.get("1").again = true;
  assert.deepEqual(said(turns.before()), ["user: Q3", "assistant: A3"], "what was stopped and asked again was said once");
});

test("the newest conversation comes first, under its first question or the reader's name for it", () => {
  assert.deepEqual(ids(chats.list()), ["b", "a"]);
  chats.rename("a", "Portraits");
  chats.save("a", content(turn("Another?", "Yes.")));
  assert.deepEqual(chats.list().map(({ title }) => title), ["Portraits", "What is MultiMAE?"]);
});

test("a conversation without room is not stored, and that is said", () => {
  storage.room = 10;
  assert.equal(chats.save("c", content(turn("A long question", "A long answer"))), false);
  assert.deepEqual(ids(chats.list()), ["b", "a"]);
});

test("a deleted conversation comes back to its place", () => {
  const removed = chats.remove("b");
  assert.deepEqual([ids(chats.list()), chats.load("b")], [["a"], null]);
  chats.restore(removed);
  assert.deepEqual(ids(chats.list()), ["b", "a"]);
  assert.equal(chats.load("b").turns[0].question, "What is MultiMAE?");
});

test("a search finds all of its words in titles and answers", () => {
  assert.deepEqual(ids(chats.search("  ")), ["b", "a"]);
  assert.deepEqual(ids(chats.search("PORTRAITS sinet")), ["a"]);
  assert.deepEqual(chats.search("sinet autoencoders"), []);
});

test("an excerpt shows a word that is not in the title", () => {
  assert.equal(chats.search("sinet")[0].excerpt, "");
  assert.match(chats.search("portraits")[0].excerpt, /^….*for portraits, 100 KB.*…$/);
});

test("an exported conversation has its answers in the form of ui/bundle.py", () => {
  const { title, turns, papers } = chats.exported("a");
  assert.equal(title, "What is SINet?");
  assert.deepEqual(papers, []);
  assert.equal(turns[0].said, turns[0].answer);
  assert.equal(turns[0].thumb, null);
});

test("broken storage is no conversation", () => {
  storage.items.set("paperchat.chats.1", "{");
  assert.deepEqual(chats.list(), []);
});

test("a paper is asked once", () => {
  assert.deepEqual(distinct([{ id: "a", title: "1" }, { id: "b" }, { id: "a", title: "2" }]), [{ id: "a", title: "2" }, { id: "b" }]);
});

test("two tabs that write into one conversation keep each other's turns; what was taken out stays out", () => {
  const other = new ChatStore(storage), first = turn("What is SINet?", "Small."), second = turn("And MultiMAE?", "Masked.");
  for (const one of [chats, other]) one.known.add(first.id);
  other.known.add(second.id);
  other.save("a", content(first, second));
  chats.save("a", content(first, turn("A third", "Yes.")));
  assert.deepEqual(ids(chats.load("a").turns), ["What is SINet?", "A third", "And MultiMAE?"]);
  for (const id of [second.id, "A third"]) chats.known.add(id);
  chats.save("a", content(first));
  assert.deepEqual(ids(chats.load("a").turns), ["What is SINet?"]);
});

test("a turn that another tab has finished is not written over by one that was opened before its end", () => {
  chats.save("a", content({ ...turn("What is SINet?", "Sma"), stopped: true, feed: { state: "writing", plain: "Sma" } }));
  assert.equal(chats.load("a").turns[0].feed.plain, "It is a small network for portraits, 100 KB in all.");
});

test("what is found is read once, and anew after a change", () => {
  let reads = 0;
  const counted = new ChatStore({ ...storage, getItem: (key) => { reads += key.includes(".chat.1.") ? 1 : 0; return storage.getItem(key); } });
  counted.search("portraits");
  assert.deepEqual([ids(counted.search("portraits")), reads], [["a"], 2]);
  chats.save("b", { ...content(turn("What is MultiMAE?", "For portraits, too.")) });
  storage.setItem("paperchat.chats.1", storage.getItem("paperchat.chats.1").replace(/"at":(\d+)/u, (_, at) => `"at":${Number(at) + 5}`));
  assert.deepEqual(ids(counted.search("portraits")), ["b", "a"]);
});

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { byPaper, idOf, Notebook } from "../../ui/web/static/shared/notebook.js";

class FakeStorage {
  items = new Map();
  room = Infinity;
  getItem(key) { return this.items.get(key) ?? null; }
  setItem(key, text) {
    if (text.length > this.room) throw new Error("full");
    this.items.set(key, text);
  }
}

const pin = (paper, start, question = "") => ({ paper, title: `Title of ${paper}`, text: `text ${start}`, start, end: start + 6, question });
const texts = (list) => list.map(({ paper, start }) => `${paper}${start}`).join(" ");
let storage, book;

beforeEach(() => {
  storage = new FakeStorage();
  book = new Notebook(storage);
  for (const one of [pin("a", 0), pin("b", 5), pin("a", 9, "Why?")]) book.add(one);
});

test("a quote is stored once, at the end, under a key and in a shape that later versions can read", () => {
  assert.equal(book.add(pin("a", 0)), true);
  assert.equal(texts(book.list()), "a0 b5 a9");
  assert.deepEqual([...storage.items.keys()], ["paperchat.notebook.1"]);
  assert.deepEqual(Object.keys(book.list()[0]), ["paper", "title", "text", "start", "end", "note", "question"]);
});

test("quotes are moved, noted, bound anew, removed and brought back to their places", () => {
  book.move("a:9-15", "a:0-6");
  assert.equal(texts(book.list()), "a9 a0 b5");
  book.note("b:5-11", "See table 3.");
  assert.equal(book.list()[2].note, "See table 3.");
  book.rebind("b:5-11", { start: 7, end: 13, place: "moved" });
  assert.deepEqual([book.list()[2].start, book.list()[2].end, book.list()[2].place], [7, 13, undefined]);
  const removed = book.remove(["a:9-15", "b:7-13"]);
  assert.equal(texts(book.list()), "a0");
  book.restore(removed);
  assert.equal(texts(book.list()), "a9 a0 b7");
  book.restore(removed);
  assert.equal(texts(book.list()), "a9 a0 b7");
});

test("two tabs do not undo each other's changes, and each is told", () => {
  const other = new Notebook(storage);
  let told = 0;
  book.onChange(() => { told += 1; });
  other.add(pin("c", 1));
  book.note("a:0-6", "n");
  assert.equal(texts(book.list()), "a0 b5 a9 c1");
  assert.equal(told, 1);
});

test("a full storage is said and changes nothing; what cannot be read counts as nothing", () => {
  storage.room = 10;
  assert.equal(book.add(pin("c", 1)), false);
  assert.equal(texts(book.list()), "a0 b5 a9");
  storage.room = Infinity;
  for (const text of ["{", "{}", "[null, 3, {}]"]) {
    storage.setItem("paperchat.notebook.1", text);
    assert.deepEqual(book.list(), []);
  }
});

test("quotes are grouped by paper, in the order of the first of each", () => {
  assert.deepEqual(byPaper(book.list()).map(({ paper, pins }) => [paper, texts(pins)]), [["a", "a0 a9"], ["b", "b5"]]);
  assert.equal(idOf(pin("a", 3)), "a:3-9");
});

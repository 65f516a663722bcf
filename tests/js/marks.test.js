import assert from "node:assert/strict";
import { test } from "node:test";

import { sortPapers } from "../../ui/web/static/papers/listing.js";
import { changed, Marks, NONE } from "../../ui/web/static/shared/marks.js";

class FakeStorage {
  items = new Map();
  room = Infinity;
  getItem(key) { return this.items.get(key) ?? null; }
  setItem(key, text) {
    if (text.length > this.room) throw new Error("full");
    this.items.set(key, text);
  }
}

const mark = (given) => ({ ...NONE, ...given });

test("a change leaves what it does not name, and a tag that differs in case is the same", () => {
  const before = mark({ starred: true, tags: ["To read", "x"] });
  assert.deepEqual(changed(before, { read: true, add: [" to  READ", "y", " "], remove: ["X"] }),
    mark({ starred: true, read: true, tags: ["To read", "y"] }));
  assert.deepEqual(before.tags, ["To read", "x"]);
});

test("the owner's marks show at once, are sent, and are taken back where the server refuses", async () => {
  const sent = [], answers = { list_marks: { why: "", marks: { a: { starred: true } } }, change_marks: {} };
  const marks = new Marks(new FakeStorage()), told = [];
  await marks.load(async (name, given) => { sent.push([name, given]); return answers[name]; });
  marks.onChange((ids) => told.push(ids));
  const change = marks.change(["a", "b"], { read: true });
  assert.deepEqual([marks.get("a").read, marks.get("b").read], [true, true]);
  const { before } = await change;
  assert.deepEqual(before, { a: mark({ starred: true }), b: NONE });
  assert.deepEqual(sent[1], ["change_marks", { ids: ["a", "b"], change: { read: true } }]);
  answers.change_marks = { failure: "no" };
  assert.deepEqual(await marks.change(["a"], { starred: false }), { failure: "no" });
  assert.deepEqual(marks.get("a"), mark({ starred: true, read: true }));
  answers.put_marks = {};
  assert.equal(await marks.put(before), "");
  assert.deepEqual(marks.entries(), [["a", mark({ starred: true })]]);
  assert.ok(told.every((ids) => ids.includes("a")));
});

test("marks that the server gave before it had a change do not undo the change on the page", async () => {
  const marks = new Marks(new FakeStorage()), open = [];
  const answered = (name) => new Promise((resolve) => { open.push([name, resolve]); });
  const turn = () => new Promise((resolve) => { setTimeout(resolve); });
  const loading = marks.load(answered);
  await turn();
  const change = marks.change(["a"], { starred: true });
  open.shift()[1]({ why: "", marks: {} }); // as it was before the change
  await turn();
  assert.equal(marks.get("a").starred, true);
  open.shift()[1]({});
  await change;
  await turn();
  assert.equal(open[0][0], "list_marks");
  open.shift()[1]({ why: "", marks: { a: { starred: true }, b: { read: true } } });
  assert.equal(await loading, "");
  assert.deepEqual([marks.get("a").starred, marks.get("b").read], [true, true]);
});

test("a guest's marks are kept in the browser, and none is sent", async () => {
  const storage = new FakeStorage(), sent = [];
  const opened = async () => {
    const marks = new Marks(storage);
    await marks.load(async (name) => { sent.push(name); return { why: "You are at another machine.", marks: {} }; });
    return marks;
  };
  const marks = await opened();
  await marks.change(["a"], { starred: true, add: ["x"] });
  await marks.change(["b"], { add: ["y", "x"] });
  assert.deepEqual((await opened()).get("a"), mark({ starred: true, tags: ["x"] }));
  assert.deepEqual(marks.tags(), ["x", "y"]);
  assert.deepEqual([...new Set(sent)], ["list_marks"]);
  storage.room = 10;
  assert.match((await marks.change(["a"], { starred: false })).failure, /no room/);
  assert.equal(marks.get("a").starred, true);
});

test("papers with a star come first, in the order in which they were", () => {
  const starred = new Set([5, 3]), rank = (_, at) => Number(!starred.has(at));
  assert.deepEqual(sortPapers([1, 3, 4, 5], { by: "starred", way: 1 }, null, rank), [3, 5, 1, 4]);
});

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

class FakeStorage {
  items = new Map();
  get length() { return this.items.size; }
  key(at) { return [...this.items.keys()][at]; }
  getItem(key) { return this.items.get(key) ?? null; }
  setItem(key, text) { this.items.set(key, text); }
  removeItem(key) { this.items.delete(key); }
}

let storage;
globalThis.localStorage = new FakeStorage(); // modules of the page take it as they are loaded
const { choose, mine, onMine } = await import("../../ui/web/static/shared/mine.js");
const { whatIsStored, wipe } = await import("../../ui/web/static/settings/own.js");

beforeEach(() => { storage = new FakeStorage(); });

test("what nobody has chosen is as the server has it, and so is what cannot be read", () => {
  assert.deepEqual(mine(storage), { quotes: false, top_papers: null });
  for (const broken of ["{", "[]", '{"quotes": "yes", "top_papers": 1e9}', '{"top_papers": 2.5}']) {
    storage.setItem("paperchat.mine.1", broken);
    assert.deepEqual(mine(storage), { quotes: false, top_papers: null });
  }
});

test("one choice leaves the other as it is, and is told; a number out of bounds is none", () => {
  let told = 0;
  onMine(() => { told += 1; });
  choose({ quotes: true }, storage);
  choose({ top_papers: 5 }, storage);
  assert.deepEqual([mine(storage), told], [{ quotes: true, top_papers: 5 }, 2]);
  assert.equal(choose({ top_papers: 101 }, storage), false);
  choose({ top_papers: null }, storage);
  assert.deepEqual(mine(storage), { quotes: true, top_papers: null });
});

test("everything of paperchat is deleted and nothing of others; what that is was said before", () => {
  storage.setItem("paperchat.chats.1", JSON.stringify([{ id: "a" }, { id: "b" }]));
  storage.setItem("paperchat.compare.recent.1", JSON.stringify([{ id: "c", saved: { comparison: {} } }]));
  storage.setItem("paperchat.marks.1", JSON.stringify({ a: { starred: true }, b: { note: "n" } }));
  storage.setItem("paperchat.theme", "dark");
  storage.setItem("another.program", "1");
  assert.equal(whatIsStored(storage, 1), "2 conversations, 1 pinned quote, 1 comparison, 2 marked papers and your settings");
  assert.equal(whatIsStored(new FakeStorage(), 0), "Your settings");
  wipe(storage);
  assert.deepEqual([...storage.items.keys()], ["another.program"]);
});

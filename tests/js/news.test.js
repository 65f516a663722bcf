// What lies over the map: how many papers are new, and that another layout would show them better.

import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";

class FakeNode {
  hidden = false;
  textContent = "";
  children = [];
  acts = {};
  setAttribute() {}
  append(...nodes) { this.children.push(...nodes); }
  addEventListener(kind, act) { this.acts[kind] = act; }
  click() { this.acts.click(); }
}

let MapNews, map, news, laidOut;

before(async () => {
  globalThis.document = { createElement: () => new FakeNode() };
  ({ MapNews } = await import("../../ui/web/static/papers/news.js"));
});

beforeEach(() => {
  const items = new Map();
  globalThis.localStorage = { getItem: (key) => items.get(key) ?? null, setItem: (key, text) => items.set(key, text) };
  map = { look: { fresh: new Set() }, set(look) { Object.assign(this.look, look); } };
  laidOut = 0;
  news = new MapNews(new FakeNode(), map, () => { laidOut += 1; });
});

const DRAWN = { key: "k", new: [], later: 0, outgrown: false, instead: false };

test("a layout anew is offered where the map is outgrown, and is not offered after it", () => {
  news.set(DRAWN, 20);
  assert.equal(news.node.hidden, true);
  news.set({ ...DRAWN, new: [18, 19], later: 12, outgrown: true }, 20);
  assert.deepEqual([news.node.hidden, news.said.hidden, news.button.hidden, news.done.hidden], [false, false, false, true]);
  assert.match(news.text.textContent, /12 of 20 papers/);
  news.button.click();
  assert.equal(laidOut, 1);
  news.set(DRAWN, 20);
  assert.equal(news.node.hidden, true);
  assert.equal(map.look.fresh.size, 0);
});

test("new papers are ringed until they are seen, on this map", () => {
  news.set({ ...DRAWN, new: [3, 4] }, 20);
  assert.deepEqual([...map.look.fresh], [3, 4]);
  map.onLook({ opened: 3 });
  assert.deepEqual([...map.look.fresh], [4]);
  news.set({ ...DRAWN, new: [3, 4] }, 20);
  assert.deepEqual([...map.look.fresh], [4], "this browser knows it");
  news.set({ ...DRAWN, key: "other", new: [3, 4] }, 20);
  assert.deepEqual([...map.look.fresh], [3, 4]);
  news.set({ ...DRAWN, key: "third", new: [5, 6] }, 20);
  assert.deepEqual([...map.look.fresh], [5, 6], "as many others");
});

test("a map that took the place of another is told once", () => {
  news.set({ ...DRAWN, instead: true }, 20);
  assert.deepEqual([news.said.hidden, news.button.hidden], [false, true]);
  news.done.click();
  news.set({ ...DRAWN, instead: true }, 20);
  assert.equal(news.said.hidden, true);
});

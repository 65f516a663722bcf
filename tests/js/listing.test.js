import assert from "node:assert/strict";
import { test } from "node:test";

import { ariaSort, describeShown, nextSort, sortPapers } from "../../ui/web/static/papers/listing.js";
import { builtRows, nextRow } from "../../ui/web/static/papers/rows.js";

const RANKS = [1, 0, 2, 3]; // beta, Alpha, Émile, gamma

test("papers in the order of a column", () => {
  const sorted = (by, way) => sortPapers([2, 0, 3, 1], by && { by, way }, RANKS);
  assert.deepEqual(sorted(null), [2, 0, 3, 1]);
  assert.deepEqual(sorted("title", 1), [1, 0, 2, 3]);
  assert.deepEqual(sorted("title", -1), [3, 2, 0, 1]);
  assert.deepEqual(sorted("order", -1), [3, 2, 1, 0]);
});

test("clicks on a column sort up, down, and back", () => {
  const after = (clicks, by, searching) => Array.from({ length: clicks }).reduce((sort) => nextSort(sort, by, searching), null);
  assert.deepEqual([1, 2, 3].map((clicks) => after(clicks, "title", false)), [{ by: "title", way: 1 }, { by: "title", way: -1 }, null]);
  assert.deepEqual([1, 2].map((clicks) => after(clicks, "order", false)), [{ by: "order", way: -1 }, null]);
  assert.deepEqual(after(1, "order", true), { by: "order", way: 1 });
  assert.deepEqual(nextSort({ by: "title", way: -1 }, "order", true), { by: "order", way: 1 });
});

test("what a screen reader hears of a column", () => {
  assert.equal(ariaSort("order", null, false), "ascending");
  assert.equal(ariaSort("order", null, true), "none");
  assert.equal(ariaSort("title", { by: "title", way: -1 }, false), "descending");
  assert.equal(ariaSort("order", { by: "title", way: -1 }, false), "none");
});

test("the number of papers in words", () => {
  const near = new Set([3, 4]);
  assert.equal(describeShown([0, 1, 2], 3, null, ""), "3 papers");
  assert.equal(describeShown([0], 1, null, ""), "1 paper");
  assert.equal(describeShown([0], 1234, null, ""), "1 of 1,234 papers");
  assert.equal(describeShown([0, 3, 4], 9, near, "mamba"), "1 paper with this word, 2 papers near in meaning");
  assert.equal(describeShown([0, 1], 9, near, "state space"), "2 papers with these words");
  assert.equal(describeShown([], 9, near, "x"), "");
});

test("only the rows in view are built, and some around them", () => {
  assert.deepEqual(builtRows({ scrollTop: 0, clientHeight: 600 }, 60, 83), [0, 14]);
  assert.deepEqual(builtRows({ scrollTop: 1230, clientHeight: 600 }, 60, 83), [16, 35]);
  assert.deepEqual(builtRows({ scrollTop: 4400, clientHeight: 600 }, 60, 83), [69, 83]);
  assert.deepEqual(builtRows({ scrollTop: 0, clientHeight: 600 }, 60, 2), [0, 2]);
});

test("keys lead from row to row and stay in the table", () => {
  const to = (key, at) => nextRow(key, at, 20, 8);
  assert.deepEqual([to("ArrowDown", 3), to("ArrowUp", 0), to("ArrowDown", 19)], [4, 0, 19]);
  assert.deepEqual([to("PageDown", 3), to("PageUp", 3), to("Home", 9), to("End", 9)], [11, 0, 0, 19]);
  assert.equal(to("x", 3), undefined);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { nextPlace } from "../../ui/web/static/papers/walking.js";

const places = [[100, 100], [140, 104], [120, 160], [90, 40], [300, 100]];

test("an arrow key leads to the next point in its direction", () => {
  const [right, left, down, up] = [[1, 0], [-1, 0], [0, 1], [0, -1]].map((way) => nextPlace(places, places[0], way));
  assert.deepEqual([right, left, down, up], [1, -1, 2, 3]);
  assert.equal(nextPlace(places, places[1], [1, 0]), 4);
  assert.equal(nextPlace(places, places[4], [1, 0]), -1);
});

test("a point right ahead comes before a nearer one aside", () => {
  assert.equal(nextPlace([[30, 40], [60, 0]], [0, 0], [1, 0]), 1);
});

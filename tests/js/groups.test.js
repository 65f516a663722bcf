import assert from "node:assert/strict";
import { test } from "node:test";

import { coloursOf, linesOf } from "../../ui/web/static/papers/groups.js";

test("a name is broken into at most two short lines", () => {
  assert.deepEqual(linesOf("Mamba and vision"), ["Mamba and vision"]);
  assert.deepEqual(linesOf("Mamba and state space models"), ["Mamba", "and state space models"]);
  assert.deepEqual(linesOf("Electroencephalographic recordings"), ["Electroencephalographic recordings"]);
});

test("each group has a colour of its own as long as there are enough", () => {
  const points = [[0, 0], [1, 0], [0, 1]];
  assert.deepEqual(coloursOf({ points, labels: [0, 1, 2], groups: [0, 1, 2] }, 9), [0, 1, 2]);
});

test("a colour that is used twice is used far away", () => {
  const points = [[0, 0], [1, 1], [0.1, 0], [0.9, 1]];
  assert.deepEqual(coloursOf({ points, labels: [0, 1, 2, 3], groups: [0, 1, 2, 3] }, 2), [0, 1, 1, 0]);
});

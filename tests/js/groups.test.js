import assert from "node:assert/strict";
import { test } from "node:test";

import { coloursOf, dressGroups, linesOf } from "../../ui/web/static/papers/groups.js";

test("a name is broken into at most two short lines", () => {
  assert.deepEqual(linesOf(["fMRI"]), ["fMRI"]);
  assert.deepEqual(linesOf(["brain", "fMRI", "visual decoding"]), ["brain, fMRI,", "visual decoding"]);
  assert.equal(linesOf(["reinforcement learning", "human feedback", "language models"]).length, 2);
});

test("names begin with a capital, unless a word has capitals of its own", () => {
  const map = { points: [[0, 0], [1, 1], [0, 1]], labels: [0, 1, 2], groups: [{ words: ["mamba", "vision"] }, { words: ["fMRI"] }, { words: [] }] };
  assert.deepEqual(dressGroups(map, 9).map(({ name }) => name), ["Mamba, vision", "fMRI", "Various"]);
  assert.equal(map.groups[0].name, undefined);
});

test("each group has a colour of its own as long as there are enough", () => {
  const points = [[0, 0], [1, 0], [0, 1]];
  assert.deepEqual(coloursOf({ points, labels: [0, 1, 2], groups: [0, 1, 2] }, 9), [0, 1, 2]);
});

test("a colour that is used twice is used far away", () => {
  const points = [[0, 0], [1, 1], [0.1, 0], [0.9, 1]];
  assert.deepEqual(coloursOf({ points, labels: [0, 1, 2, 3], groups: [0, 1, 2, 3] }, 2), [0, 1, 1, 0]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { dressGroups, linesOf, titleOf } from "../../ui/web/static/papers/groups.js";

test("a name is broken into at most two short lines", () => {
  assert.deepEqual(linesOf("Mamba and vision"), ["Mamba and vision"]);
  assert.deepEqual(linesOf("Mamba and state space models"), ["Mamba", "and state space models"]);
  assert.deepEqual(linesOf("Electroencephalographic recordings"), ["Electroencephalographic recordings"]);
});

test("a group keeps the colour that it has", () => {
  const [group] = dressGroups([{ name: "Mamba", size: 1200, colour: 4 }]);
  assert.deepEqual(group, { name: "Mamba", size: 1200, colour: 4, lines: ["Mamba"] });
  assert.equal(titleOf(group), "Mamba (1,200)");
});

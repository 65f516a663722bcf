import assert from "node:assert/strict";
import { test } from "node:test";

import { describeSending } from "../../ui/web/static/library/dropped.js";

test("what is being sent says which, how many, and how long it takes", () => {
  const files = Array.from({ length: 500 }, (_, at) => ({ name: `${at}.bib` }));
  assert.equal(describeSending(files.slice(0, 1), 0, 0), "Sending 0.bib");
  assert.equal(describeSending(files, 0, 0), "Sending 1 of 500 files: 0.bib");
  assert.equal(describeSending(files, 100, 5), "Sending 101 of 500 files: 100.bib · about 20 s left");
});

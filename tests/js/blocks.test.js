import assert from "node:assert/strict";
import { test } from "node:test";

import { blocksOf } from "../../ui/web/static/chat/blocks.js";
import { Turns } from "../../ui/web/static/chat/turns.js";
import { waitText } from "../../ui/web/static/chat/waiting.js";

test("blocks come as JSON; what earlier versions stored is a row of sentences", () => {
  const blocks = [{ key: "lead", kind: "lead", parts: ["So"] }];
  assert.deepEqual(blocksOf({ blocks: JSON.stringify(blocks) }), blocks);
  assert.deepEqual(blocksOf({ blocks: "" }), []);
  assert.deepEqual(blocksOf({ sentences: [], kind: "" }), []);
  assert.deepEqual(blocksOf({ sentences: ["a", "b"], kind: "list" }), [{ key: "all", kind: "points", parts: ["a", "b"] }]);
  assert.equal(blocksOf({ sentences: ["a"], kind: "answer" })[0].kind, "text");
});

test("who waits in line is told how many come first", () => {
  assert.equal(waitText({ state: "waiting", before: 1 }), "One question comes before yours…");
  assert.equal(waitText({ state: "waiting", before: 12 }), "12 questions come before yours…");
  assert.equal(waitText({ state: "waiting", before: 0 }), "Getting the papers ready…");
  assert.equal(waitText({ state: "waiting" }), "Getting the papers ready…"); // stored by an earlier version
  assert.equal(waitText({ state: "searching", before: 0 }), "Searching…");
  assert.equal(waitText({ state: "done", before: 0 }), "");
});

test("the history has the papers that each answer showed", () => {
  const turns = new Turns([
    ["a", { question: "Which?", answer: { plain: "Two.", papers: ["p2", "p1"] } }],
    ["b", { question: "And?", answer: { plain: "" } }],
    ["c", { question: "Old?", answer: { plain: "Yes." } }],
  ]);
  assert.deepEqual(turns.before(), [
    { role: "user", content: "Which?" },
    { role: "assistant", content: "Two.", papers: ["p2", "p1"] },
    { role: "user", content: "Old?" },
    { role: "assistant", content: "Yes.", papers: [] },
  ]);
});

// What is said while an answer is on its way, and the order of ratings.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Ratings } from "../../ui/web/static/chat/rating.js";
import { about, hasWords, paced, stageText, stoppedText, waitText } from "../../ui/web/static/chat/waiting.js";

test("times are round, and never none", () => {
  assert.deepEqual([0, 3, 12, 18, 24, 89, 100].map(about),
    ["about 5 s", "about 5 s", "about 10 s", "about 20 s", "about 20 s", "about 90 s", "about 2 min"]);
});

test("a wait says what happens and how long it takes", () => {
  const quoted = { state: "quoted", writer: "Qwen", said: 0 }, writing = { state: "writing", writer: "Qwen", said: 1 };
  const pace = { first: 10, whole: 30 };
  assert.equal(waitText(quoted, { waited: 1, read: 1 }), "These are quotes. Qwen is reading them…");
  assert.equal(waitText(quoted, { waited: 7.6, read: 7 }), "These are quotes. Qwen is reading them, 7 s so far…");
  assert.equal(waitText(quoted, { waited: 1, read: 1, pace }), "These are quotes. Qwen is reading them: its first sentence in about 10 s…");
  assert.equal(waitText(writing, { waited: 12, read: 11, pace }), "Writing with Qwen: sentence 2, about 20 s left…");
  assert.equal(waitText(writing, { waited: 40, read: 39, pace }), "Writing with Qwen: sentence 2, longer than usual: 40 s so far…");
  assert.equal(waitText({ state: "searching", writer: "Qwen" }, { waited: 4, read: -1, pace }),
    "Reading the question and searching, 4 s so far…");
  assert.equal(stageText(writing), "Writing with Qwen: sentence 2", "no seconds for a screen reader");
  assert.equal(waitText({ state: "done" }), "");
});

test("the newest answers weigh most", () => {
  assert.deepEqual(paced(undefined, { first: 8, whole: 20 }), { first: 8, whole: 20 });
  assert.deepEqual(paced({ first: 8, whole: 20 }, { first: 4, whole: 40 }), { first: 6, whole: 30 });
});

test("a stopped answer says what stands", () => {
  assert.match(stoppedText({ state: "writing", said: 1 }), /after 1 sentence\./);
  assert.match(stoppedText({ state: "quoted" }), /The quotes stand/);
  assert.match(stoppedText({ state: "waiting" }), /before there was an answer/);
  const states = [{ state: "writing", said: 1 }, { state: "quoted", said: 0 }, { state: "reading", said: 0 }];
  assert.deepEqual(states.map(hasWords), [true, true, false]);
});

test("ratings are written one after the other, each for the same id", async () => {
  const sent = [], turn = { thumb: null, rating: "" };
  const ratings = new Ratings(async (_, thumb, rating, reason) => {
    await null;
    sent.push([thumb, rating, reason]);
    if (reason === "no") return null;
    return thumb ? "id" : "";
  });
  await Promise.all([ratings.click(turn, "up"), ratings.click(turn, "down"), ratings.note(turn, "why")]);
  assert.deepEqual(sent, [["up", "", ""], ["down", "id", ""], ["down", "id", "why"]]);
  assert.equal(await ratings.note(turn, "no"), false);
  assert.equal(turn.thumb, "down", "what failed changed nothing");
  await ratings.click(turn, "down");
  assert.deepEqual([turn.thumb, turn.rating], [null, ""]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { fits } from "../../ui/web/static/evaluate/report.js";
import { hasFiles, named, walk } from "../../ui/web/static/library/dropped.js";
import { marksWithin, spansOf } from "../../ui/web/static/shared/dom.js";
import { receive, send } from "../../ui/web/static/shared/exchange.js";
import { nextOption } from "../../ui/web/static/shared/finder.js";
import { opensUp } from "../../ui/web/static/shared/placing.js";
import { Shortcuts } from "../../ui/web/static/shared/shortcuts.js";
import { recall, store } from "../../ui/web/static/shared/storage.js";

test("the arrows go around the options of a finder", () => {
  assert.deepEqual([nextOption(0, 1, 3), nextOption(2, 1, 3), nextOption(0, -1, 3)], [1, 0, 2]);
});

test("a page has its shortcuts and those of every page", () => {
  const shortcuts = new Shortcuts(), help = { key: "?", act() {} }, find = { key: "/", act() {} };
  shortcuts.add(Shortcuts.EVERYWHERE, [help]);
  shortcuts.add("chat", [find, { key: "Esc", what: "Stop" }]);
  assert.deepEqual(shortcuts.of("chat").map(({ key }) => key), ["/", "Esc", "?"]);
  assert.equal(shortcuts.find("chat", "/"), find);
  assert.equal(shortcuts.find("papers", "/"), undefined);
  assert.equal(shortcuts.find("papers", "?"), help);
  assert.equal(shortcuts.find("chat", "Esc"), undefined); // it is only listed
});

test("what a page sends arrives, also before there is a receiver", () => {
  const taken = [];
  send("papers", 1);
  send("papers", 2);
  receive("papers", (value) => taken.push(value));
  send("papers", 3);
  assert.deepEqual(taken, [1, 2, 3]);
  receive("papers", (value) => taken.push(-value));
  send("papers", 4);
  assert.deepEqual(taken, [1, 2, 3, -4]);
});

test("JSON goes into storage and comes back, and what cannot be read is replaced", () => {
  const items = {}, storage = { getItem: (key) => items[key] ?? null, setItem: (key, text) => { items[key] = text; } };
  assert.equal(store("a", { b: [1] }, storage), true);
  assert.deepEqual(recall("a", null, storage), { b: [1] });
  assert.equal(recall("gone", 7, storage), 7);
  items.a = "{";
  assert.equal(recall("a", 7, storage), 7);
  assert.equal(store("a", 1, { setItem() { throw new Error("full"); } }), false);
});

test("marks are found by the ranges of a citation", () => {
  const spans = spansOf({ dataset: { spans: "0-12,40-71" } });
  assert.deepEqual(spans, [[0, 12], [40, 71]]);
  assert.deepEqual(spansOf({ dataset: {} }), []);
  const mark = (start, end) => ({ dataset: { start: String(start), end: String(end) } });
  const marks = [mark(0, 12), mark(12, 40), mark(45, 60), mark(60, 72)];
  assert.deepEqual(marksWithin(marks, spans), [marks[0], marks[2]]);
});

test("cases are filtered by state, kind, fault and words", () => {
  const one = { state: "failing", kind: "fact", wrong: "cites|recall", text: "What is SINet?" };
  const none = { state: "", kind: "", wrong: "", words: "" };
  assert.equal(fits(one, none), true);
  assert.equal(fits(one, { state: "failing", kind: "fact", wrong: "recall", words: "sinet" }), true);
  for (const filter of [{ state: "right" }, { kind: "list" }, { wrong: "cite" }, { words: "mamba" }]) {
    assert.equal(fits(one, { ...none, ...filter }), false, JSON.stringify(filter));
  }
});

test("files keep the names of their folders", () => {
  assert.deepEqual(named([{ name: "a.bib", webkitRelativePath: "x/a.bib" }, { name: "b.ris" }]).map(({ name }) => name), ["x/a.bib", "b.ris"]);
  assert.equal(hasFiles({ dataTransfer: { types: ["text/plain"] } }), false);
  assert.equal(hasFiles({ dataTransfer: { types: ["Files"] } }), true);
});

test("a dropped folder is read to its end, but for hidden files", async () => {
  const file = (path) => ({ isFile: true, name: path.split("/").pop(), fullPath: path, file: (resolve) => resolve(path) });
  const folder = (name, ...batches) => ({ name, createReader: () => ({ readEntries: (resolve) => resolve(batches.shift() ?? []) }) });
  const found = [];
  await walk(folder("x", [file("/x/a.bib"), file("/x/.b")], [folder("y", [file("/x/y/c.ris")])]), found);
  assert.deepEqual(found.map(({ name }) => name), ["x/a.bib", "x/y/c.ris"]);
});

test("a menu opens upwards only where it is cut off below and has room above", () => {
  const view = { above: 50, below: 600 };
  assert.equal(opensUp({ top: 100, bottom: 130 }, 300, view), false);
  assert.equal(opensUp({ top: 500, bottom: 530 }, 300, view), true);
  assert.equal(opensUp({ top: 300, bottom: 330 }, 300, view), false);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { Corrections } from "../../ui/web/static/compare/corrections.js";
import { comparisonOf, EMPTY, grown, LogReader, partOf, shapeOf, withPending } from "../../ui/web/static/compare/growth.js";
import { ago, nameOf, Recent } from "../../ui/web/static/compare/recent.js";
import { keep, remembered } from "../../ui/web/static/compare/stored.js";
import { columnWidths, fitWidth, linesFor } from "../../ui/web/static/compare/widths.js";

/** A storage with room for `room` characters. */
function storage(room = Infinity) {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => { if (text.length > room) throw new Error("full"); items.set(key, text); },
  };
}
const comparison = (...ids) => ({ papers: ids.map((id) => ({ paper_id: id, title: `${id}: long` })), aspects: ["Task"], cells: [] });
const saved = (...ids) => ({ comparison: comparison(...ids) });

test("a table grows by updates, and becomes a comparison again", () => {
  const rowOf = (key, value) => ({ key, paper: { paper_id: key }, found: [{ aspect: "Task", value }] });
  const first = grown(EMPTY, { aspects: ["Task"], keys: ["a", "b"], rows: [rowOf("a", 1), rowOf("b", 2)], summary: "", foot: "", rest: {} });
  const next = grown(first, { aspects: ["Task"], keys: ["b", "a"], rows: [rowOf("b", 3)], summary: "s", foot: "f", rest: { mode: "quotes" } });
  assert.deepEqual(next.rows.map(({ key, found }) => [key, found[0].value]), [["b", 3], ["a", 1]]);
  const made = comparisonOf(next);
  assert.deepEqual([made.mode, made.papers.length, made.cells.map(({ value }) => value)], ["quotes", 2, [3, 1]]);
});

test("of a log only the new lines are read, and only whole ones", () => {
  const log = new LogReader();
  assert.deepEqual(log.read(""), []);
  assert.deepEqual(log.read("1\n2\n3"), [1, 2]);
  assert.deepEqual(log.read("1\n2\n34\n"), [34]);
  assert.deepEqual(log.read("1\n2\n34\n"), []);
});

test("what is written over cells is kept by paper and column", () => {
  const words = new Corrections();
  words.set("a", "Task", "decoding");
  words.set("b", "Task", "");
  words.set("b", "Task", null);
  assert.deepEqual(words.list(), [["a", "Task", "decoding"]]);
  const cells = [{ paper_id: "a", aspect: "Task", corrected: null }, { paper_id: "b", aspect: "Task", corrected: "" }];
  assert.deepEqual(words.missing({ cells }), words.list());
  words.takeFrom({ cells });
  assert.deepEqual(words.list(), [["b", "Task", ""]], "an emptied cell is a correction");
  words.take([["a", "Task"], "x", ["a", "Task", "kept"], null]);
  assert.deepEqual([words.list(), words.of("a", "Task"), words.of("a", "Data")], [[["a", "Task", "kept"]], "kept", null]);
});

test("a comparison that was put away comes back once, newest first", () => {
  const recent = new Recent(storage());
  recent.add(saved("a", "b", "c", "d"), 1);
  recent.add(saved("e", "f"), 2);
  recent.add(saved("a", "b", "c", "d"), 3);
  assert.deepEqual(recent.list().map(({ name, papers }) => [name, papers]), [["a, b and 2 more", 4], ["e, f", 2]]);
  assert.deepEqual(recent.take(recent.list()[0].id), saved("a", "b", "c", "d"));
  assert.deepEqual(recent.list().map(({ name }) => name), ["e, f"]);
  assert.equal(recent.take("gone"), undefined);
});

test("where there is no room, the oldest comparisons go", () => {
  const recent = new Recent(storage(500));
  for (let at = 0; at < 9; at++) assert.equal(recent.add(saved(`p${at}`, `q${at}`), at), true);
  assert.deepEqual(recent.list().map(({ name }) => name), ["p8, q8", "p7, q7"]);
  assert.equal(new Recent(storage(10)).add(saved("a", "b")), false);
});

test("names and times in words", () => {
  assert.deepEqual([nameOf(["SINet: small"]), nameOf([])], ["SINet", ""]);
  const minute = 60_000;
  assert.deepEqual([0, 1, 90, 1440 * 2].map((minutes) => ago(0, minutes * minute)), ["just now", "1 minute ago", "1 hour ago", "2 days ago"]);
});

test("what was stored before is still there", () => {
  const place = storage();
  place.setItem("paperchat.compare.1", JSON.stringify({ papers: [{ id: "a" }], board: { comparison: comparison("a"), rows: [] } }));
  assert.deepEqual(remembered(place), { papers: [{ id: "a" }], comparison: comparison("a") });
  keep({ papers: [], comparison: null }, place);
  assert.deepEqual(remembered(place).papers, []);
  assert.equal(keep({ papers: [], comparison: "x".repeat(99) }, storage(60)), true, "without room for it, the choice alone");
});

test("a file has the rows and columns that are shown, in their order", () => {
  const cells = ["a", "b"].flatMap((id) => ["Task", "Data"].map((aspect) => ({ paper_id: id, aspect })));
  const whole = { ...comparison("a", "b"), aspects: ["Task", "Data"], cells, summary: ["both"] };
  const made = partOf(whole, ["b", "a"], ["Data", "Task", "still to be read"]);
  assert.deepEqual(made.cells.map((cell) => cell.paper_id + cell.aspect), ["bData", "bTask", "aData", "aTask"]);
  assert.deepEqual([made.papers.map((paper) => paper.paper_id), made.aspects, made.summary], [["b", "a"], ["Data", "Task"], ["both"]]);
  const part = partOf(whole, ["b"], ["Task"]);
  assert.deepEqual([part.cells, part.summary], [[cells[2]], []]);
});

test("a table has the place of all that is still to be read", () => {
  const cell = (value) => ({ html: `<b>${value}</b>`, value, status: "stated" });
  const table = { ...EMPTY, aspects: ["Task"], rows: [{ key: "b", head: "B", cells: [cell("x")] }], foot: "f" };
  const made = withPending(table, [{ id: "a", title: "A" }, { id: "b", title: "B" }], ["Mine", "Task"]);
  assert.deepEqual(made.rows.map(({ key, cells }) => [key, ...cells.map(({ html }) => html)]), [["a", null, null], ["b", null, "<b>x</b>"]]);
  assert.deepEqual([made.aspects, made.foot, made.rows[0].head, made.rows[0].paper.title], [["Mine", "Task"], "f", null, "A"]);
  const kept = { ...comparison("a"), aspects: ["Task", "Data"] };
  const cells = [{ status: "stated", value: "x", corrected: "mine" }, { status: "not_stated", value: "", corrected: null }];
  const [row] = shapeOf({ ...kept, cells }).rows;
  assert.deepEqual(row.cells.map(({ html, status, value }) => [html, status, value]), [[null, "corrected", "mine"], [null, "not_stated", ""]]);
});

test("columns are as wide as what stands in them, and fill the room", () => {
  const empty = Array(12).fill(""), clauses = Array(12).fill("a clause of some twenty words ".repeat(4));
  assert.ok(fitWidth("code", empty) < fitWidth("code", ["x".repeat(90), ...empty]));
  assert.ok(fitWidth("code", empty) < fitWidth("result", clauses));
  assert.ok(fitWidth("incomprehensibilities", empty) > fitWidth("code", empty), "no word of a heading is broken");
  const columns = [{ name: "a", texts: empty }, { name: "b", texts: empty }];
  assert.deepEqual(columnWidths(columns, { a: 300 }, 1000), [300, 700]);
  assert.deepEqual(columnWidths(columns, { a: 300 }, 100)[0], 300);
});

test("compact rows take the room that there is", () => {
  assert.deepEqual([linesFor(12, 620), linesFor(3, 620), linesFor(50, 620), linesFor(0, 620)], [2, 6, 2, 6]);
});

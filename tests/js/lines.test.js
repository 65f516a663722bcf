import assert from "node:assert/strict";
import { test } from "node:test";

import { byValue, linesOf, measuresOf, passes, sortRows } from "../../ui/web/static/compare/lines.js";
import { newView } from "../../ui/web/static/compare/view.js";

function row(order, title, results = "", more = {}) {
  const cells = {
    "": { value: title, text: title, measures: [] },
    Results: {
      value: results, text: results ? `${results} “quote”` : "not stated", status: results ? "stated" : "not_stated", stance: "", measures: [],
      ...more,
    },
  };
  return { order, text: Object.values(cells).map(({ text }) => text).join(" "), cells };
}
const ROWS = [row(2, "beta", "8% better"), row(0, "Gamma"), row(1, "alpha", "12% better")];
const titles = (rows) => rows.map(({ cells }) => cells[""].value);
const measured = (order, title, ...measures) => row(order, title, "x", { measures: measures.map(([kind, value]) => ({ kind, value })) });
const shown = (lines) => lines.map(({ row: one, heading, count }) => (one ? one.cells[""].value : `${heading} ${count}`));

test("rows in the order of the comparison, or of a column; empty cells come last both ways", () => {
  assert.deepEqual(titles(sortRows(ROWS, null)), ["Gamma", "alpha", "beta"]);
  assert.deepEqual(titles(sortRows(ROWS, { aspect: "", way: -1 })), ["Gamma", "beta", "alpha"]);
  assert.deepEqual(titles(sortRows(ROWS, { aspect: "Results", way: 1 })), ["alpha", "beta", "Gamma"]);
  assert.deepEqual(titles(sortRows(ROWS, { aspect: "Results", way: -1 })), ["beta", "alpha", "Gamma"]);
});

test("rows are filtered by words, by a status, and by what a cell contains", () => {
  const left = (view) => titles(ROWS.filter((one) => passes(one, { ...newView(), ...view })));
  assert.deepEqual(left({}), ["beta", "Gamma", "alpha"]);
  assert.deepEqual(left({ words: "QUOTE" }), ["beta", "alpha"]);
  assert.deepEqual(left({ filters: { Results: { only: "not_stated" } } }), ["Gamma"]);
  assert.deepEqual(left({ filters: { Results: { only: "stated", has: "12%" } } }), ["alpha"]);
  assert.deepEqual(left({ filters: { Gone: { only: "stated" } } }), ["beta", "Gamma", "alpha"]);
});

test("a corrected cell counts as stated if something is written there", () => {
  const rows = [row(0, "mine", "yes", { status: "corrected" }), row(1, "emptied", "", { status: "corrected" })];
  const left = (only) => titles(rows.filter((one) => passes(one, { ...newView(), filters: { Results: { only } } })));
  assert.deepEqual([left("stated"), left("not_stated"), left("corrected")], [["mine"], ["emptied"], ["mine", "emptied"]]);
});

test("numbers are ranked only within what was measured alike", () => {
  const rows = [
    measured(0, "a", ["top-1 · ImageNet · %", 81]), measured(1, "b", ["BLEU · WMT", 28]), row(2, "none", "fast"),
    measured(3, "c", ["mAP · COCO", 50], ["top-1 · ImageNet · %", 83.6]), measured(4, "d", ["%", 99]),
  ];
  assert.equal(measuresOf(rows, "Results").get(rows[3]).value, 83.6, "of several numbers the one that others have, too");
  const lines = linesOf(rows, { ...newView(), sort: { aspect: "Results", way: -1, numbers: true } });
  assert.deepEqual(shown(lines), ["top-1 · ImageNet · % 2", "c", "a", "BLEU · WMT 1", "b", "% 1", "d", "No number 1", "none"]);
});

test("groups have counts, and close", () => {
  const stances = ["supports", "", "contradicts", "supports"].map((value, at) => row(at, `p${at}`, value, { stance: value }));
  const view = { ...newView(), group: "Results" };
  assert.deepEqual(shown(linesOf(stances, view)), ["supports 2", "p0", "p3", "contradicts 1", "p2", "Not stated 1", "p1"]);
  assert.deepEqual(shown(linesOf(stances, { ...view, folded: ["supports"] })), ["supports 2", "contradicts 1", "p2", "Not stated 1", "p1"]);
  assert.deepEqual(shown(linesOf(stances, { ...view, group: "Gone" })), ["p0", "p1", "p2", "p3"]);
});

test("a column whose values are all different is grouped by whether it says anything", () => {
  assert.deepEqual(byValue(ROWS, "Results").map(({ heading }) => heading), ["Stated", "Not stated"]);
  assert.equal(byValue([row(0, "empty"), ...ROWS], "Results")[0].heading, "Stated", "what is stated comes first");
  const some = [row(0, "a", "ImageNet"), row(1, "b", "imagenet"), row(2, "c", "COCO"), row(3, "d")];
  assert.deepEqual(byValue(some, "Results").map(({ heading, rows }) => `${heading} ${rows.length}`), ["ImageNet 2", "Other values 1", "Not stated 1"]);
});

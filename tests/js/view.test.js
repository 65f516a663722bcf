import assert from "node:assert/strict";
import { test } from "node:test";

import { changeFilter, clampCell, describeView, newView, nextCell, passes, sortRows } from "../../ui/web/static/compare/view.js";

function row(order, title, results = "") {
  const cells = {
    "": { value: title, text: title },
    Results: { value: results, text: results ? `${results} “quote”` : "not stated", status: results ? "stated" : "not_stated" },
  };
  return { order, text: Object.values(cells).map(({ text }) => text).join(" "), cells };
}
const ROWS = [row(2, "beta", "8% better"), row(0, "Gamma"), row(1, "alpha", "12% better")];
const titles = (rows) => rows.map(({ cells }) => cells[""].value);

test("rows in the order of the comparison, or of a column", () => {
  assert.deepEqual(titles(sortRows(ROWS, null)), ["Gamma", "alpha", "beta"]);
  assert.deepEqual(titles(sortRows(ROWS, { aspect: "", way: 1 })), ["alpha", "beta", "Gamma"]);
  assert.deepEqual(titles(sortRows(ROWS, { aspect: "", way: -1 })), ["Gamma", "beta", "alpha"]);
});

test("empty cells come last both ways", () => {
  assert.deepEqual(titles(sortRows(ROWS, { aspect: "Results", way: 1 })), ["alpha", "beta", "Gamma"]);
  assert.deepEqual(titles(sortRows(ROWS, { aspect: "Results", way: -1 })), ["beta", "alpha", "Gamma"]);
});

test("rows are filtered by words, by a status, and by what a cell contains", () => {
  const shown = (view) => titles(ROWS.filter((one) => passes(one, { ...newView(), ...view })));
  assert.deepEqual(shown({}), ["beta", "Gamma", "alpha"]);
  assert.deepEqual(shown({ words: "QUOTE" }), ["beta", "alpha"]);
  assert.deepEqual(shown({ filters: { Results: { only: "not_stated" } } }), ["Gamma"]);
  assert.deepEqual(shown({ filters: { Results: { only: "stated", has: "12%" } } }), ["alpha"]);
  assert.deepEqual(shown({ filters: { Gone: { only: "stated" } } }), ["beta", "Gamma", "alpha"]);
});

test("a filter is changed, and goes when it filters nothing", () => {
  const filters = { Results: { only: "stated" }, Data: { has: "fMRI" } };
  assert.deepEqual(changeFilter(filters, "Results", { has: "8" }).Results, { only: "stated", has: "8" });
  assert.deepEqual(changeFilter(filters, "Results", { only: "" }), { Data: { has: "fMRI" } });
});

test("a view says how it differs, and each difference can be undone", () => {
  const view = { sort: { aspect: "", way: -1 }, filters: { Results: { only: "not_stated", has: "8" } }, hidden: ["Data", "Gone"], words: "" };
  const parts = describeView(view, ["Results", "Data"]);
  assert.deepEqual(parts.map(({ text }) => text), ["Data hidden", "Results: not stated, “8”", "by paper Z–A"]);
  const undone = parts.reduce((now, { change }) => ({ ...now, ...change }), view);
  assert.deepEqual(undone, { sort: null, filters: {}, hidden: ["Gone"], words: "" });
  assert.deepEqual(describeView(newView(), ["Results"]), []);
});

test("keys lead from cell to cell, also into the head", () => {
  const size = { rows: 12, columns: 4 }, to = (key, at, ctrlKey = false) => nextCell({ key, ctrlKey }, at, size);
  assert.deepEqual(to("ArrowUp", [0, 1]), [-1, 1]);
  assert.deepEqual(to("ArrowUp", [-1, 1]), [-1, 1]);
  assert.deepEqual(to("ArrowRight", [3, 3]), [3, 3]);
  assert.deepEqual([to("Home", [3, 2]), to("Home", [3, 2], true)], [[3, 0], [0, 0]]);
  assert.deepEqual([to("End", [3, 2]), to("End", [3, 2], true)], [[3, 3], [11, 3]]);
  assert.deepEqual(to("PageDown", [6, 2]), [11, 2]);
  assert.equal(to("Enter", [3, 2]), undefined);
});

test("the place of the keyboard stays in what is shown", () => {
  assert.deepEqual(clampCell([9, 9], { rows: 2, columns: 3 }), [1, 2]);
  assert.deepEqual(clampCell([0, 0], { rows: 0, columns: 0 }), [-1, 0]);
});

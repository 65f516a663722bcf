import assert from "node:assert/strict";
import { test } from "node:test";

import { clampCell, columnKey, nextCell } from "../../ui/web/static/compare/moving.js";
import { changeFilter, describeView, moveColumn, newView, orderColumns, placeColumn } from "../../ui/web/static/compare/view.js";

test("a filter is changed, and goes when it filters nothing", () => {
  const filters = { Results: { only: "stated" }, Data: { has: "fMRI" } };
  assert.deepEqual(changeFilter(filters, "Results", { has: "8" }).Results, { only: "stated", has: "8" });
  assert.deepEqual(changeFilter(filters, "Results", { only: "" }), { Data: { has: "fMRI" } });
});

test("a view says how it differs, and each difference can be undone", () => {
  const view = {
    ...newView(), sort: { aspect: "", way: -1 }, group: "Data", folded: ["fMRI"],
    filters: { Results: { only: "not_stated", has: "8" } }, hidden: ["Data", "Gone"],
  };
  const parts = describeView(view, ["Results", "Data"]);
  assert.deepEqual(parts.map(({ text }) => text), ["Data hidden", "Results: not stated, “8”", "grouped by Data", "by paper, Z–A"]);
  const undone = parts.reduce((now, { change }) => ({ ...now, ...change }), view);
  assert.deepEqual(undone, { ...newView(), hidden: ["Gone"] });
  assert.deepEqual(describeView(newView(), ["Results"]), []);
  const numbers = { ...newView(), sort: { aspect: "Results", way: -1, numbers: true } };
  assert.deepEqual(describeView(numbers, ["Results"]).map(({ text }) => text), ["by Results, largest first"]);
  assert.deepEqual(describeView(numbers, ["Other"]), []);
});

test("the reader's own columns come first, until columns are moved", () => {
  const usual = ["Task", "Data", "Code"], all = [...usual, "Mine"];
  assert.deepEqual(orderColumns(all, newView(), usual), ["Mine", ...usual]);
  const order = moveColumn(orderColumns(all, newView(), usual), "Code", -1);
  assert.deepEqual(order, ["Mine", "Task", "Code", "Data"]);
  assert.deepEqual(orderColumns([...all, "New"], { order }, usual), ["New", ...order], "a new one is seen at once");
  assert.deepEqual(orderColumns(["Task", "Code"], { order }, usual), ["Task", "Code"]);
  assert.deepEqual(orderColumns(["Data", "Task"], { order: ["Task"] }, usual), ["Task", "Data"]);
});

test("a column moves over hidden ones, and not past the ends", () => {
  assert.deepEqual(moveColumn(["a", "b", "c"], "a", 1, ["b"]), ["b", "c", "a"]);
  assert.deepEqual(moveColumn(["a", "b"], "a", -1), ["a", "b"]);
  assert.deepEqual(placeColumn(["a", "b", "c"], "c", "a"), ["c", "a", "b"]);
  assert.deepEqual(placeColumn(["a", "b"], "a", "gone"), ["a", "b"]);
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

test("in a head, keys move the column or change its width", () => {
  assert.deepEqual(columnKey({ key: "ArrowLeft", altKey: true }), { move: -1 });
  assert.deepEqual(columnKey({ key: "ArrowRight", shiftKey: true }), { wider: 24 });
  assert.equal(columnKey({ key: "ArrowRight" }), undefined);
  assert.equal(columnKey({ key: "ArrowRight", altKey: true, shiftKey: true }), undefined);
});

test("the place of the keyboard stays in what is shown", () => {
  assert.deepEqual(clampCell([9, 9], { rows: 2, columns: 3 }), [1, 2]);
  assert.deepEqual(clampCell([0, 0], { rows: 0, columns: 0 }), [-1, 0]);
});

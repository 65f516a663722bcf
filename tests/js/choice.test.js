import assert from "node:assert/strict";
import { test } from "node:test";

import { Choice, isStatement } from "../../ui/web/static/compare/choice.js";

const paper = (id) => ({ id, title: `Title of ${id}` });

test("a paper is chosen once", () => {
  const choice = new Choice(["Task"]);
  choice.add([paper("a"), paper("b")]);
  choice.add([paper("b"), paper("c")]);
  assert.deepEqual(choice.ids, ["a", "b", "c"]);
  assert.deepEqual(choice.others([paper("a"), paper("d")]), [paper("d")]);
});

test("a comparison takes two to fifty papers and an aspect", () => {
  const choice = new Choice(["Task"]);
  choice.add([paper("a")]);
  assert.deepEqual([choice.isComplete, choice.lack], [false, "Add another paper"]);
  choice.add([paper("b")]);
  assert.deepEqual([choice.isComplete, choice.lack], [true, ""]);
  choice.aspects[0].on = false;
  assert.equal(choice.lack, "Choose a column");
  assert.deepEqual([choice.hasPapers, choice.isComplete], [true, false]);
  choice.add(Array.from({ length: 49 }, (_, at) => paper(`p${at}`)));
  assert.deepEqual([choice.hasPapers, choice.lack], [false, "51 papers are chosen, 50 can be compared"]);
});

test("an aspect that is named again is chosen again", () => {
  const choice = new Choice(["Task"]);
  choice.aspects[0].on = false;
  choice.addAspect("task");
  choice.addAspect("Mamba is faster", true);
  assert.deepEqual([choice.columns(false), choice.columns(true)], [["Task"], ["Mamba is faster"]]);
  choice.removeAspect(choice.aspects[1]);
  assert.deepEqual(choice.columns(true), []);
});

test("the key tells choices apart", () => {
  const choice = new Choice(["Task", "Data"]), before = choice.key();
  choice.aspects[1].on = false;
  assert.notEqual(choice.key(), before);
  choice.aspects[1].on = true;
  assert.equal(choice.key(), before);
});

const cell = (aspect, value, status = "stated") => ({ aspect, value, status });

test("a column of verdicts is a statement's", () => {
  const cells = [cell("Faster", "supports"), cell("Faster", "", "not_stated"), cell("Task", "supports"), cell("Task", "decoding")];
  assert.deepEqual(["Faster", "Task", "Gone"].map((name) => isStatement({ cells }, name)), [true, false, false]);
});

test("a saved comparison becomes the choice", () => {
  const choice = new Choice(["Task", "Data"]);
  const comparison = { papers: [{ paper_id: "a", title: "A" }], cells: [cell("Faster", "unclear")] };
  choice.take(comparison, ["Task", "Faster"]);
  assert.deepEqual(choice.papers, [{ id: "a", title: "A" }]);
  assert.deepEqual([choice.columns(false), choice.columns(true)], [["Task"], ["Faster"]]);
  assert.deepEqual(choice.aspects.map(({ name, on }) => [name, on]), [["Task", true], ["Data", false], ["Faster", true]]);
});

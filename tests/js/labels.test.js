import assert from "node:assert/strict";
import { test } from "node:test";

import { labelAt, leader, placeLabels, scaleStep, shownLines, visibleLabels } from "../../ui/web/static/papers/labels.js";

const measure = (line) => line.length * 6;
const label = (text, at) => ({ lines: text.split("|"), at });
/** Pixels between two boxes, across or down, whichever is more. */
const between = (a, b) => Math.max(Math.abs(a.x - b.x) - a.wide - b.wide, Math.abs(a.y - b.y) - a.high - b.high);
const pairs = (boxes) => boxes.flatMap((a, at) => boxes.slice(at + 1).map((b) => [a, b]));

test("a label that covers no point stands on its peak", () => {
  const [box] = placeLabels([label("Diffusion", [0.5, 0.5])], [[0.9, 0.9]], scaleStep(600), measure);
  assert.deepEqual([box.dx, box.dy], [0, 0]);
  assert.deepEqual([box.wide, box.high], [9 * 6 / 2 + 3, 9.5]);
});

test("labels keep a distance from each other, and one without room is left out", () => {
  const labels = Array.from({ length: 120 }, (_, at) => label(`A group ${at}`, [0.5, 0.5]));
  const boxes = placeLabels(labels, [[0.5, 0.5]], scaleStep(600), measure), placed = boxes.filter(Boolean);
  assert.equal(boxes.length, 120);
  assert.ok(placed.length > 20 && placed.length < 120);
  for (const [a, b] of pairs(placed)) assert.ok(between(a, b) >= 4);
});

test("they keep it at every scale between two steps, and none of them goes", () => {
  const labels = Array.from({ length: 24 }, (_, at) => label("Brain decoding|and fMRI", [0.3 + (at % 5) * 0.09, 0.3 + Math.floor(at / 5) * 0.08]));
  const step = scaleStep(700), boxes = placeLabels(labels, islands(82), step, measure, { radius: 6 });
  for (let part = -0.49; part < 0.5; part += 0.07) {
    const scale = Math.exp((step + part) * 0.18), peaks = labels.map(({ at }) => at.map((side) => side * scale));
    const seen = visibleLabels(boxes, peaks, { width: 2000, height: 2000 });
    assert.deepEqual(seen.map(Boolean), boxes.map(Boolean));
    for (const [a, b] of pairs(seen.filter(Boolean))) assert.ok(between(a, b) >= 3);
  }
});

test("a label makes way for a crowd of points", () => {
  const crowd = Array.from({ length: 60 }, (_, at) => [0.5 + (at % 10) * 0.004, 0.5 + Math.floor(at / 10) * 0.001]);
  const [box] = placeLabels([label("Diffusion", [0.5, 0.5])], crowd, scaleStep(600), measure);
  assert.notDeepEqual([box.dx, box.dy], [0, 0]);
});

/** Points in rows, a little irregular, as islands of a map. */
const islands = (count) => Array.from({ length: count }, (_, at) => [((at * 37) % 101) / 101, Math.floor(at / 12) / (count / 12) + (at % 3) * 0.004]);
const covers = ({ x, y, wide, high }, [u, v], scale, radius) => Math.hypot(
  Math.max(0, Math.abs(u * scale - x) - wide), Math.max(0, Math.abs(v * scale - y) - high)) < radius;

/** How many of the labels at islands cover a point where the scale is so many times that of its step. */
function covering(count, growths) {
  const points = islands(count), step = scaleStep(700), labels = points.filter((_, at) => at % 9 === 4).map((at) => label("Brain decoding|and fMRI", at));
  const boxes = placeLabels(labels, points, step, measure, { radius: 6, bounds: [[0, 0], [1, 1]], rim: [60, 55] });
  assert.equal(boxes.filter(Boolean).length, labels.length);
  for (const box of boxes) assert.ok(Math.abs(box.dy) < 130 && box.x - box.wide > -60 && box.x + box.wide < Math.exp(step * 0.18) + 60);
  return growths.map((growth) => {
    const scale = Math.exp(step * 0.18) * growth, there = (box, [u, v]) => ({ ...box, x: u * scale + box.dx, y: v * scale + box.dy });
    return boxes.filter((box, at) => points.some((point) => covers(there(box, labels[at].at), point, scale, 6))).length;
  });
}

test("labels cover no point where there is room beside them, and stay near their peaks", () => {
  assert.deepEqual(covering(82, [0.92, 0.96, 1, 1.04, 1.08]), [0, 0, 0, 0, 0]);
  const [far, ...others] = covering(130, [0.92, 0.96, 1, 1.04, 1.08]);
  assert.deepEqual(others, [0, 0, 0, 0]);
  assert.ok(far < 7, `${far} of 14`);
});

test("in a dense map a label covers few points rather than going far", () => {
  const points = Array.from({ length: 4900 }, (_, at) => [(at % 70) / 70, Math.floor(at / 70) / 70]);
  const [box] = placeLabels([label("Diffusion", [0.5, 0.5])], points, scaleStep(600), measure, { radius: 2 });
  assert.ok(Math.hypot(box.dx, box.dy) < 40);
});

test("a group without papers has no label", () => {
  assert.deepEqual(placeLabels([label("Gone", null)], [[0, 0]], scaleStep(600), measure), [null]);
});

test("a line leads from a label to a peak that is not beside it", () => {
  const one = { x: 100, y: 100, wide: 30, high: 10 };
  assert.equal(leader(one, [100, 116]), null);
  assert.deepEqual(leader(one, [110, 150]), [[110, 110], [110, 150]]);
  assert.deepEqual(leader(one, [10, 100]), [[74, 100], [10, 100]]);
});

test("the step of a scale changes with a large zoom only", () => {
  assert.equal(scaleStep(600), scaleStep(605));
  assert.notEqual(scaleStep(600), scaleStep(900));
});

const SIZE = { width: 400, height: 300, inset: 100 };
const box = { dx: 0, dy: 0, wide: 40, high: 10 };

test("labels are moved inside of the map; those out of view are left out", () => {
  const seen = visibleLabels([box, box, box], [[5, 100], [295, 200], [330, 50]], SIZE);
  assert.equal(seen[0].x, 44);
  assert.equal(seen[1].x, 300 - 44);
  assert.equal(seen[2], null);
});

test("of labels that come too near each other at the side, the first one stays", () => {
  const [first, second] = visibleLabels([box, box], [[10, 100], [20, 105]], SIZE);
  assert.ok(first);
  assert.equal(second, null);
  assert.deepEqual(visibleLabels([box, box], [[10, 100], [20, 122]], SIZE).map(Boolean), [true, false], "2 px below");
  assert.deepEqual(visibleLabels([box, box], [[10, 100], [20, 124]], SIZE).map(Boolean), [true, true], "4 px below");
});

test("the label under the pointer", () => {
  const seen = visibleLabels([null, box], [[0, 0], [150, 100]], SIZE);
  assert.equal(labelAt([185, 105], seen), 1);
  assert.equal(labelAt([195, 105], seen), -1);
});

test("a narrow map shows the first line of a name", () => {
  assert.deepEqual(shownLines(["Mamba", "and vision"], 390), ["Mamba"]);
  assert.deepEqual(shownLines(["Recurrent neural networks", "and vision"], 390), ["Recurrent", "neural networks"]);
  assert.deepEqual(shownLines(["Mamba", "and vision"], 900), ["Mamba", "and vision"]);
});

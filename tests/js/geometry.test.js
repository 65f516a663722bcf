import assert from "node:assert/strict";
import { test } from "node:test";

import {
  between, beyond, isInside, nearest, peak, pointRadius, toPlace, toPoint, wholeView, zoomed,
} from "../../ui/web/static/papers/geometry.js";

const SIZE = { width: 1000, height: 800 };
const VIEW = { x: 0.4, y: 0.6, scale: 500 };

function near(found, wanted, tolerance = 1e-9) {
  found.forEach((value, at) => assert.ok(Math.abs(value - wanted[at]) < tolerance, `${found} is not ${wanted}`));
}

test("the middle of the view lies in the middle of the canvas", () => {
  assert.deepEqual(toPlace([0.4, 0.6], VIEW, SIZE), [500, 400]);
  assert.deepEqual(toPlace([0.5, 0.6], VIEW, SIZE).map(Math.round), [550, 400]);
});

test("a place leads back to its point", () => {
  near(toPoint(toPlace([0.123, 0.987], VIEW, SIZE), VIEW, SIZE), [0.123, 0.987]);
});

test("the whole view shows every point beside what covers the map", () => {
  const points = [[0, 0], [1, 0.2], [0.3, 1]];
  for (const inset of [0, 420]) {
    const view = wholeView(points, { ...SIZE, inset });
    for (const [x, y] of points.map((point) => toPlace(point, view, SIZE))) {
      assert.ok(x >= 28 && x <= SIZE.width - inset - 28, `${x}`);
      assert.ok(y >= 28 && y <= SIZE.height - 28, `${y}`);
    }
  }
});

test("papers that lie close together or on one another are not torn apart", () => {
  assert.equal(wholeView([[0.5, 0.5], [0.5001, 0.5]], SIZE).scale, 2400);
  assert.equal(wholeView([[0.5, 0.5]], SIZE).x, 0.5);
});

test("a hundred thousand papers have a whole view", () => {
  const points = Array.from({ length: 200_000 }, (_, at) => [at / 200_000, 0.5]);
  assert.ok(Number.isFinite(wholeView(points, SIZE).scale));
});

test("a zoom keeps the point under the pointer", () => {
  const place = [130, 700], point = toPoint(place, VIEW, SIZE), closer = zoomed(VIEW, 1.6, place, SIZE);
  assert.equal(closer.scale, 800);
  near(toPlace(point, closer, SIZE), place);
});

test("a zoom ends at the smallest and the largest scale", () => {
  assert.equal(zoomed(VIEW, 0.001, [0, 0], { ...SIZE, least: 200 }).scale, 200);
  assert.equal(zoomed(VIEW, 1e6, [0, 0], SIZE).scale, 60_000);
});

test("an animation begins and ends where it should, and slows down", () => {
  const from = { x: 0, y: 0, scale: 100 }, to = { x: 1, y: 2, scale: 300 };
  assert.deepEqual(between(from, to, 0), from);
  assert.deepEqual(between(from, to, 1), to);
  assert.ok(between(from, to, 0.5).x > 0.8);
});

test("how far something lies outside", () => {
  assert.deepEqual([5, 20, 35].map((place) => beyond(place, 10, 30)), [-5, 0, 5]);
});

test("a group's peak is its member where its members are most dense", () => {
  const points = [[0.1, 0.1], [0.8, 0.8], [0.81, 0.8], [0.8, 0.81], [0.1, 0.11]];
  assert.deepEqual(peak(points, [0, 0, 0, 0, 1], 0), [0.8, 0.8]);
  assert.deepEqual(peak(points, [0, 0, 0, 0, 1], 1), [0.1, 0.11]);
});

test("the nearest place within reach, without those that do not count", () => {
  const places = [[0, 0], [10, 0], [12, 0]];
  assert.equal(nearest(3, (at) => places[at], [11.5, 0], 5), 2);
  assert.equal(nearest(3, (at) => (at === 2 ? null : places[at]), [11.5, 0], 5), 1);
  assert.equal(nearest(3, (at) => places[at], [40, 0], 5), -1);
});

test("a lasso takes what lies inside, also of a path that turns inwards", () => {
  const cove = [[0, 0], [10, 0], [10, 10], [5, 4], [0, 10]];
  assert.equal(isInside([2, 2], cove), true);
  assert.equal(isInside([5, 8], cove), false);
  assert.equal(isInside([11, 5], cove), false);
});

test("points get smaller with their number and larger with the view", () => {
  assert.ok(pointRadius(80, 400, 400) > pointRadius(5000, 400, 400));
  assert.ok(pointRadius(80, 800, 400) > pointRadius(80, 400, 400));
  assert.equal(pointRadius(1, 1e9, 1), 9);
});

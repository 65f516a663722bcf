import assert from "node:assert/strict";
import { test } from "node:test";

import { cloudOf } from "../../ui/web/static/papers/cloud.js";
import { CELL, densityOf, inView } from "../../ui/web/static/papers/density.js";
import { builtRows, paceOf } from "../../ui/web/static/papers/rows.js";
import { RowStore } from "../../ui/web/static/papers/store.js";
import { unpack } from "../../ui/web/static/shared/packed.js";

const SIZE = { width: 400, height: 200 };
const VIEW = { x: 0.5, y: 0.5, scale: 400 };
const packed = (numbers, Kind) => Buffer.from(new Kind(numbers).buffer).toString("base64");

test("numbers are unpacked as they were packed", () => {
  assert.deepEqual([...unpack(packed([1, 70_000, 4_000_000_000], Uint32Array))], [1, 70_000, 4_000_000_000]);
  assert.deepEqual([...unpack(packed([3, 65_535], Uint16Array), Uint16Array)], [3, 65_535]);
  assert.equal(unpack("").length, 0);
});

test("a cloud has every point, and a sample with each group", () => {
  const count = 12_000, labels = new Array(count).fill(0);
  labels[11_999] = 1;
  const pairs = Array.from({ length: count }, (_, at) => [at % 100, 50]).flat();
  const cloud = cloudOf({ points: packed(pairs, Uint16Array), labels: packed(labels, Uint8Array), units: 100, groups: [{}, {}] });
  assert.equal(cloud.xs.length, count);
  assert.ok(Math.abs(cloud.xs[25] - 0.25) < 1e-6);
  assert.ok(cloud.some.points.length <= 5001 && cloud.some.labels.includes(1));
  assert.deepEqual(cloud.corners.map(([x]) => Math.round(x * 100)), [0, 99]);
});

test("what can be seen, the dimmed apart", () => {
  const points = { xs: [0.5, 0.51, 5], ys: [0.5, 0.5, 0.5], dim: [0, 1, 0] };
  assert.deepEqual(inView(points, VIEW, SIZE), { lit: [0], dimmed: [1] });
  assert.deepEqual(inView({ ...points, dim: null }, VIEW, SIZE), { lit: [0, 1], dimmed: [] });
});

function alphaAt(picture, x, y) {
  const column = Math.floor((x - picture.x) / CELL), row = Math.floor((y - picture.y) / CELL);
  return picture.data[(row * picture.across + column) * 4 + 3];
}

test("the more points lie somewhere, the stronger the colour there", () => {
  const xs = [...new Array(50).fill(0.4), 0.6], ys = xs.map(() => 0.5), all = xs.map((_, at) => at);
  const picture = densityOf({ xs, ys }, all, VIEW, SIZE, () => [200, 10, 10], 1);
  const place = (x) => (x - VIEW.x) * VIEW.scale + SIZE.width / 2;
  const [many, one] = [0.4, 0.6].map((x) => alphaAt(picture, place(x), 100));
  assert.equal(many, 255);
  assert.ok(one > 0 && one < many, `${one}`);
  assert.equal(alphaAt(picture, 390, 190), 0);
  const most = picture.data.indexOf(255, 3) - 3;
  assert.deepEqual([...picture.data.slice(most, most + 3)], [200, 10, 10]);
});

test("a heat map stays as it is while one pans by less than a square", () => {
  const draw = (x) => densityOf({ xs: [0.5], ys: [0.5] }, [0], { ...VIEW, x }, SIZE, () => [0, 0, 0], 1);
  const [before, after] = [0.5, 0.5 + 1 / VIEW.scale].map(draw);
  assert.deepEqual(before.data, after.data);
  assert.ok(Math.abs(after.x - (before.x - 1)) < 1e-9);
});

const row = (at) => ({ at, id: `x${at}`, title: `Paper ${at}` });
const settled = () => new Promise((done) => { setTimeout(done, 120); });

function storeOf(more = {}) {
  const asked = [], shown = [];
  const ask = async (name, given) => { asked.push(given.places); return { key: given.key, rows: given.places.map(row) }; };
  const store = new RowStore({ ask, onRows: (places) => shown.push(places), isWanted: () => true, onOutdated: () => {}, ...more });
  store.open({ key: "k", rows: [row(0)] });
  return { store, asked, shown };
}

test("rows that are missing are asked for together, and once", async () => {
  const { store, asked, shown } = storeOf();
  assert.equal(store.row(0).title, "Paper 0");
  assert.deepEqual([7, 8, 7].map((at) => store.row(at).title), ["…", "…", "…"]);
  await settled();
  assert.deepEqual(asked, [[7, 8]]);
  assert.deepEqual(shown, [[7, 8]]);
  assert.equal(store.row(8).id, "x8");
});

test("rows that are scrolled out of view again are not asked for", async () => {
  const { store, asked } = storeOf({ isWanted: (at) => at > 100 });
  for (const at of [50, 51, 150]) store.row(at);
  await settled();
  assert.deepEqual(asked, [[150]]);
});

test("a server that does not answer is asked again after a while", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const after = async (time) => { mock.timers.tick(time); for (let at = 0; at < 9; at++) await Promise.resolve(); };
  let asked = 0;
  const { store } = storeOf({ ask: async () => { asked++; return null; }, onRows: (places) => places.forEach((at) => store.row(at)) });
  store.row(7);
  for (let time = 0; time < 1000; time += 50) await after(50);
  assert.equal(asked, 1);
  await after(2500);
  await after(50);
  assert.equal(asked, 2);
});

test("a store of rows does not grow without end", async () => {
  const { store } = storeOf();
  const all = Array.from({ length: 9000 }, (_, at) => at);
  const rows = await store.load(all);
  assert.deepEqual(rows.map(({ at }) => at), all, "whoever asks for many gets them all");
  assert.equal(store.rows.size, 4000);
  assert.ok(store.get(8999) && !store.get(1));
});

test("an outdated table is said so, and no row of another one is shown", async () => {
  let outdated = 0;
  const { store } = storeOf({ ask: async () => ({ key: "other", rows: [] }), onOutdated: () => { outdated++; } });
  assert.equal(await store.load([5]), null);
  assert.equal(outdated, 1);
});

test("a table of a million rows is no taller than browsers allow, and ends with its last row", () => {
  assert.equal(paceOf(100_000, 61, 600), 1);
  const pace = paceOf(1_000_000, 61, 600), end = 15_000_000 - 600;
  assert.deepEqual(builtRows({ scrollTop: end * pace, clientHeight: 600 }, 61, 1_000_000).at(-1), 1_000_000);
  assert.ok(Math.abs(end * pace + 600 - 61_000_000) < 1);
  assert.equal(builtRows({ scrollTop: 0, clientHeight: 600 }, 61, 1_000_000)[0], 0);
});

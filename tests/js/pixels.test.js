import assert from "node:assert/strict";
import { test } from "node:test";

import { disc, drawDisc } from "../../ui/web/static/papers/pixels.js";

const picture = (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) });
const pixel = ({ data, width }, x, y) => [...data.slice(4 * (y * width + x), 4 * (y * width + x) + 4)];

test("a disc covers about its area", () => {
  for (const radius of [2.1, 4, 9]) {
    const area = disc(radius).cover.reduce((sum, cover) => sum + cover, 0);
    assert.ok(Math.abs(area / (Math.PI * radius ** 2) - 1) < 0.05, `${radius}: ${area}`);
  }
});

test("a disc is drawn in its colour around its middle", () => {
  const drawn = picture(9, 9);
  drawDisc(drawn, 4, 4, disc(2), [200, 100, 50], 1);
  assert.deepEqual(pixel(drawn, 4, 4), [200, 100, 50, 255]);
  assert.deepEqual(pixel(drawn, 0, 0), [0, 0, 0, 0]);
});

test("a disc at the edge writes nothing on the other side", () => {
  const drawn = picture(9, 9);
  drawDisc(drawn, 0, 4, disc(2), [200, 100, 50], 1);
  assert.deepEqual(pixel(drawn, 8, 3), [0, 0, 0, 0]);
  assert.equal(pixel(drawn, 0, 4)[3], 255);
});

test("a half transparent disc mixes with what is there", () => {
  const drawn = picture(3, 3);
  drawDisc(drawn, 1, 1, disc(1), [0, 0, 0], 1);
  drawDisc(drawn, 1, 1, disc(1), [200, 100, 50], 0.5);
  assert.deepEqual(pixel(drawn, 1, 1), [100, 50, 25, 255]);
});

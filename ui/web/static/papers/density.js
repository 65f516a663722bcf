// Points too many to draw one by one, as a heat map: the more points, the stronger their colour.

export const CROWD = 5000; // points in view from which on they are drawn as a heat map
export const CELL = 4; // pixels; points are counted in squares of this size
const ROUNDS = 2; // of a box blur over three squares, about a Gaussian
const WEIGHT = 4, RANGE = 40; // numbers of a square (points, red, green, blue); the densest is so many times the faintest

/** The points that can be seen, as lists of indexes: `lit`, and `dimmed` ones (where `dim` is 1). */
export function inView({ xs, ys, dim }, view, { width, height }, edge = 12) {
  const lit = [], dimmed = [], wide = (width / 2 + edge) / view.scale, high = (height / 2 + edge) / view.scale;
  for (let at = 0; at < xs.length; at++) {
    if (Math.abs(xs[at] - view.x) < wide && Math.abs(ys[at] - view.y) < high) (dim?.[at] ? dimmed : lit).push(at);
  }
  return { lit, dimmed };
}

/**
 * A small picture of the density of the points `which`, one pixel for each square of CELL pixels: {across, down, x, y,
 * data}, where (x, y) is its place on the canvas. `colourOf(at)` is [red, green, blue], and `strength` the opacity of
 * the densest square. Squares lie fast on the map, so that the picture does not flicker while one pans.
 */
export function densityOf({ xs, ys }, which, view, { width, height }, colourOf, strength) {
  const left = Math.floor((view.x * view.scale - width / 2) / CELL) - 1, top = Math.floor((view.y * view.scale - height / 2) / CELL) - 1;
  const across = Math.ceil(width / CELL) + 3, down = Math.ceil(height / CELL) + 3, sums = new Float32Array(across * down * WEIGHT);
  const step = view.scale / CELL;
  for (const at of which) {
    const column = Math.floor(xs[at] * step) - left, row = Math.floor(ys[at] * step) - top;
    if (column < 0 || row < 0 || column >= across || row >= down) continue;
    const to = (row * across + column) * WEIGHT, colour = colourOf(at);
    sums[to]++;
    for (let part = 0; part < 3; part++) sums[to + 1 + part] += colour[part];
  }
  const soft = blurred(sums, across, down);
  return {
    across, down, data: pixelsOf(soft, strength),
    x: left * CELL - (view.x * view.scale - width / 2), y: top * CELL - (view.y * view.scale - height / 2),
  };
}

/** The mean of each square and its neighbours, twice. */
function blurred(sums, across, down) {
  let from = sums, to = new Float32Array(sums.length);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [step, length, count] of [[WEIGHT, across, down], [across * WEIGHT, down, across]]) {
      const next = step === WEIGHT ? across * WEIGHT : WEIGHT;
      for (let line = 0; line < count; line++) blurLine(from, to, line * next, step, length);
      [from, to] = [to, from];
    }
  }
  return from;
}

function blurLine(from, to, start, step, length) {
  for (let at = 0; at < length; at++) {
    const here = start + at * step, before = at ? here - step : here, after = at < length - 1 ? here + step : here;
    for (let part = 0; part < WEIGHT; part++) to[here + part] = (from[before + part] + from[here + part] + from[after + part]) / 3;
  }
}

function pixelsOf(sums, strength) {
  const data = new Uint8ClampedArray(sums.length);
  let most = 0;
  for (let at = 0; at < sums.length; at += WEIGHT) most = Math.max(most, sums[at]);
  const scale = RANGE / (most || 1), whole = Math.log1p(RANGE);
  for (let at = 0; at < sums.length; at += WEIGHT) {
    const points = sums[at];
    if (!points) continue;
    for (let part = 0; part < 3; part++) data[at + part] = sums[at + 1 + part] / points;
    data[at + 3] = 255 * strength * Math.log1p(points * scale) / whole;
  }
  return data;
}

// Places the names of the groups on the map. A label is {lines, at}: its text, and its group's peak as a
// point; a box is {x, y, dx, dy, wide, high}, with half its width and half its height, in pixels.

const STEP = 0.18; // of the logarithm of the scale; labels keep their places within a step
const LINE = 7.5; // half the height of a line, in pixels
const CELL = 4; // pixels; points are counted in squares of this size
const ACROSS = 12, DOWN = 6; // pixels from one place that is tried to the next
const REACH = 130; // pixels that a label may be away from its peak
const DEAR = 90, FEW = 200; // pixels that are as bad as covering one of so many points; of more it matters less
const LONG = 60; // pixels from which on a way counts more than twice: long lines to labels cross each other
const COSTLY = 220; // what a place may cost; a label without a better one is left out
const ASIDE = 0.15; // pixels that a pixel to the side of the peak is as bad as
const NARROW = 560, SHORT = 15; // pixels; characters of a line on a narrower map
const APART = 4; // pixels between the boxes of two labels
const GROWTH = [-STEP / 2, 0, STEP / 2].map(Math.exp); // of the scale within a step
const WEIGHTS = [0.25, 1, 0.25]; // of points that are covered there: the whole map is in the middle of its step
const LED = 13; // pixels between a label and its peak from which on a line connects them

/** The step of a scale, counted from that of the whole map, so that labels do not jump while one zooms a little. */
export const scaleStep = (scale, whole = 1) => Math.round(Math.log(scale / whole) / STEP);

/** Whether two boxes keep a distance where the peaks are `growth` times as far from each other. */
function areApart(a, b, growth = 1, least = APART) {
  const [across, down] = [["x", "dx", "wide"], ["y", "dy", "high"]].map(([place, offset, half]) =>
    Math.abs((a[place] - a[offset] - b[place] + b[offset]) * growth + a[offset] - b[offset]) - a[half] - b[half]);
  return across >= least || down >= least;
}

/**
 * How many points, as places in pixels from a peak, a box touches that is `dx`, `dy` from there and reaches at most
 * `reach` = [x, y]: a function of a box. It looks at sums over the squares of a grid, so that each box takes the same short time.
 */
function crowdAround(places, reach) {
  const low = reach.map((length) => -length);
  const [across, down] = reach.map((length) => Math.ceil((2 * length) / CELL) + 2), sums = new Float32Array((across + 1) * (down + 1));
  for (const [x, y] of places) {
    const column = Math.floor((x - low[0]) / CELL), row = Math.floor((y - low[1]) / CELL);
    if (column >= 0 && row >= 0 && column < across && row < down) sums[(row + 1) * (across + 1) + column + 1]++;
  }
  for (let row = 1; row <= down; row++) {
    for (let column = 1; column <= across; column++) {
      const at = row * (across + 1) + column;
      sums[at] += sums[at - 1] + sums[at - across - 1] - sums[at - across - 2];
    }
  }
  const edge = (place, axis, most) => Math.max(0, Math.min(most, Math.floor((place - low[axis]) / CELL)));
  return ({ dx, dy, wide, high }, radius) => {
    const left = edge(dx - wide - radius, 0, across), right = edge(dx + wide + radius + CELL, 0, across);
    const top = edge(dy - high - radius, 1, down) * (across + 1), bottom = edge(dy + high + radius + CELL, 1, down) * (across + 1);
    return sums[bottom + right] - sums[top + right] - sums[bottom + left] + sums[top + left];
  };
}

/** How far a place is outside of a box, in pixels. */
const gap = ({ x, y, wide, high }, [u, v]) => Math.hypot(Math.max(0, Math.abs(u - x) - wide), Math.max(0, Math.abs(v - y) - high));

/**
 * A box for each label near its group's peak, where it covers no point if there is such a place, or null where there is no
 * room beside other labels. `measure(text)` gives the width of a line, `whole` is the scale of the whole map, `radius` is that of
 * a point, and `bounds` are the corners of what the labels must not leave, as points, with `rim` = [x, y] pixels around. A
 * place may cost `most`, in pixels of distance. The places depend on the step of the scale alone, so nothing moves while one pans.
 */
export function placeLabels(labels, points, step, measure, { whole = 1, radius = 3, bounds = null, rim = [0, 0], most = COSTLY } = {}) {
  const scale = whole * Math.exp(step * STEP), taken = [];
  const dear = DEAR * Math.min(1, FEW / points.length), inside = bounds && fence(bounds, scale, rim);
  return labels.map(({ lines, at }) => {
    if (!at) return null; // a group that has no papers any more
    const size = { wide: Math.max(...lines.map(measure)) / 2 + 3, high: lines.length * LINE + 2 };
    const peak = [at[0] * scale, at[1] * scale], reach = [2 * size.wide + REACH, 2 * size.high + REACH];
    const crowds = GROWTH.map((growth) => crowdAround(
      points.map((point) => point.map((side, axis) => (side - at[axis]) * scale * growth)), reach.map((length) => length + radius + CELL)));
    let best = null, least = most;
    for (const dx of steps(size.wide + REACH, ACROSS)) for (const dy of steps(size.high + REACH, DOWN)) {
      const box = { x: peak[0] + dx, y: peak[1] + dy, dx, dy, ...size };
      const away = gap(box, peak), far = away + away ** 2 / LONG + ASIDE * Math.abs(dx);
      if (far >= least || (inside && !inside(box))) continue;
      if (!taken.every((other) => GROWTH.every((growth) => areApart(box, other, growth)))) continue;
      const cost = far + dear * crowds.reduce((sum, crowd, part) => sum + WEIGHTS[part] * crowd(box, radius), 0);
      if (cost < least) [best, least] = [box, cost];
    }
    if (best) taken.push(best);
    return best;
  });
}

/** 0, -step, step, -2 step, … up to `most`. */
function steps(most, step) {
  return [0, ...Array.from({ length: Math.floor(most / step) }, (_, at) => (at + 1) * step).flatMap((value) => [-value, value])];
}

/** Whether a box lies within corners, and so many pixels around them, across and down. */
function fence([[left, top], [right, bottom]], scale, [aside, above]) {
  return ({ x, y, wide, high }) => x - wide > left * scale - aside && x + wide < right * scale + aside
    && y - high > top * scale - above && y + high < bottom * scale + above;
}

/**
 * The boxes that can be seen, around places of the canvas: `peaks` has the place of each label's peak. They are
 * moved inside of the map's left and right side; those that then come too near an earlier one are left out (null).
 */
export function visibleLabels(boxes, peaks, { width, height, inset = 0 }) {
  const taken = [], right = width - inset;
  return boxes.map((box, label) => {
    const [x, y] = peaks[label];
    if (!box || x < -10 || x > right + 10 || y < -30 || y > height + 30) return null;
    const seen = { ...box, x: Math.max(box.wide + 4, Math.min(x + box.dx, right - box.wide - 4)), y: y + box.dy };
    if (!taken.every((other) => areApart(seen, other, 1, APART - 1))) return null; // a pixel less, or rounding would hide some
    taken.push(seen);
    return seen;
  });
}

/** The line from a label's edge to its peak, [from, to]; null where the label is beside it anyhow. */
export function leader(box, [x, y]) {
  if (gap(box, [x, y]) < LED) return null;
  const clamp = (value, middle, half) => Math.max(middle - half, Math.min(value, middle + half));
  return [[clamp(x, box.x, box.wide - 4), clamp(y, box.y, box.high)], [x, y]];
}

/** The label at a place of the canvas, or -1. */
export function labelAt([x, y], seen) {
  return seen.findIndex((box) => box && Math.abs(x - box.x) < box.wide && Math.abs(y - box.y) < box.high);
}

/** On a narrow map there is room only for the first line of a name, in short lines. */
export const shownLines = (lines, width) => (width < NARROW ? broken(lines[0]) : lines);

/** And only for labels near their peaks: the others come as one zooms in. */
export const mostCost = (width) => (width < NARROW ? 0.7 * COSTLY : COSTLY);

function broken(text) {
  return text.split(" ").reduce((lines, word) => {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    return lines.length && longer.length <= SHORT ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
}

// Places the names of the groups on the map. A label is {lines, at}: its text, and its group's peak as a
// point; a box is {x, y, dx, dy, wide, high}, with half its width and half its height, in pixels.

const CELL = 14; // pixels; the crowd of points is counted by cells of this size
const STEP = 0.18; // of the logarithm of the scale; labels keep their places within a step
const LINE = 7.5; // half the height of a line, in pixels
const UP = [0, -1, 1, -2, 2, -3, 3]; // places that are tried, in steps of 14 pixels
const ASIDE = [0, -0.6, 0.6, -1.1, 1.1]; // and in half widths

/** The step of a scale, so that labels do not jump while one zooms a little. */
export const scaleStep = (scale) => Math.round(Math.log(scale) / STEP);

const overlaps = (a, b) => Math.abs(a.x - b.x) < a.wide + b.wide && Math.abs(a.y - b.y) < a.high + b.high;

/** How many points lie in the cells under a box, for points at a scale. */
function crowdOf(points, scale) {
  const counts = new Map(), cell = (place) => Math.floor(place / CELL);
  for (const [x, y] of points) {
    const key = `${cell(x * scale)} ${cell(y * scale)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return ({ x, y, wide, high }) => {
    let sum = 0;
    for (let across = cell(x - wide); across <= (x + wide) / CELL; across++) {
      for (let down = cell(y - high); down <= (y + high) / CELL; down++) sum += counts.get(`${across} ${down}`) ?? 0;
    }
    return sum;
  };
}

/**
 * A box for each label, at the best place near its group's peak, or null where there is no room. `measure(text)`
 * gives the width of a line. The places depend on the step of the scale alone, so nothing moves while one pans.
 */
export function placeLabels(labels, points, step, measure) {
  const scale = Math.exp(step * STEP), crowd = crowdOf(points, scale), taken = [];
  const weight = Math.min(2, 160 / points.length); // what covering one point costs
  return labels.map(({ lines, at }) => {
    const wide = Math.max(...lines.map(measure)) / 2 + 3, high = lines.length * LINE + 2;
    let best = null, least = Infinity;
    for (const up of UP) for (const aside of ASIDE) {
      const dx = aside * wide, dy = up * 14, box = { x: at[0] * scale + dx, y: at[1] * scale + dy, dx, dy, wide, high };
      if (taken.some((other) => overlaps(box, other))) continue;
      const cost = crowd(box) * weight + Math.hypot(dx, dy * 1.5) / 26;
      if (cost < least) [best, least] = [box, cost];
    }
    if (best) taken.push(best);
    return best;
  });
}

/**
 * The boxes that can be seen, around places of the canvas: `peaks` has the place of each label's peak. They are
 * moved inside of the map's left and right side; those that then overlap an earlier one are left out (null).
 */
export function visibleLabels(boxes, peaks, { width, height, inset = 0 }) {
  const taken = [], right = width - inset;
  return boxes.map((box, label) => {
    const [x, y] = peaks[label];
    if (!box || x < -10 || x > right + 10 || y < -30 || y > height + 30) return null;
    const seen = { ...box, x: Math.max(box.wide + 4, Math.min(x + box.dx, right - box.wide - 4)), y: y + box.dy };
    const tight = { ...seen, wide: seen.wide - 8, high: seen.high - 4 }; // labels may touch a little
    if (taken.some((other) => overlaps(tight, other))) return null;
    taken.push(seen);
    return seen;
  });
}

/** The label at a place of the canvas, or -1. */
export function labelAt([x, y], seen) {
  return seen.findIndex((box) => box && Math.abs(x - box.x) < box.wide && Math.abs(y - box.y) < box.high);
}

/** On a narrow map there is room only for a group's first line. */
export const shownLines = (lines, width) => (width < 560 ? lines.slice(0, 1) : lines);

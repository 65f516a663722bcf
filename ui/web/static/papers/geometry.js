// The geometry of the map. A point is [x, y] of the corpus map, 0 to 1 both ways; a place is [x, y] in pixels
// of the canvas. A view is {x, y, scale}: the point in the middle of the canvas, and the pixels of one unit.

const LARGEST_SCALE = 60_000;
const LARGEST_FIT = 2400; // few papers must not lie far apart
const SMALLEST_SPREAD = 0.05; // units; papers on one line still have a height
const KERNEL = 0.004; // of the density around a point: twice the variance, in units squared
const DENSITY_SAMPLE = 250; // points that the density is estimated from

export function toPlace([x, y], view, { width, height }) {
  return [(x - view.x) * view.scale + width / 2, (y - view.y) * view.scale + height / 2];
}

export function toPoint([x, y], view, { width, height }) {
  return [(x - width / 2) / view.scale + view.x, (y - height / 2) / view.scale + view.y];
}

/** How many pixels there are beside the points that lie furthest out, [across, down]. */
export const rimOf = ({ width }) => [width < 560 ? 28 : 60, 55];

/** The view that shows all points in a canvas of {width, height}, of which `inset` at the right is covered. */
export function wholeView(points, { width, height, inset = 0 }) {
  const [across, down] = [0, 1].map((axis) => extent(points.map((point) => point[axis])));
  const rim = rimOf({ width });
  const room = [width - inset - 2 * rim[0], height - 2 * rim[1]].map((side) => Math.max(60, side));
  const scales = [across, down].map(([low, high], axis) => room[axis] / Math.max(high - low, SMALLEST_SPREAD));
  const scale = Math.min(...scales, LARGEST_FIT);
  return { x: (across[0] + across[1]) / 2 + inset / 2 / scale, y: (down[0] + down[1]) / 2, scale };
}

// Math.min(...values) fails for a hundred thousand papers: so many arguments are not allowed.
function extent(values) {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
}

/** The view after a zoom by `factor`, in which the point at `place` stays where it is. */
export function zoomed(view, factor, place, { width, height, least = 0 }) {
  const scale = Math.max(least, Math.min(view.scale * factor, LARGEST_SCALE));
  const [x, y] = toPoint(place, view, { width, height });
  return { x: x - (place[0] - width / 2) / scale, y: y - (place[1] - height / 2) / scale, scale };
}

/** A view on the way from one to another; `part` is 0 at the start and 1 at the end. */
export function between(from, to, part) {
  const eased = 1 - (1 - part) ** 3;
  return Object.fromEntries(["x", "y", "scale"].map((key) => [key, from[key] + (to[key] - from[key]) * eased]));
}

/** How far a place is outside of the range from `low` to `high`; 0 inside. */
export function beyond(place, low, high) { return place < low ? place - low : place > high ? place - high : 0; }

/** The member of a group with the highest density of the group around it (a Gaussian kernel on a sample); null without members. */
export function peak(points, labels, group) {
  const members = points.filter((_, at) => labels[at] === group);
  if (!members.length) return null;
  const sample = members.filter((_, at) => at % Math.ceil(members.length / DENSITY_SAMPLE) === 0);
  const density = ([x, y]) => sample.reduce((sum, [u, v]) => sum + Math.exp(-((x - u) ** 2 + (y - v) ** 2) / KERNEL), 0);
  return sample.map((point) => [density(point), point]).reduce((a, b) => (b[0] > a[0] ? b : a))[1];
}

/**
 * The index of what is nearest to `place` and less than `reach` pixels away, or -1. `placeOf(at)` gives the
 * places of `count` things, and null for one that does not count.
 */
export function nearest(count, placeOf, [x, y], reach) {
  let best = -1, least = reach ** 2;
  for (let at = 0; at < count; at++) {
    const other = placeOf(at);
    if (!other) continue;
    const distance = (other[0] - x) ** 2 + (other[1] - y) ** 2;
    if (distance < least) [best, least] = [at, distance];
  }
  return best;
}

/** Whether a point lies inside of a closed path (the even-odd rule). */
export function isInside([x, y], path) {
  return path.reduce((inside, [u, v], at) => {
    const [p, q] = path.at(at - 1);
    return v > y !== q > y && x < ((p - u) * (y - v)) / (q - v) + u ? !inside : inside;
  }, false);
}

/** The radius of a point in pixels: smaller for more papers, larger for a closer view. */
export function pointRadius(count, scale, wholeScale) {
  const base = Math.max(2.1, Math.min(6.5, 26 / Math.sqrt(Math.sqrt(count) * 2)));
  return Math.min(9, base * (scale / wholeScale) ** 0.3);
}

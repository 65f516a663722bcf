// The points of the map: coordinates of all papers, and a sample of them for whatever needs no more.

import { unpack } from "../shared/packed.js";

const SAMPLE = 5000; // points from which labels and colours are placed

/** What the server sends as `draw_map`, unpacked: {xs, ys, labels, some, corners}, coordinates from 0 to 1. */
export function cloudOf({ points, labels, units, groups }) {
  const packed = unpack(points, Uint16Array), count = packed.length / 2;
  const cloud = { xs: new Float32Array(count), ys: new Float32Array(count), labels: unpack(labels, Uint8Array) };
  for (let at = 0; at < count; at++) {
    cloud.xs[at] = packed[2 * at] / units;
    cloud.ys[at] = packed[2 * at + 1] / units;
  }
  return { ...cloud, some: sampleOf(cloud, groups.length), corners: cornersOf(cloud) };
}

/** Evenly spread papers, at least one of each group, as {points, labels}: a point is [x, y]. */
function sampleOf({ xs, ys, labels }, groups) {
  const step = Math.ceil(xs.length / SAMPLE), places = [], without = new Set(Array.from({ length: groups }, (_, at) => at));
  for (let at = 0; at < xs.length; at++) {
    if (at % step && !without.has(labels[at])) continue;
    places.push(at);
    without.delete(labels[at]);
  }
  return { points: places.map((at) => [xs[at], ys[at]]), labels: places.map((at) => labels[at]) };
}

/** The corners of a box around all points; none without points. */
function cornersOf({ xs, ys }) {
  if (!xs.length) return [];
  const low = (values) => values.reduce((a, b) => Math.min(a, b)), high = (values) => values.reduce((a, b) => Math.max(a, b));
  return [[low(xs), low(ys)], [high(xs), high(ys)]];
}

// What a finger that pulled a sheet wanted.

const FAR = 70; // pixels a finger has to pull it
const FAST = 0.5; // pixels a millisecond, of a flick

/** What a pull of `way` pixels (down is more than 0) in `time` milliseconds does: "close", "grow" or "". */
export function pulled(way, time) {
  const flicked = Math.abs(way) > 20 && Math.abs(way) / time > FAST;
  if (Math.abs(way) < FAR && !flicked) return "";
  return way > 0 ? "close" : "grow";
}

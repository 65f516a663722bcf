// Going over the map by the keyboard: the arrow keys lead from a paper to the next one in that direction.

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ASIDE = 2; // how much worse a pixel aside is than one ahead
const STEEPEST = 1.6; // pixels aside for a pixel ahead; what lies further aside is in another direction
const PAN = 60, ZOOM = 1.6; // pixels, and a factor

/** Of the `places` ([x, y] by index), the index of the next one from `from` in a direction; -1 if there is none. */
export function nextPlace(places, from, [right, down]) {
  let best = -1, least = Infinity;
  places.forEach(([x, y], at) => {
    const dx = x - from[0], dy = y - from[1], ahead = dx * right + dy * down, aside = Math.abs(dx * down - dy * right);
    if (ahead <= 0 || aside > ahead * STEEPEST || ahead + ASIDE * aside >= least) return;
    [best, least] = [at, ahead + ASIDE * aside];
  });
  return best;
}

/** Listens to the keys on a PointMap's canvas. `onChoose(at)` and `onWalk(at)` get a point, `onCrowd()` that there is none to walk to. */
export function walkOn(map, { onChoose, onWalk, onCrowd }) {
  const acts = {
    Enter: () => map.onOpen(map.look.hovered), " ": () => onChoose(map.look.hovered),
    "+": () => map.zoom(ZOOM, undefined, true), "-": () => map.zoom(1 / ZOOM, undefined, true), 0: () => map.fit(true),
  };
  map.canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !map.view || !map.count) return;
    const way = WAYS[event.key], act = acts[event.key === "=" ? "+" : event.key];
    if (!way && !act) return;
    event.preventDefault();
    event.stopPropagation();
    if (way) walk(map, way, onWalk, onCrowd);
    else if (map.look.hovered >= 0 || !["Enter", " "].includes(event.key)) act();
  });
  map.canvas.addEventListener("blur", () => map.hover(-1));
}

function walk(map, way, onWalk, onCrowd) {
  const points = map.walkable();
  if (!points.length) {
    const { scale } = map.view;
    map.show({ scale, x: map.view.x + way[0] * PAN / scale, y: map.view.y + way[1] * PAN / scale });
    return onCrowd();
  }
  const places = points.map((at) => map.placeOf(at)), start = [map.look.hovered, map.look.opened].find((at) => at >= 0);
  const found = start === undefined ? nearestTo(places, [map.width / 2, map.height / 2]) : nextPlace(places, map.placeOf(start), way);
  const at = found < 0 ? start : points[found];
  map.hover(at);
  map.reveal(at);
  onWalk(at);
}

function nearestTo(places, [x, y]) {
  const far = places.map(([u, v]) => Math.hypot(u - x, v - y));
  return far.indexOf(Math.min(...far));
}

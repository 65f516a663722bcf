// The title of the paper that the pointer is at, on the map.

const EDGE = 8, GAP = 16; // pixels

/** Shows `children` in `node`, above a place of a map that is `width` pixels wide, or below it. */
export function showTip(node, [x, y], width, children) {
  node.replaceChildren(...children);
  const left = Math.max(EDGE, Math.min(x - node.offsetWidth / 2, width - node.offsetWidth - EDGE));
  const top = y - node.offsetHeight - GAP;
  node.style.transform = `translate(${left}px, ${top < EDGE ? y + GAP : top}px)`;
}

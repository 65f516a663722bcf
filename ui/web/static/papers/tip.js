// The title of the paper that the pointer is at, on the map.

import { make, setHtml } from "../shared/dom.js";

const EDGE = 8, GAP = 16; // pixels

export class PaperTip {
  /** `page` has the store of rows, the map's groups and the chart. */
  constructor(node, page) { Object.assign(this, { node, page, at: -1 }); }

  /** Shows the title and the group of the paper at a place, or nothing (-1). */
  show(at) {
    this.at = at;
    this.node.hidden = at < 0;
    if (at < 0) return;
    const { store, map, chart } = this.page, row = store.row(at), title = make("strong", "", row.title);
    if (row.drawn) setHtml(title, row.drawn[0]);
    const { name } = map.groups[map.labels[at]], said = chart.look.fresh.has(at) ? `New · ${name}` : name;
    showTip(this.node, chart.placeOf(at), chart.width, [title, make("span", "", said)]);
  }
}

/** Shows `children` in `node`, above a place of a map that is `width` pixels wide, or below it. */
function showTip(node, [x, y], width, children) {
  node.replaceChildren(...children);
  const left = Math.max(EDGE, Math.min(x - node.offsetWidth / 2, width - node.offsetWidth - EDGE));
  const top = y - node.offsetHeight - GAP;
  node.style.transform = `translate(${left}px, ${top < EDGE ? y + GAP : top}px)`;
}

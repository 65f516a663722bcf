// What is new on the map: the papers that came last are ringed until they are opened, and the page says when another
// layout would show the papers better.

import { make, setText, smallButton } from "../shared/dom.js";
import { recall, store } from "../shared/storage.js";
import { newInWords, outgrownInWords, REPLACED } from "./legend.js";

const STORE = "paperchat.map.1"; // {key, seen: places, told}

export class MapNews {
  /** `chart` is the section with the map, `map` a PointMap; `layOut()` lays the map out anew. */
  constructor(chart, map, layOut) {
    Object.assign(this, { map, key: "", places: [], seen: new Set(), told: false });
    this.node = make("div", "news");
    this.node.hidden = true; // until the map is there
    this.fresh = make("button", "fresh");
    this.fresh.addEventListener("click", () => map.showAll([...map.look.fresh]));
    this.chip = make("p", "chip-new");
    this.chip.append(this.fresh, smallButton("Mark all as seen", "×", () => this.see(this.places)));
    this.said = make("p", "said-new");
    this.said.setAttribute("role", "status");
    this.text = make("span");
    this.button = make("button", "anew", "Lay out anew");
    this.button.title = "Every paper gets a new place, and the groups are found and named anew";
    this.button.addEventListener("click", layOut);
    this.done = smallButton("Close", "×", () => { this.told = true; this.keep(); this.show(); });
    for (const button of [this.fresh, this.button]) button.type = "button";
    this.said.append(this.text, this.button, this.done);
    this.node.append(this.chip, this.said);
    chart.append(this.node);
    map.onLook = ({ opened }) => { if (opened >= 0 && map.look.fresh.has(opened)) this.see([opened]); };
  }

  /** Takes what the server sent as `draw_map`. */
  set({ key, new: places, later, outgrown, instead }, count) {
    const stored = recall(STORE, {}, localStorage), mine = stored.key === key ? stored : {};
    Object.assign(this, { key, places, later, count, outgrown, instead, told: Boolean(mine.told), seen: new Set(mine.seen ?? []) });
    this.show();
  }

  /** The papers at these places need no mark any more. */
  see(places) {
    for (const at of places) this.seen.add(at);
    this.keep();
    this.show();
  }

  keep() { store(STORE, { key: this.key, seen: [...this.seen], told: this.told }, localStorage); }

  show() {
    const fresh = new Set(this.places.filter((at) => !this.seen.has(at))), { outgrown, instead, told } = this;
    const { fresh: ringed } = this.map.look;
    if (fresh.size !== ringed.size || [...fresh].some((at) => !ringed.has(at))) this.map.set({ fresh });
    this.chip.hidden = !fresh.size;
    setText(this.fresh, newInWords(fresh.size));
    this.said.hidden = !outgrown && !(instead && !told);
    setText(this.text, outgrown ? outgrownInWords(this.later, this.count) : REPLACED);
    this.button.hidden = !outgrown;
    this.done.hidden = outgrown;
    this.node.hidden = this.chip.hidden && this.said.hidden;
  }
}

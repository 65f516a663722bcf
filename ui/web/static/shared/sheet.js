// A sheet at the bottom of a phone: pulling it down closes it, pulling it up makes it tall.

import { layers } from "./layers.js";
import { pulled } from "./pulled.js";

/**
 * Makes `node` such a sheet. Its class is "up" while it is open and "tall" while it fills the screen. It scrolls itself;
 * `onClose` runs after it was closed, whatever closed it: a pull, Back, Escape or `close()`.
 */
export class BottomSheet {
  #close = () => this.#gone();
  #shrink = () => { this.node.classList.remove("tall"); this.onShrink?.(); };

  constructor(node, { head, onClose }) {
    Object.assign(this, { node, head, onClose, from: null });
    node.addEventListener("touchstart", (event) => this.#start(event), { passive: true });
    node.addEventListener("touchmove", (event) => this.#move(event), { passive: false });
    for (const kind of ["touchend", "touchcancel"]) node.addEventListener(kind, (event) => this.#end(event));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.isUp) return;
      event.stopImmediatePropagation();
      this.close();
    }, true);
  }

  get isUp() { return layers.has(this.#close); }

  open() {
    this.node.classList.add("up");
    layers.open(this.#close);
  }

  /** Makes it tall; Back makes it small again, and then `onShrink` runs. */
  grow(onShrink = null) {
    this.onShrink = onShrink;
    this.node.classList.add("tall");
    layers.open(this.#shrink);
  }

  shrink() { return layers.close(this.#shrink); }

  close() { return layers.close(this.#close); }

  #gone() {
    this.node.classList.remove("up", "tall");
    this.node.style.translate = "";
    this.onClose();
  }

  #start({ touches, timeStamp }) {
    const [touch] = touches;
    this.from = this.isUp && touches.length === 1 ? { y: touch.clientY, x: touch.clientX, at: timeStamp, way: null } : null;
  }

  /** A finger that goes down moves the sheet if it is on its head, or if nothing above can be scrolled to. */
  #move(event) {
    const { from, node } = this;
    if (!from) return;
    const way = event.touches[0].clientY - from.y, aside = Math.abs(event.touches[0].clientX - from.x);
    if (from.way === null) {
      const takes = this.head.contains(event.target) || (node.scrollTop <= 0 && way > 0);
      if (!takes || aside > Math.abs(way)) { this.from = null; return; }
    }
    event.preventDefault();
    from.way = way;
    node.style.translate = `0 ${Math.max(0, way)}px`;
  }

  #end({ timeStamp }) {
    const { from } = this;
    this.from = null;
    if (!from || from.way === null) return;
    this.node.style.translate = "";
    const wish = pulled(from.way, timeStamp - from.at);
    if (wish === "close") this.close();
    if (wish === "grow") this.grow();
  }
}

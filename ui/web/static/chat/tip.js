// The quote of a citation, shown while the pointer or the focus is on its chip.

import { make, setHtml } from "../shared/dom.js";

const EDGE = 12; // pixels between the tip and the side of the window
const GAP = 8; // pixels between the tip and its chip

export class Tip {
  /** `page` holds the chips; `node` is the tip. */
  constructor(page, node) {
    this.node = node;
    for (const [enter, leave] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
      page.addEventListener(enter, ({ target }) => {
        const chip = target.closest(".chip");
        if (chip && (enter === "mouseover" || chip.matches(":focus-visible"))) this.show(chip);
      });
      page.addEventListener(leave, ({ target }) => { if (target.closest(".chip")) this.hide(); });
    }
    page.addEventListener("scroll", () => this.hide(), { capture: true, passive: true });
  }

  show(chip) {
    const { node } = this, content = make("div");
    if (chip.dataset.tip) setHtml(content, chip.dataset.tip); // with TeX, drawn by ui/web/render/chat/answer.py
    else content.append(make("strong", "", chip.dataset.title), make("span", "", chip.dataset.quote));
    node.replaceChildren(...content.childNodes);
    node.hidden = false;
    const at = chip.getBoundingClientRect(), size = node.getBoundingClientRect();
    const left = Math.max(EDGE, Math.min(at.left + at.width / 2 - size.width / 2, innerWidth - size.width - EDGE));
    const top = at.top - size.height - GAP;
    node.style.left = `${left}px`;
    node.style.top = `${top < GAP ? at.bottom + GAP : top}px`;
    chip.setAttribute("aria-describedby", node.id);
  }

  hide() { this.node.hidden = true; }
}

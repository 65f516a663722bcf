// The blocks of an answer on the page, as ui/web/views/blocks.py makes them.

import { make, setHtml } from "../shared/dom.js";

// The element of each kind of block, and that of its parts; without one its only part is the whole inside.
const ELEMENTS = {
  taken: ["p"], lead: ["div"], count: ["p"], heading: ["h3"], said: ["p"], text: ["p", "span"], points: ["ul", "li"],
  tiles: ["ul", "li"], rest: ["p"], pointers: ["ul", "li"],
};

/** Draws the blocks into `body`. What is there already stays untouched: a screen reader reads out every change. */
export function paintBlocks(body, blocks) {
  const old = new Map([...body.children].map((node) => [node.dataset.key, node]));
  blocks.forEach(({ key, kind, parts }, place) => {
    let node = old.get(key);
    if (node?.dataset.kind === kind) old.delete(key);
    else {
      node = make(ELEMENTS[kind][0], kind);
      Object.assign(node.dataset, { key, kind });
    }
    if (body.children[place] !== node) body.insertBefore(node, body.children[place] ?? null);
    paintParts(node, ELEMENTS[kind][1], parts);
  });
  for (const node of old.values()) node.remove();
}

function paintParts(node, tag, parts) {
  if (!tag) return setHtml(node, parts[0]);
  while (node.children.length > parts.length) node.lastElementChild.remove();
  parts.forEach((html, at) => {
    if (!node.children[at]) {
      const made = make(tag, "sentence");
      made.dir = "auto";
      node.append(made, " ");
    }
    setHtml(node.children[at], html);
  });
}

/** The blocks of an answer; earlier versions stored a row of sentences. */
export function blocksOf({ blocks, sentences, kind }) {
  if (blocks) return JSON.parse(blocks);
  return sentences?.length ? [{ key: "all", kind: kind === "answer" ? "text" : "points", parts: sentences }] : [];
}

/** Shows all papers of a folded list, or the first ones again; `button` is that of a "rest". */
export function unfold(button) {
  const whole = button.getAttribute("aria-expanded") !== "true";
  button.closest(".rest").previousElementSibling.classList.toggle("whole", whole);
  button.setAttribute("aria-expanded", String(whole));
  button.textContent = whole ? button.dataset.less : button.dataset.more;
}

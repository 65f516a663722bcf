// Making and changing what is on the page.

export function make(tag, cls = "", text = "") {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  node.textContent = text;
  return node;
}

/** A button with a sign such as "×" as its text; `label` says in words what it does. */
export function smallButton(label, text, act) {
  const node = make("button", "tiny", text);
  Object.assign(node, { type: "button", title: label });
  node.setAttribute("aria-label", label);
  node.addEventListener("click", act);
  return node;
}

const written = new WeakMap(); // node -> the HTML it was given last

/** Gives a node its HTML. A node that has it already stays untouched: a screen reader reads out every change. */
export function setHtml(node, html) {
  if (written.get(node) === html) return false;
  node.innerHTML = html;
  written.set(node, html);
  return true;
}

/** Makes the next `setHtml` write, because something else changed the node. */
export function forgetHtml(node) { written.delete(node); }

export function setText(node, text) { if (node.textContent !== text) node.textContent = text; }

/** `find(selector)` and `all(selector)` inside of `root`; both take another root as their second argument. */
export function within(root) {
  return {
    find: (selector, inside = root) => inside.querySelector(selector),
    all: (selector, inside = root) => [...inside.querySelectorAll(selector)],
  };
}

/**
 * Acts on clicks in `root`: `acts` has a function for each selector. The first selector that fits what is
 * clicked, or something around it, counts; its function gets that node, and the event.
 */
export function onClick(root, acts) {
  root.addEventListener("click", (event) => {
    const selector = Object.keys(acts).find((one) => event.target.closest(one));
    if (selector) acts[selector](event.target.closest(selector), event);
  });
}

/** A line that says what went wrong, in the form that ui/web/render/basics/text.py gives it. */
export function failure(text) {
  const line = make("p", "failure", text);
  line.setAttribute("role", "alert");
  return line.outerHTML;
}

/** The character ranges of `data-spans`, such as "0-12,40-71", as [[0, 12], [40, 71]]. */
export function spansOf({ dataset }) {
  return (dataset.spans ?? "").split(",").filter(Boolean).map((span) => span.split("-").map(Number));
}

/** Those of `marks` that lie inside of one of the character ranges. */
export function marksWithin(marks, spans) {
  return [...marks].filter(({ dataset }) =>
    spans.some(([start, end]) => Number(dataset.start) >= start && Number(dataset.end) <= end));
}

// The buttons that pin quotes to the notebook.

import { make, marksWithin } from "./dom.js";
import { idOf, notebook } from "./notebook.js";

const SIGN = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 3.500h6l-1 6 3.500 3.500v2h-11v-2L10 9.500zM12 15v6"/></svg>';
const buttons = new Map(); // button -> its quote

/** A button that pins a quote ({paper, title, text, start, end, question}), or takes it out again. */
export function pinButton(pin) {
  const button = make("button", "pin");
  button.type = "button";
  button.innerHTML = SIGN;
  button.addEventListener("click", () => toggle(button, pin));
  buttons.set(button, pin);
  show(button, pin);
  return button;
}

/** Puts a button after each quote's last mark within `node`, unless it is there. */
export function pinQuotes(node, pins) {
  const marks = [...node.querySelectorAll("mark")];
  for (const pin of pins) {
    const id = idOf(pin), last = marksWithin(marks, [[pin.start, pin.end]]).pop();
    if (!last || last.nextElementSibling?.dataset.pin === id) continue;
    const button = pinButton(pin);
    button.dataset.pin = id;
    last.after(button);
  }
}

function toggle(button, pin) {
  if (notebook.has(pin)) notebook.remove([idOf(pin)]);
  else if (!notebook.add(pin)) button.title = "The browser has no room left. Remove quotes or conversations.";
}

function show(button, pin) {
  const pinned = notebook.has(pin), words = pinned ? "Take this quote out of the notebook" : "Pin this quote to the notebook";
  button.setAttribute("aria-pressed", String(pinned));
  button.setAttribute("aria-label", `Pin this quote: ${pin.text.slice(0, 60)}`);
  button.title = words;
}

notebook.onChange(() => {
  for (const [button, pin] of buttons) {
    if (button.isConnected) show(button, pin);
    else buttons.delete(button);
  }
});

// Writing over a cell, in its place.

import { make } from "../shared/dom.js";

/**
 * Puts a text box into `cell` with `value` in it. `done(words)` is called once: with what was written, or with null if nothing
 * was meant to change. Enter and leaving the box keep what was written, Escape does not.
 */
export function editCell(cell, { label, value, done }) {
  const box = make("textarea", "words"), height = cell.clientHeight;
  let over = false;
  const end = (words, stay) => {
    if (over) return;
    over = true;
    cell.classList.remove("editing");
    box.remove();
    done(words === null || words.trim() === value.trim() ? null : words.trim());
    if (stay) cell.focus({ preventScroll: true });
  };
  box.value = value;
  box.style.minHeight = `${Math.max(height - 12, 60)}px`;
  box.setAttribute("aria-label", label);
  box.setAttribute("dir", "auto");
  box.addEventListener("keydown", (event) => {
    const { key, shiftKey } = event;
    event.stopPropagation();
    if (key === "Escape") { event.preventDefault(); end(null, true); }
    if (key === "Enter" && !shiftKey) { event.preventDefault(); end(box.value, true); }
  });
  box.addEventListener("blur", () => end(box.value, false));
  cell.classList.add("editing");
  cell.replaceChildren(box);
  box.focus();
  box.select();
}

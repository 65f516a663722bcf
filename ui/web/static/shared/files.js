// Saves files and copies to the clipboard.

import { make } from "./dom.js";

/** Saves a file that the server made (ui/exports/files.py): {name, type, text}, or {name, type, base64} if it is no text. */
export function download({ name, type, text, base64 }) {
  const link = make("a"), bytes = base64 && Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  link.href = URL.createObjectURL(bytes ? new Blob([bytes], { type }) : new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Copies text, and says so on the button. */
export async function copy(text, button) {
  try { await navigator.clipboard.writeText(text); } catch { copyByCommand(text, button); } // no clipboard without https
  const label = button.querySelector(".label") ?? button;
  button.dataset.label ??= label.textContent;
  label.textContent = "Copied";
  setTimeout(() => { label.textContent = button.dataset.label; }, 1400);
}

function copyByCommand(text, button) {
  const box = make("textarea");
  box.value = text;
  button.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
}

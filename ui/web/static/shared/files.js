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

/** Copies text, and `html` beside it for programs that take rich text; says so on the button. */
export async function copy(text, button, html = "") {
  try { await write(text, html); } catch { copyByCommand(text, html); } // no clipboard without https
  const label = button.querySelector(".label") ?? button;
  button.dataset.label ??= label.textContent;
  label.textContent = "Copied";
  setTimeout(() => { label.textContent = button.dataset.label; }, 1400);
}

function write(text, html) {
  if (!html || !window.ClipboardItem) return navigator.clipboard.writeText(text);
  const forms = { "text/plain": text, "text/html": html };
  const blobs = Object.entries(forms).map(([type, said]) => [type, new Blob([said], { type })]);
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
}

function copyByCommand(text, html) {
  const give = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    if (html) event.clipboardData.setData("text/html", html);
  };
  document.addEventListener("copy", give, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", give);
}

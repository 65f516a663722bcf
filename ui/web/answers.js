// What a reader can do with an answer: copy, save, rate it. It runs in the document's head.
"use strict";

{
  const { make } = window.paperchat;

  /** Saves a file as `ui/exports.py` makes it: {name, type, text}. */
  window.paperchat.download = ({ name, type, text }) => {
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  /** Copies text; where the page may not (no https), by the old way. Says so on the button. */
  window.paperchat.copy = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = make("textarea");
      box.value = text;
      button.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    const label = button.querySelector(".label") ?? button;
    const before = button.dataset.label ?? label.textContent;
    button.dataset.label = before;
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = before; }, 1400);
  };

  const REASONS = {
    down: ["Wrong paper", "Something is missing", "Not what I asked", "It should have answered", "It should have declined"],
    up: ["Right and complete", "The right quotes"],
  };

  /** A form that asks why; `send(reason)` returns what to say then. */
  window.paperchat.askWhy = (thumb, send, close) => {
    const form = make("form", "why-form");
    const box = make("input", "reason");
    box.placeholder = thumb === "up" ? "What was good? (may stay empty)" : "What was wrong? (may stay empty)";
    box.setAttribute("aria-label", box.placeholder);
    box.maxLength = 500;
    const quick = REASONS[thumb].map((reason) => {
      const button = make("button", "quick", reason);
      button.type = "button";
      button.addEventListener("click", () => { box.value = reason; box.focus(); });
      return button;
    });
    const ok = make("button", "ok", "Send"), no = make("button", "quick", "Cancel");
    no.type = "button";
    no.addEventListener("click", close);
    form.append(...quick, box, ok, no);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      ok.disabled = true;
      const said = await send(box.value);
      if (said.html) { ok.disabled = false; form.querySelector(".failure")?.remove(); form.insertAdjacentHTML("beforeend", said.html); return; }
      form.replaceWith(make("p", "thanks", said.text));
    });
    queueMicrotask(() => box.focus());
    return form;
  };
}

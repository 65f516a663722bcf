// The form under an answer that asks why it is good or bad.

import { make } from "../shared/dom.js";

const REASONS = {
  down: ["Wrong paper", "Something is missing", "Not what I asked", "It should have answered", "It should have declined"],
  up: ["Right and complete", "The right quotes"],
};
const HINTS = { up: "What was good? (optional)", down: "What was wrong? (optional)" };

/** `send(reason)` resolves to {html}, an error, or to {text}, a line of thanks; `close` removes the form. */
export function ratingForm(thumb, send, close) {
  const form = make("form", "why-form"), box = reasonBox(HINTS[thumb]);
  const ok = make("button", "ok", "Send"), cancel = quickButton("Cancel", close);
  const quick = REASONS[thumb].map((reason) => quickButton(reason, () => { box.value = reason; box.focus(); }));
  form.append(...quick, box, ok, cancel);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    ok.disabled = true;
    const { html, text } = await send(box.value);
    if (!html) return form.replaceWith(make("p", "thanks", text));
    ok.disabled = false;
    form.querySelector(".failure")?.remove();
    form.insertAdjacentHTML("beforeend", html);
  });
  queueMicrotask(() => box.focus());
  return form;
}

function reasonBox(hint) {
  const box = make("input", "reason");
  Object.assign(box, { placeholder: hint, maxLength: 500 });
  box.setAttribute("aria-label", hint);
  return box;
}

function quickButton(text, act) {
  const button = make("button", "quick", text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

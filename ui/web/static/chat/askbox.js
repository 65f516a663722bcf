// Where a question is written.

/** The box in `form`: Enter asks, Shift and Enter begins a new line. */
export class AskBox {
  constructor(form, { onAsk, onStop }) {
    Object.assign(this, { box: form.querySelector("textarea"), send: form.querySelector(".send"), stop: form.querySelector(".stop") });
    form.addEventListener("submit", (event) => { event.preventDefault(); onAsk(this.box.value); });
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      onAsk(this.box.value);
    });
    this.box.addEventListener("input", () => this.fit());
    this.stop.addEventListener("click", onStop);
  }

  get isEmpty() { return !this.box.value; }
  get text() { return this.box.value; }
  focus() { this.box.focus(); }

  set(text) {
    this.box.value = text;
    this.fit();
  }

  /** Puts a question into the box, to be changed and asked. */
  write(text) {
    this.set(text);
    this.focus();
  }

  /** While an answer is on its way, Stop takes the place of Ask. */
  busy(busy) {
    this.stop.hidden = !busy;
    this.send.hidden = busy;
  }

  hint(text) { this.box.placeholder = text; }

  fit() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 200)}px`;
  }
}

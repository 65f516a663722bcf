// The server's status: the header asks for it (pages/head.js), the pages learn when it has changed.

const listeners = [];

/** Calls `listener` whenever the server's status has changed. */
export function onStatus(listener) { listeners.push(listener); }

export function statusChanged() { for (const listener of listeners) listener(); }

/** Calls `listener` when the number of papers has changed, as after an import. */
export function onPapers(listener) {
  const count = () => document.querySelector("#pc-head .count")?.textContent ?? "";
  let known = count();
  onStatus(() => {
    if (count() === known) return;
    known = count();
    listener();
  });
}

const returns = [];

/** Calls `listener` when the server answers again after it had gone away. */
export function onBack(listener) { returns.push(listener); }

export function isBack() { for (const listener of returns) listener(); }

// What the reader has chosen for themselves: stored in this browser, sent with each question (ui/web/mine.py).

import { recall, store } from "./storage.js";

const KEY = "paperchat.mine.1"; // {quotes, top_papers}; what is missing is as the server has it
const MOST = 100; // papers, as in ui/settings_form.py
const listeners = [];

/** {quotes: whether no language model writes, top_papers: a number, or null for the server's}. */
export function mine(storage = localStorage) {
  const { quotes, top_papers: papers } = recall(KEY, {}, storage);
  return { quotes: quotes === true, top_papers: isNumber(papers) ? papers : null };
}

const isNumber = (papers) => Number.isInteger(papers) && papers >= 1 && papers <= MOST;

/** Changes some of it; false if the browser has no room or the number is none. */
export function choose(changes, storage = localStorage) {
  const { top_papers: papers = null } = changes;
  if (papers !== null && !isNumber(papers)) return false;
  const stored = store(KEY, { ...mine(storage), ...changes }, storage);
  if (stored) changed();
  return stored;
}

/** Calls `listener` after each change, also one in another tab. */
export function onMine(listener) { listeners.push(listener); }

function changed() { for (const listener of listeners) listener(); }

globalThis.addEventListener?.("storage", ({ key }) => { if (key === KEY || key === null) changed(); });

// What is stored of the comparison on the page: the choice, the comparison as the server gave it, and how it is looked at.

import { recall, store } from "../shared/storage.js";

const KEY = "paperchat.compare.2"; // {papers, aspects, made, comparison, corrections, view}
const BEFORE = "paperchat.compare.1"; // the same with `board`, a state with HTML, until 2026

export const keep = (all, storage = localStorage) => store(KEY, all, storage) || store(KEY, { ...all, comparison: null }, storage);

export function remembered(storage = localStorage) {
  const kept = recall(KEY, null, storage);
  if (kept) return kept;
  const { board, ...before } = recall(BEFORE, {}, storage);
  return { ...before, comparison: board?.comparison ?? null };
}

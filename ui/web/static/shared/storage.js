// JSON in the browser's storage.

/** What is stored under `key`; `fallback` if there is nothing, or nothing that can be read. */
export function recall(key, fallback, storage = sessionStorage) {
  try { return JSON.parse(storage.getItem(key)) ?? fallback; } catch { return fallback; }
}

/** Stores `value`; false if the browser has no room for it or does not allow it. */
export function store(key, value, storage = sessionStorage) {
  try { storage.setItem(key, JSON.stringify(value)); return true; } catch { return false; }
}

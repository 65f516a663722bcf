// Files that were chosen or dropped, with the names of their folders.

/** Files that were chosen, as [{file, name}]. */
export const named = (files) => [...files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));

/** Whether a drag carries files. */
export const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/** The files that were dropped, with those in folders; `onFault(name)` is called for what cannot be read. */
export async function droppedFiles(items, onFault) {
  // The browser forgets the items of a drop with the first `await`, so all entries are taken before it.
  const entries = [...items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push(...named([entry]));
    else if (entry) await walk(entry, found).catch(() => onFault(entry.name));
  }
  return found;
}

/** Adds the files of an entry to `found`; hidden ones inside of folders are left out. */
export async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, name: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  for (;;) { // a folder is read a hundred entries at a time
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length) return;
    for (const inner of entries) if (!inner.name.startsWith(".")) await walk(inner, found);
  }
}

const SOON = 2; // seconds; shorter waits are not worth telling

/** What is being sent, the file at `at` of several, and about how long it takes after `seconds` of it. */
export function describeSending(files, at, seconds) {
  const { name } = files[at];
  if (files.length === 1) return `Sending ${name}`;
  const left = at ? Math.round((seconds / at) * (files.length - at)) : 0;
  return `Sending ${at + 1} of ${files.length} files: ${name}${left > SOON ? ` · about ${left} s left` : ""}`;
}

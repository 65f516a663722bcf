// What is said about the map as a whole.

import { CROWD } from "./density.js";

const inEnglish = (count) => count.toLocaleString("en");

export function waitingFor(count) { return `Drawing the map${count > CROWD ? ", which takes a minute or two" : ""}…`; }

/** What a map says that shows the density of many papers; empty for fewer. */
export function legendOf(projected, count) {
  if (count <= CROWD) return "";
  const sample = `A sample of ${inEnglish(projected)} papers was laid out; the others lie among their nearest.`;
  return `Stronger colour: more papers. Zoom in to see each.${projected < count ? ` ${sample}` : ""}`;
}

/** The map in words, for whom does not see it; `titles` are those of the groups. */
export function mapInWords(count, titles) {
  return `A map of ${inEnglish(count)} papers by meaning, with these groups: ${titles.join("; ")}. The table has the same papers.`;
}

// What is said about the map as a whole.

import { inEnglish } from "../shared/numbers.js";
import { CROWD } from "./density.js";

export function waitingFor(count) { return `Drawing the map${count > CROWD ? ", which takes a minute or two" : ""}…`; }

/** What a map says that shows the density of many papers; empty for fewer. */
export function legendOf(projected, count) {
  if (count <= CROWD) return "";
  const sample = `A sample of ${inEnglish(projected)} papers was laid out; the others lie among their nearest.`;
  return `Stronger colour: more papers. Zoom in to see each.${projected < count ? ` ${sample}` : ""}`;
}

/** What the mark of new papers means. */
export function newInWords(count) { return `${inEnglish(count)} new`; }

/** Why another layout is offered; `later` papers of `count` came after the layout. */
export function outgrownInWords(later, count) {
  const came = `${inEnglish(later)} of ${inEnglish(count)} papers came after this map was laid out.`;
  return `${came} A new layout would show better what is alike.`;
}

/** What is said once when a map could not be held. */
export const REPLACED = "The map was laid out anew, as nearly all papers are new.";

/** How one goes over the map by the keyboard. */
export const WALKING = "Arrow keys go from paper to paper, Enter opens the abstract, Space chooses the paper, "
  + "plus and minus zoom, 0 shows the whole map.";

/** What is said where there are too many papers to go from one to the next. */
export const ZOOM_IN = "More than 5,000 papers are in view. Zoom in with plus to go from paper to paper.";

/** The map in words, for whom does not see it; `titles` are those of the groups. */
export function mapInWords(count, titles) {
  return `A map of ${inEnglish(count)} papers by meaning, with these groups: ${titles.join("; ")}. The table has the same papers.`;
}

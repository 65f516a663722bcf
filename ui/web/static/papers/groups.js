// The groups of papers on the map: their names.

import { inEnglish } from "../shared/numbers.js";

const LINE = 22; // characters of a line on the map
const JOIN = " and ";

/** A name on one line of the map, or on two if it is long: "Mamba" and "and state space models". */
export function linesOf(name) {
  const at = name.lastIndexOf(JOIN);
  return name.length <= LINE || at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
}

/** The groups ({name, size, colour}) with the `lines` of the name on the map. */
export const dressGroups = (groups) => groups.map((group) => ({ ...group, lines: linesOf(group.name) }));

/** The group's name with how many papers it has. */
export const titleOf = ({ name, size }) => `${name} (${inEnglish(size)})`;

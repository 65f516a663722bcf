// The groups of papers on the map: their names and colours.

const LINE = 22; // characters of a line on the map
const JOIN = " and ";

/** A name on one line of the map, or on two if it is long: "Mamba" and "and state space models". */
export function linesOf(name) {
  const at = name.lastIndexOf(JOIN);
  return name.length <= LINE || at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
}

/** A colour's number for each group. If there are more groups than colours, groups of one colour lie far apart. */
export function coloursOf({ points, labels, groups }, colours) {
  const centres = groups.map((_, at) => centre(points.filter((_point, paper) => labels[paper] === at)));
  const given = [];
  centres.forEach(([x, y], at) => {
    if (at < colours) return given.push(at);
    const nearest = Array.from({ length: colours }, (_, colour) =>
      Math.min(...given.map((other, group) => (other === colour ? Math.hypot(centres[group][0] - x, centres[group][1] - y) : Infinity))));
    given.push(nearest.indexOf(Math.max(...nearest)));
  });
  return given;
}

function centre(points) { return [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length); }

/** The groups ({name, size}) with the `lines` of the name on the map, and their `colour`. */
export function dressGroups(map, colours) {
  const given = coloursOf(map, colours);
  return map.groups.map((group, at) => ({ ...group, lines: linesOf(group.name), colour: given[at] }));
}

/** The groups' names with how many papers they have. */
export const titlesOf = (groups) => groups.map(({ name, size }) => `${name} (${size.toLocaleString("en")})`);

// The groups of papers on the map: their names and colours.

const LINE = 20; // characters of a line on the map

// A word with a capital inside ("fMRI", "mRNA") keeps its small first letter.
const capitalised = (text) => (/^[a-z]+(?![a-z]*[A-Z])/.test(text) ? text[0].toUpperCase() + text.slice(1) : text);

/** Words, separated by commas, on at most two lines that fit on the map. */
export function linesOf(words) {
  const lines = [];
  for (const word of words) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + word.length < LINE) lines[last] += `, ${word}`;
    else { if (last >= 0) lines[last] += ","; lines.push(word); }
  }
  return lines.slice(0, 2).map((line, at, shown) => (at === shown.length - 1 ? line.replace(/,$/, "") : line));
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

/** The groups ({words, size}) with their `name`, the `lines` of the name on the map, and their `colour`. */
export function dressGroups(map, colours) {
  const given = coloursOf(map, colours);
  return map.groups.map((group, at) => {
    const name = capitalised(group.words.join(", ")) || "Various";
    return { ...group, name, lines: linesOf(name.split(", ")), colour: given[at] };
  });
}

/** The groups' names with how many papers they have. */
export const titlesOf = (groups) => groups.map(({ name, size }) => `${name} (${size.toLocaleString("en")})`);

// What the groups of the map are called and which colours they have. It runs in the document's head.
"use strict";

window.paperchat.dressGroups = (() => {
  // Words that begin small by nature ("fMRI", "mRNA") stay so.
  const capital = (text) => (/^[a-z]+(?![a-z]*[A-Z])/.test(text) ? text[0].toUpperCase() + text.slice(1) : text);

  /** A group's words on at most two lines that are not too long for the map. */
  const inLines = (words) => {
    const lines = [];
    for (const word of words) {
      const last = lines.length - 1;
      if (last >= 0 && lines[last].length + word.length < 20) lines[last] += `, ${word}`;
      else { if (last >= 0) lines[last] += ","; lines.push(word); }
    }
    return lines.slice(0, 2).map((line, at, both) => (at === both.length - 1 ? line.replace(/,$/, "") : line));
  };

  /** A colour for each group; where there are more groups than colours, the same one far apart. */
  const spread = ({ points, labels, groups }, colours) => {
    const middles = groups.map((_, at) => {
      const own = points.filter((_, paper) => labels[paper] === at);
      return [0, 1].map((way) => own.reduce((sum, point) => sum + point[way], 0) / own.length);
    });
    const given = [];
    middles.forEach(([x, y], at) => {
      if (at < colours) return given.push(at);
      const room = Array.from({ length: colours }, (_, colour) =>
        Math.min(...given.map((other, of) => (other === colour ? Math.hypot(middles[of][0] - x, middles[of][1] - y) : 9))));
      given.push(room.indexOf(Math.max(...room)));
    });
    return given;
  };

  /** Gives each group its `name`, the `lines` it has on the map, and the number of its `colour`. */
  return (atlas, colours) => {
    const given = spread(atlas, colours);
    atlas.groups.forEach((group, at) => {
      group.name = capital(group.words.join(", ")) || "Various";
      group.lines = inLines(group.name.split(", "));
      group.colour = given[at];
    });
  };
})();

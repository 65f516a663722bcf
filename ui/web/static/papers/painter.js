// Drawing the map: points, rings, names of groups, the lasso.

import { CELL, CROWD, densityOf } from "./density.js";
import { rimOf, toPlace } from "./geometry.js";
import { leader, mostCost, placeLabels, scaleStep, shownLines, visibleLabels } from "./labels.js";
import { disc, drawDisc } from "./pixels.js";

const INK = ["ink", "soft", "page", "lit", "accent", "card"]; // custom properties of css/shell.css
const DISCS = 40; // sizes of points that are cached
const LINE_HEIGHT = 15; // pixels

export class Painter {
  constructor(canvas) {
    Object.assign(this, { canvas, pen: canvas.getContext("2d"), discs: new Map(), picture: null, placed: null, seen: [] });
    this.layer = document.createElement("canvas"); // what is painted over something else
  }

  /** Reads the colours of the style sheet, which are others in light and dark. */
  readColours(groups) {
    const style = getComputedStyle(this.canvas);
    const read = (name) => style.getPropertyValue(name).trim();
    this.ink = Object.fromEntries(INK.map((name) => [name, read(`--pc-${name}`)]));
    this.ink.groups = groups.map((group) => read(`--g${group.colour}`));
    const parts = (colour) => this.parts(colour);
    this.rgb = { groups: this.ink.groups.map(parts), soft: parts(this.ink.soft), card: parts(this.ink.card) };
    this.font = style.fontFamily;
  }

  /** A colour as [red, green, blue]: a canvas gives every colour back as #rrggbb. */
  parts(colour) {
    this.pen.fillStyle = colour;
    return [1, 3, 5].map((at) => parseInt(this.pen.fillStyle.slice(at, at + 2), 16));
  }

  disc(radius) {
    const key = radius.toFixed(2);
    if (this.discs.size > DISCS) this.discs.clear();
    if (!this.discs.has(key)) this.discs.set(key, disc(radius));
    return this.discs.get(key);
  }

  /** Draws a PointMap. */
  paint(map) {
    const radius = map.radius();
    this.paintPoints(map, radius);
    this.pen.setTransform(map.ratio, 0, 0, map.ratio, 0, 0);
    this.paintRings(map, radius);
    this.paintNames(map);
    if (map.path) this.paintLasso(map.path.map((point) => toPlace(point, map.view, map)));
  }

  /** Many points as a heat map, few ones as discs; those that are dimmed below the others. */
  paintPoints(map, radius) {
    const { rgb } = this, { lit, dimmed } = map.inView(), { labels } = map.cloud;
    const crowds = [dimmed, lit].map((places) => places.length > CROWD);
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (crowds[0]) this.paintDensity(map, dimmed, () => rgb.soft, 0.3);
    if (crowds[1]) this.paintDensity(map, lit, (at) => rgb.groups[labels[at]], 0.95);
    if (!crowds[0] || !crowds[1]) this.paintDiscs(map, radius, crowds[0] ? [] : dimmed, crowds[1] ? [] : lit, crowds.some(Boolean));
  }

  paintDensity({ cloud, view, ratio, width, height }, places, colourOf, strength) {
    const { across, down, x, y, data } = densityOf(cloud, places, view, { width, height }, colourOf, strength);
    Object.assign(this.layer, { width: across, height: down });
    this.layer.getContext("2d").putImageData(new ImageData(data, across, down), 0, 0);
    this.pen.drawImage(this.layer, x * ratio, y * ratio, across * CELL * ratio, down * CELL * ratio);
  }

  /** `over`: there is something below that has to stay. */
  paintDiscs({ cloud: { xs, ys, labels }, count, look, ratio, view, ...size }, radius, dimmed, lit, over) {
    const { rgb } = this, { width, height } = this.canvas;
    if (this.picture?.width !== width || this.picture.height !== height) this.picture = this.pen.createImageData(width, height);
    this.picture.data.fill(0);
    const wide = look.dim ? Math.max(radius, 4) : radius; // a few among many must be seen
    const opacity = count > 1000 && !look.dim ? 0.85 : 1;
    const across = (at) => Math.round(((xs[at] - view.x) * view.scale + size.width / 2) * ratio);
    const down = (at) => Math.round(((ys[at] - view.y) * view.scale + size.height / 2) * ratio);
    const small = this.disc(radius * ratio), large = this.disc(wide * ratio), rim = this.disc((wide + 1) * ratio);
    for (const at of dimmed) drawDisc(this.picture, across(at), down(at), small, rgb.soft, 0.22);
    for (const at of lit) {
      if (wide > 3) drawDisc(this.picture, across(at), down(at), rim, rgb.card, 1);
      drawDisc(this.picture, across(at), down(at), large, rgb.groups[labels[at]], opacity);
    }
    if (!over) return this.pen.putImageData(this.picture, 0, 0); // it replaces what was there
    Object.assign(this.layer, { width, height });
    this.layer.getContext("2d").putImageData(this.picture, 0, 0);
    this.pen.drawImage(this.layer, 0, 0);
  }

  paintRings(map, radius) {
    const { pen, ink } = this, { look, cloud: { labels } } = map;
    const circle = (at, more) => { pen.beginPath(); pen.arc(...map.placeOf(at), radius + more, 0, 7); };
    const ring = (at, colour, width, more) => {
      circle(at, more);
      Object.assign(pen, { lineWidth: width, strokeStyle: colour });
      pen.stroke();
    };
    const drawn = (places) => [...places].filter((at) => at >= 0 && at < map.count);
    const { lit, dimmed } = map.inView();
    if (lit.length <= CROWD) for (const at of [...lit, ...dimmed].filter((one) => look.chosen.has(one))) ring(at, ink.ink, 1.8, 1.6);
    for (const at of drawn(look.fresh)) { ring(at, ink.page, 5, 3.5); ring(at, ink.accent, 2.2, 3.5); }
    for (const at of drawn(look.cited)) { ring(at, ink.ink, 6, 4); ring(at, ink.lit, 4, 4); }
    for (const at of drawn([look.opened, look.hovered])) {
      circle(at, 3);
      pen.fillStyle = ink.groups[labels[at]];
      pen.fill();
      ring(at, ink.card, 2, 3);
      ring(at, ink.ink, 2, 5);
    }
  }

  /** The groups' names, those of larger groups first. */
  paintNames(map) {
    const { pen, ink } = this;
    Object.assign(pen, { font: `600 12.5px ${this.font}`, textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    const names = map.names.map((name) => ({ ...name, lines: shownLines(name.lines, map.width) }));
    const peaks = names.map(({ at }) => toPlace(at ?? [0, 0], map.view, map));
    this.seen = visibleLabels(this.placeNames(map, names), peaks, map);
    this.seen.forEach((box, at) => {
      pen.globalAlpha = names[at].faded ? 0.4 : 1;
      if (box) this.paintLeader(leader(box, peaks[at]), ink.groups[at], map.radius());
    });
    this.seen.forEach((box, at) => {
      if (!box) return;
      const { lines, faded } = names[at];
      pen.globalAlpha = faded ? 0.4 : 1;
      lines.forEach((line, row) => {
        const place = [box.x, box.y + (row - (lines.length - 1) / 2) * LINE_HEIGHT];
        Object.assign(pen, { lineWidth: 3.5, strokeStyle: ink.page, fillStyle: ink.ink });
        pen.strokeText(line, ...place);
        pen.fillText(line, ...place);
      });
    });
    pen.globalAlpha = 1;
  }

  /** A line to the peak of a group, up to the edge of the point that lies there. */
  paintLeader(line, colour, radius) {
    if (!line) return;
    const { pen, ink } = this, [from, [x, y]] = line, far = Math.hypot(x - from[0], y - from[1]), part = 1 - (radius + 2) / far;
    for (const [strokeStyle, lineWidth] of [[ink.page, 3.5], [colour, 1.4]]) {
      Object.assign(pen, { strokeStyle, lineWidth });
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(from[0] + (x - from[0]) * part, from[1] + (y - from[1]) * part);
      pen.stroke();
    }
  }

  placeNames(map, names) {
    const whole = map.whole.scale, step = scaleStep(map.view.scale, whole);
    const key = `${step} ${whole} ${this.font} ${map.width} ${map.height}`;
    if (this.placed?.key !== key || this.placed.names !== map.names) {
      const { corners, some } = map.cloud, measure = (line) => this.pen.measureText(line).width;
      const room = { whole, radius: map.radius() + 2, bounds: corners, rim: rimOf(map), most: mostCost(map.width) };
      const boxes = placeLabels(names, some.points, step, measure, room);
      this.placed = { key, names: map.names, boxes };
    }
    return this.placed.boxes;
  }

  paintLasso(places) {
    const { pen, ink } = this;
    pen.beginPath();
    for (const place of places) pen.lineTo(...place);
    pen.closePath();
    Object.assign(pen, { globalAlpha: 0.12, fillStyle: ink.accent });
    pen.fill();
    Object.assign(pen, { globalAlpha: 1, lineWidth: 1.5, strokeStyle: ink.accent });
    pen.setLineDash([5, 4]);
    pen.stroke();
    pen.setLineDash([]);
  }
}

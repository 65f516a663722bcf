// How the map of the Papers page is drawn: colours, points, rings, names. It runs in the document's head.
"use strict";

Object.assign(window.paperchat.PointMap.prototype, {
  /** Reads the colours anew: the style sheet's, in light or dark. */
  recolour() {
    const style = getComputedStyle(this.canvas);
    const read = (name) => style.getPropertyValue(name).trim();
    this.ink = Object.fromEntries(["ink", "soft", "page", "lit", "accent", "card"].map((name) => [name, read(`--pc-${name}`)]));
    this.ink.groups = (this.groups ?? []).map((group) => read(`--g${group.colour}`));
    this.font = style.fontFamily;
    this.dots = new Map();
    this.redraw();
  },

  /** A picture of a point for every group: putting a picture costs less than drawing a circle. */
  stamps(radius) {
    const key = `${radius.toFixed(2)} ${this.ratio}`;
    const made = this.dots.get(key);
    if (made) return made;
    const side = Math.ceil((radius + 1.5) * this.ratio) * 2;
    const stamp = (colour, rim) => {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = side;
      const pen = canvas.getContext("2d");
      pen.beginPath();
      pen.arc(side / 2, side / 2, radius * this.ratio, 0, 7);
      pen.fillStyle = colour;
      pen.fill();
      if (rim) { pen.lineWidth = this.ratio; pen.strokeStyle = rim; pen.stroke(); }
      return canvas;
    };
    const rim = radius > 3 ? this.ink.card : "";
    const stamps = { side, of: this.ink.groups.map((colour) => stamp(colour, rim)), dim: stamp(this.ink.soft, "") };
    if (this.dots.size > 8) this.dots.clear();
    this.dots.set(key, stamps);
    return stamps;
  },

  paint() {
    if (!this.width || !this.view || !this.ink) return;
    const { pen, ratio, points, labels, look } = this;
    const radius = this.radius(), own = this.stamps(radius);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const places = points.map((point) => this.toScreen(point));
    const seen = places.map(([x, y]) => x > -9 && y > -9 && x < this.width + 9 && y < this.height + 9);
    const put = (picture, side, [x, y]) => pen.drawImage(picture, Math.round(x * ratio - side / 2), Math.round(y * ratio - side / 2));
    if (look.dim) {
      pen.globalAlpha = 0.22;
      for (let at = 0; at < places.length; at++) if (seen[at] && look.dim[at]) put(own.dim, own.side, places[at]);
    }
    pen.globalAlpha = points.length > 1000 ? 0.85 : 1;
    const stamps = look.dim ? this.stamps(Math.max(radius, 4)) : own; // a few among many must be seen
    for (let at = 0; at < places.length; at++) if (seen[at] && !look.dim?.[at]) put(stamps.of[labels[at]], stamps.side, places[at]);
    pen.globalAlpha = 1;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.paintRings(places, radius);
    this.paintNames();
    this.paintLasso();
  },

  paintRings(places, radius) {
    const { pen, look, ink } = this;
    const ring = (at, colour, width, more) => {
      pen.beginPath();
      pen.arc(...places[at], radius + more, 0, 7);
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.stroke();
    };
    for (const at of look.chosen) ring(at, ink.ink, 1.8, 1.6);
    for (const at of look.cited) { ring(at, ink.ink, 6, 4); ring(at, ink.lit, 4, 4); }
    for (const at of [look.opened, look.hovered]) {
      if (at < 0 || !places[at]) continue;
      pen.beginPath();
      pen.arc(...places[at], radius + 3, 0, 7);
      pen.fillStyle = ink.groups[this.labels[at]];
      pen.fill();
      ring(at, ink.card, 2, 3);
      ring(at, ink.ink, 2, 5);
    }
  },

  /**
   * Where the groups' names go, as [left, top, right, bottom] in pixels from each group's peak, or null where
   * there is no room. It depends on the scale alone, in steps, so that nothing jumps while one pans.
   */
  placeNames() {
    const step = Math.round(Math.log(this.view.scale) / 0.18), key = `${step} ${this.font} ${this.width}`;
    if (this.placed?.key === key && this.placed.names === this.names) return this.placed.boxes;
    const scale = Math.exp(step * 0.18), cell = 14, crowd = new Map(), taken = [];
    for (const [x, y] of this.points) {
      const at = `${Math.floor((x * scale) / cell)} ${Math.floor((y * scale) / cell)}`;
      crowd.set(at, (crowd.get(at) ?? 0) + 1);
    }
    const under = ([left, top, right, bottom]) => {
      let sum = 0;
      for (let x = Math.floor(left / cell); x <= right / cell; x++) for (let y = Math.floor(top / cell); y <= bottom / cell; y++) sum += crowd.get(`${x} ${y}`) ?? 0;
      return sum;
    };
    const weight = Math.min(2, 160 / this.points.length); // of a point that is covered, in steps aside
    const boxes = this.names.map((name) => {
      const lines = this.linesOf(name), at = name.at;
      const wide = Math.max(...lines.map((line) => this.pen.measureText(line).width)) / 2 + 3, high = lines.length * 7.5 + 2;
      const [x, y] = [at[0] * scale, at[1] * scale];
      let best = null, least = Infinity;
      for (const up of [0, -1, 1, -2, 2, -3, 3]) for (const aside of [0, -0.6, 0.6, -1.1, 1.1]) {
        const [dx, dy] = [aside * wide, up * 14], box = [x + dx - wide, y + dy - high, x + dx + wide, y + dy + high];
        if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
        const cost = under(box) * weight + Math.hypot(dx, dy * 1.5) / 26;
        if (cost < least) [best, least] = [{ box, dx, dy, wide, high }, cost];
      }
      if (best) taken.push(best.box);
      return best;
    });
    this.placed = { key, names: this.names, boxes };
    return boxes;
  },

  /** A narrow map has room for a group's best words only. */
  linesOf(name) { return this.width < 560 ? name.lines.slice(0, 1).map((line) => line.split(",")[0]) : name.lines; },

  /** The middle of each name on the screen, {x, y, wide, high}, or null; kept inside of the map's sides. */
  seeNames() {
    const taken = [];
    return this.placeNames().map((box, name) => {
      if (!box) return null;
      const [x, y] = this.toScreen(this.names[name].at), right = this.width - this.inset;
      if (x < -10 || x > right + 10 || y < -30 || y > this.height + 30) return null;
      const seen = { ...box, x: Math.max(box.wide + 4, Math.min(x + box.dx, right - box.wide - 4)), y: y + box.dy };
      const over = ({ x: u, y: v, wide, high }) => Math.abs(u - seen.x) < wide + seen.wide - 8 && Math.abs(v - seen.y) < high + seen.high - 4;
      if (taken.some(over)) return null;
      taken.push(seen);
      return seen;
    });
  },

  /** The group whose name is at a place of the screen, or -1. */
  nameAt([x, y]) {
    return (this.seenNames ?? []).findIndex((name) => name && Math.abs(x - name.x) < name.wide && Math.abs(y - name.y) < name.high);
  },

  /** The groups' names, those of larger groups first; one that finds no free place is left out. */
  paintNames() {
    const { pen, ink } = this;
    pen.font = `600 12.5px ${this.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    this.seenNames = this.seeNames();
    this.seenNames.forEach((middle, at) => {
      if (!middle) return;
      const lines = this.linesOf(this.names[at]);
      pen.globalAlpha = this.names[at].faded ? 0.4 : 1;
      lines.forEach((line, row) => {
        const place = [middle.x, middle.y + (row - (lines.length - 1) / 2) * 15];
        pen.lineWidth = 3.5;
        pen.strokeStyle = ink.page;
        pen.strokeText(line, ...place);
        pen.fillStyle = ink.ink;
        pen.fillText(line, ...place);
      });
    });
    pen.globalAlpha = 1;
  },

  paintLasso() {
    if (!this.path) return;
    const { pen, ink } = this;
    pen.beginPath();
    for (const point of this.path) pen.lineTo(...this.toScreen(point));
    pen.closePath();
    pen.globalAlpha = 0.12;
    pen.fillStyle = ink.accent;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = 1.5;
    pen.setLineDash([5, 4]);
    pen.strokeStyle = ink.accent;
    pen.stroke();
    pen.setLineDash([]);
  },
});

// How the map of the Papers page is drawn: colours, points, rings, names. It runs in the document's head.
"use strict";

Object.assign(window.paperchat.PointMap.prototype, {
  /** Reads the colours anew: the style sheet's, in light or dark. */
  recolour() {
    const style = getComputedStyle(this.canvas);
    const read = (name) => style.getPropertyValue(name).trim();
    this.ink = Object.fromEntries(["ink", "soft", "page", "lit", "accent", "card"].map((name) => [name, read(`--pc-${name}`)]));
    this.ink.groups = (this.groups ?? []).map((group) => read(`--g${group.colour}`));
    // As red, green and blue: the pen tells any colour as #rrggbb.
    const parts = (colour) => {
      this.pen.fillStyle = colour;
      return [1, 3, 5].map((at) => parseInt(this.pen.fillStyle.slice(at, at + 2), 16));
    };
    this.ink.dots = this.ink.groups.map(parts);
    [this.ink.dim, this.ink.rim] = [parts(this.ink.soft), parts(this.ink.card)];
    this.font = style.fontFamily;
    this.brushes ??= new Map();
    this.redraw();
  },

  /** The pixels of a round point, by offsets from its middle, and how much of each is covered. */
  brush(radius) {
    const key = radius.toFixed(2);
    if (this.brushes.has(key)) return this.brushes.get(key);
    const reach = Math.ceil(radius + 0.5), dx = [], dy = [], cover = [];
    for (let y = -reach; y <= reach; y++) for (let x = -reach; x <= reach; x++) {
      const covered = Math.min(1, radius + 0.5 - Math.hypot(x, y));
      if (covered > 0) { dx.push(x); dy.push(y); cover.push(covered); }
    }
    const brush = { dx, dy, cover };
    if (this.brushes.size > 40) this.brushes.clear();
    this.brushes.set(key, brush);
    return brush;
  },

  /** One point into the pixels of `picture`, over what is there. */
  dab(picture, x, y, { dx, dy, cover }, [red, green, blue], strength) {
    const { data, width, height } = picture;
    for (let at = 0; at < cover.length; at++) {
      const px = x + dx[at], py = y + dy[at];
      if (px < 0 || py < 0 || px >= width || py >= height) continue;
      const to = 4 * (py * width + px), over = cover[at] * strength, under = (data[to + 3] / 255) * (1 - over), sum = over + under;
      data[to] = (red * over + data[to] * under) / sum;
      data[to + 1] = (green * over + data[to + 1] * under) / sum;
      data[to + 2] = (blue * over + data[to + 2] * under) / sum;
      data[to + 3] = 255 * sum;
    }
  },

  /** All points, pixel by pixel: of thousands, that takes a tenth of what drawing circles or pictures does. */
  paintPoints(radius) {
    const { points, labels, look, ratio, ink, view } = this;
    const { width, height } = this.canvas;
    if (this.picture?.width !== width || this.picture.height !== height) this.picture = this.pen.createImageData(width, height);
    this.picture.data.fill(0);
    const wide = look.dim ? Math.max(radius, 4) : radius; // a few among many must be seen
    const strength = points.length > 1000 && !look.dim ? 0.85 : 1, edge = 12 * ratio;
    const pass = (dimmed, draw) => {
      for (let at = 0; at < points.length; at++) {
        if (Boolean(look.dim?.[at]) !== dimmed) continue;
        const x = Math.round(((points[at][0] - view.x) * view.scale + this.width / 2) * ratio);
        const y = Math.round(((points[at][1] - view.y) * view.scale + this.height / 2) * ratio);
        if (x > -edge && y > -edge && x < width + edge && y < height + edge) draw(x, y, at);
      }
    };
    const small = this.brush(radius * ratio), large = this.brush(wide * ratio), rim = this.brush((wide + 1) * ratio);
    if (look.dim) pass(true, (x, y) => this.dab(this.picture, x, y, small, ink.dim, 0.22));
    pass(false, (x, y, at) => {
      if (wide > 3) this.dab(this.picture, x, y, rim, ink.rim, 1);
      this.dab(this.picture, x, y, large, ink.dots[labels[at]], strength);
    });
    this.pen.putImageData(this.picture, 0, 0); // it replaces what was there
  },

  paint() {
    if (!this.width || !this.view || !this.ink) return;
    const radius = this.radius();
    this.paintPoints(radius);
    this.pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.paintRings(radius);
    this.paintNames();
    this.paintLasso();
  },

  paintRings(radius) {
    const { pen, look, ink } = this;
    const ring = (at, colour, width, more) => {
      pen.beginPath();
      pen.arc(...this.toScreen(this.points[at]), radius + more, 0, 7);
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.stroke();
    };
    for (const at of look.chosen) if (this.points[at]) ring(at, ink.ink, 1.8, 1.6);
    for (const at of look.cited) if (this.points[at]) { ring(at, ink.ink, 6, 4); ring(at, ink.lit, 4, 4); }
    for (const at of [look.opened, look.hovered]) {
      if (!this.points[at]) continue;
      pen.beginPath();
      pen.arc(...this.toScreen(this.points[at]), radius + 3, 0, 7);
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

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
    this.dots = null;
    this.redraw();
  },

  /** A picture of a point for every group: putting a picture costs less than drawing a circle. */
  stamps(radius) {
    const key = `${radius.toFixed(2)} ${this.ratio}`;
    if (this.dots?.key === key) return this.dots;
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
    this.dots = { key, side, of: this.ink.groups.map((colour) => stamp(colour, rim)), dim: stamp(this.ink.soft, "") };
    return this.dots;
  },

  paint() {
    if (!this.width || !this.view || !this.ink) return;
    const { pen, ratio, points, labels, look } = this;
    const radius = this.radius(), { of, dim, side } = this.stamps(radius);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const places = points.map((point) => this.toScreen(point));
    const seen = places.map(([x, y]) => x > -9 && y > -9 && x < this.width + 9 && y < this.height + 9);
    const put = (picture, [x, y]) => pen.drawImage(picture, Math.round(x * ratio - side / 2), Math.round(y * ratio - side / 2));
    if (look.dim) {
      pen.globalAlpha = 0.22;
      for (let at = 0; at < places.length; at++) if (seen[at] && look.dim[at]) put(dim, places[at]);
    }
    pen.globalAlpha = points.length > 1000 ? 0.85 : 1;
    for (let at = 0; at < places.length; at++) if (seen[at] && !look.dim?.[at]) put(of[labels[at]], places[at]);
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

  /** The groups' names, the largest group first; one that finds no free place is left out. */
  paintNames() {
    const { pen, ink } = this;
    const taken = [];
    pen.font = `600 12.5px ${this.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    for (const { lines, at, faded } of this.names) {
      const [x, y] = this.toScreen(at);
      if (x < -60 || y < -20 || x > this.width + 60 || y > this.height + 20) continue;
      const wide = Math.max(...lines.map((line) => pen.measureText(line).width)), high = lines.length * 15;
      const left = Math.max(6, Math.min(x - wide / 2, this.width - wide - 6));
      const free = (top) => taken.every((box) => left > box[2] || left + wide < box[0] || top > box[3] || top + high < box[1]);
      const top = [0, -1, 1, -2, 2].map((step) => y - high / 2 + step * 16).find(free);
      if (top === undefined) continue;
      taken.push([left - 4, top - 2, left + wide + 4, top + high + 2]);
      pen.globalAlpha = faded ? 0.35 : 1;
      lines.forEach((line, row) => {
        const place = [left + wide / 2, top + 7.5 + row * 15];
        pen.lineWidth = 4;
        pen.strokeStyle = ink.page;
        pen.strokeText(line, ...place);
        pen.fillStyle = ink.ink;
        pen.fillText(line, ...place);
      });
      pen.globalAlpha = 1;
    }
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

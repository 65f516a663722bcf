// The map of the Papers page: points on a canvas. It runs in the document's head.
"use strict";

/** Draws `points` (0 to 1 both ways) of `groups`; what is dimmed, chosen, lit comes from `look`. */
window.paperchat.PointMap = class {
  constructor(canvas, { onHover, onOpen, onName, onLasso }) {
    Object.assign(this, { canvas, onHover, onOpen, onName, onLasso });
    canvas.map = this; // for whoever has the canvas and wants to know where a point is
    this.pen = canvas.getContext("2d");
    this.points = [];
    this.labels = [];
    this.names = [];
    this.look = { dim: null, chosen: new Set(), cited: new Set(), hovered: -1, opened: -1 };
    this.view = null; // {x, y, scale}: the point of the map in the middle, and pixels across it
    this.inset = 0; // pixels at the right that something else covers
    this.lassoing = false; // whether dragging draws a lasso
    this.fingers = new Map(); // pointer id -> where it is
    this.path = null; // of the lasso being drawn
    new ResizeObserver(() => this.resize()).observe(canvas);
    for (const node of [document.documentElement, document.body]) {
      new MutationObserver(() => this.recolour()).observe(node, { attributeFilter: ["class"] });
    }
    canvas.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    for (const [kind, act] of [["pointerdown", this.onDown], ["pointermove", this.onMove], ["pointerup", this.onUp], ["pointercancel", this.onUp]]) {
      canvas.addEventListener(kind, act.bind(this));
    }
    canvas.addEventListener("pointerleave", () => this.point(-1));
  }

  /** `groups` are {lines, colour}: a name, and the number of a custom property of the style sheet. */
  setPoints(points, labels, groups) {
    Object.assign(this, { points, labels, groups });
    this.names = groups.map((group, at) => ({ ...group, at: this.peak(at) }));
    this.recolour();
    this.fit();
  }

  set(look) {
    Object.assign(this.look, look);
    this.redraw();
  }

  /** The member of a group that has the most of the group around it. */
  peak(group) {
    const own = this.points.filter((_, at) => this.labels[at] === group);
    const some = own.filter((_, at) => at % Math.ceil(own.length / 250) === 0);
    const count = ([x, y]) => some.reduce((sum, [u, v]) => sum + Math.exp(-((x - u) ** 2 + (y - v) ** 2) / 0.004), 0);
    return some.map((point) => [count(point), point]).reduce((a, b) => (b[0] > a[0] ? b : a))[1];
  }

  // ---- the view

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const fresh = !this.width;
    Object.assign(this, { width, height, ratio: devicePixelRatio || 1 });
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    if (fresh) return this.fit();
    this.paint(); // now: an emptied canvas must not be seen
  }

  whole() {
    const [low, high] = [0, 1].map((way) => {
      const all = this.points.map((point) => point[way]);
      return [Math.min(...all), Math.max(...all)];
    });
    const rim = this.width < 560 ? 56 : 120;
    const room = [this.width - this.inset - rim, this.height - 110].map((side) => Math.max(60, side));
    const scale = Math.min(room[0] / Math.max(low[1] - low[0], 0.05), room[1] / Math.max(high[1] - high[0], 0.05), 2400);
    return { x: (low[0] + low[1]) / 2 + this.inset / 2 / scale, y: (high[0] + high[1]) / 2, scale };
  }

  fit(animate = false) {
    if (!this.width || !this.points.length) return;
    const to = this.whole();
    this.least = to.scale / 2;
    if (animate) this.glideTo(to);
    else { this.view = to; this.redraw(); }
  }

  zoom(factor, at = [(this.width - this.inset) / 2, this.height / 2], animate = false) {
    if (!this.view) return;
    const scale = Math.max(this.least, Math.min(this.view.scale * factor, 60_000));
    const [x, y] = this.toMap(at);
    const to = { x: x - (at[0] - this.width / 2) / scale, y: y - (at[1] - this.height / 2) / scale, scale };
    if (animate) this.glideTo(to);
    else { this.view = to; this.redraw(); }
  }

  /** Moves the map, where need be, so that a point is seen. */
  show(at) {
    if (!this.view || !this.points[at]) return;
    const [x, y] = this.toScreen(this.points[at]);
    const edge = 60, right = this.width - this.inset - edge, bottom = this.height - edge;
    const dx = x < edge ? x - edge : x > right ? x - right : 0, dy = y < edge ? y - edge : y > bottom ? y - bottom : 0;
    if (dx || dy) this.glideTo({ ...this.view, x: this.view.x + dx / this.view.scale, y: this.view.y + dy / this.view.scale });
  }

  glideTo(to) {
    if (window.paperchat.glide() === "auto") { this.view = to; return this.redraw(); }
    const from = this.view, start = performance.now(), mine = (this.gliding = {});
    const step = (now) => {
      if (this.gliding !== mine) return;
      const part = Math.min(1, (now - start) / 260), ease = 1 - (1 - part) ** 3;
      this.view = Object.fromEntries(["x", "y", "scale"].map((key) => [key, from[key] + (to[key] - from[key]) * ease]));
      this.redraw();
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  toScreen([x, y]) { return [(x - this.view.x) * this.view.scale + this.width / 2, (y - this.view.y) * this.view.scale + this.height / 2]; }
  toMap([x, y]) { return [(x - this.width / 2) / this.view.scale + this.view.x, (y - this.height / 2) / this.view.scale + this.view.y]; }

  radius() {
    const base = Math.max(2.1, Math.min(6.5, 26 / Math.sqrt(Math.sqrt(this.points.length) * 2)));
    return Math.min(9, base * (this.view.scale / (this.least * 2)) ** 0.3);
  }

  // ---- the pointer: pan, pinch, lasso, point at, open

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  nearest([x, y], reach) {
    let best = -1, least = reach ** 2;
    for (let at = 0; at < this.points.length; at++) {
      if (this.look.dim?.[at]) continue;
      const [u, v] = this.toScreen(this.points[at]);
      const far = (u - x) ** 2 + (v - y) ** 2;
      if (far < least) [best, least] = [at, far];
    }
    return best;
  }

  /** Pixels within which a pointer means a point. */
  reach(event) { return this.radius() + (event.pointerType === "touch" ? 16 : 7); }

  point(at) { if (at !== this.look.hovered) this.onHover(at); }

  onWheel(event) {
    event.preventDefault();
    this.gliding = null;
    this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : event.ctrlKey ? 0.01 : 0.002)), this.at(event));
  }

  onDown(event) {
    if (!this.view || event.button > 0) return;
    this.gliding = null;
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, this.at(event));
    if (this.fingers.size > 1) { this.path = null; this.moved = true; return; }
    this.moved = false;
    this.from = this.at(event);
    if (this.lassoing || event.shiftKey) this.path = [this.toMap(this.from)];
  }

  onMove(event) {
    if (!this.view) return;
    const now = this.at(event), before = this.fingers.get(event.pointerId);
    if (!before) {
      const near = this.nearest(now, this.reach(event));
      this.canvas.style.cursor = near >= 0 || this.nameAt(now) >= 0 ? "pointer" : "";
      return this.point(near);
    }
    if (Math.hypot(now[0] - this.from[0], now[1] - this.from[1]) > 4) this.moved = true;
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.fingers.set(event.pointerId, now);
    if (other) {
      const apart = (at) => Math.hypot(at[0] - other[0], at[1] - other[1]) || 1;
      this.zoom(apart(now) / apart(before), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
    } else if (this.path) {
      this.path.push(this.toMap(now));
    } else if (this.moved) {
      this.view.x -= (now[0] - before[0]) / this.view.scale;
      this.view.y -= (now[1] - before[1]) / this.view.scale;
      this.point(-1);
    }
    this.redraw();
  }

  onUp(event) {
    if (!this.fingers.delete(event.pointerId) || this.fingers.size) return;
    const path = this.path;
    this.path = null;
    if (path && this.moved) this.onLasso(this.inside(path));
    else if (!this.moved && event.type === "pointerup") {
      const at = this.nearest(this.at(event), this.reach(event)), name = at < 0 ? this.nameAt(this.at(event)) : -1;
      if (name >= 0) this.onName(name);
      else this.onOpen(at);
    }
    this.redraw();
  }

  dropLasso() {
    const had = Boolean(this.path);
    this.path = null;
    this.redraw();
    return had;
  }

  /** The points that are not dimmed and lie inside a closed path. */
  inside(path) {
    const within = ([x, y]) => path.reduce((in_, [u, v], at) => {
      const [p, q] = path[at ? at - 1 : path.length - 1];
      return v > y !== q > y && x < ((p - u) * (y - v)) / (q - v) + u ? !in_ : in_;
    }, false);
    return this.points.map((_, at) => at).filter((at) => !this.look.dim?.[at] && within(this.points[at]));
  }

  redraw() {
    this.frame ??= requestAnimationFrame(() => { this.frame = null; this.paint(); });
  }
};

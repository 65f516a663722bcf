// The corpus map of the Papers page: points on a canvas, and what the pointer does with them.

import { isCalm } from "../shared/screen.js";
import { CROWD, inView } from "./density.js";
import { between, beyond, isInside, nearest, peak, pointRadius, toPlace, toPoint, wholeView, zoomed } from "./geometry.js";
import { labelAt } from "./labels.js";
import { Painter } from "./painter.js";

const EDGE = 60; // pixels; a point that is shown lies further inside
const GLIDE = 260; // milliseconds
const CLOSER = 6; // times that of half the whole map, the closest view of several points

const NO_POINTS = { xs: [], ys: [], labels: [], some: { points: [], labels: [] }, corners: [] };

/** What is dimmed, chosen, cited, new (`fresh`), pointed at and opened is in `look`, as indices of the `cloud` (cloud.js). */
export class PointMap {
  constructor(canvas, { onHover, onOpen, onName, onLasso }) {
    Object.assign(this, { canvas, onHover, onOpen, onName, onLasso, painter: new Painter(canvas) });
    canvas.map = this; // tests ask it where a point lies
    Object.assign(this, { cloud: NO_POINTS, groups: [], names: [] });
    this.shown = null; // the points in view, {lit, dimmed}, until something changes
    this.look = { dim: null, chosen: new Set(), cited: new Set(), fresh: new Set(), hovered: -1, opened: -1 };
    this.onLook = () => {}; // is told of each change of it
    this.view = null; // see geometry.js
    this.inset = 0; // pixels at the right that something else covers
    this.lassoing = false; // whether dragging draws a lasso
    this.pointers = new Map(); // id of a pointer that is down -> its place
    this.path = null; // of the lasso that is being drawn, as points
    new ResizeObserver(() => this.resize()).observe(canvas);
    for (const node of [document.documentElement, document.body]) {
      new MutationObserver(() => this.recolour()).observe(node, { attributeFilter: ["class"] });
    }
    this.listen();
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.onDown(event));
    canvas.addEventListener("pointermove", (event) => this.onMove(event));
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, (event) => this.onUp(event));
    canvas.addEventListener("pointerleave", () => this.hover(-1));
  }

  get count() { return this.cloud.xs.length; }

  /** `groups` have {lines, colour}: their name, and the number of a custom property of css/papers.css. */
  setCloud(cloud, groups) {
    const { points, labels } = cloud.some;
    Object.assign(this, { cloud, groups });
    this.names = groups.map((group, at) => ({ ...group, at: peak(points, labels, at) }));
    this.recolour();
    this.fit();
  }

  set(look) {
    Object.assign(this.look, look);
    this.redraw();
    this.onLook(look);
  }

  /** Fades the names of the groups that are not among the given ones. */
  emphasise(groups) { this.names.forEach((name, at) => { name.faded = !groups.has(at); }); }

  recolour() {
    this.painter.readColours(this.groups);
    this.redraw();
  }

  redraw() {
    this.shown = null;
    this.frame ??= requestAnimationFrame(() => { this.frame = null; this.paint(); });
  }

  /** The points in view, {lit, dimmed}: their indices. */
  inView() { return (this.shown ??= inView({ ...this.cloud, dim: this.look.dim }, this.view, this)); }

  paint() {
    if (!this.width || !this.view || !this.painter.ink) return;
    this.painter.paint(this);
    this.canvas.parentElement.classList.toggle("crowded", this.inView().lit.length > CROWD);
  }

  // ---- the view

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    this.shown = null;
    const first = !this.width;
    Object.assign(this, { width, height, ratio: devicePixelRatio || 1 });
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    if (first || this.view === this.whole) this.fit(); // as when the abstract takes some of its room
    if (!first) this.paint(); // at once: the canvas is empty now, and that must not be seen
  }

  fit(animate = false) {
    if (!this.width || !this.count) return;
    const view = wholeView(this.cloud.corners, this);
    this.least = view.scale / 2;
    this.whole = view;
    this.show(view, animate);
  }

  zoom(factor, place = [(this.width - this.inset) / 2, this.height / 2], animate = false) {
    if (this.view) this.show(zoomed(this.view, factor, place, this), animate);
  }

  /** Moves the map, if need be, so that a point is in view, and not under the sheet that a phone shows over the map. */
  reveal(at) {
    if (!this.view || !(at < this.count)) return;
    const [x, y] = this.placeOf(at), { scale } = this.view, low = this.height - coveredBelow(this.canvas);
    const dx = beyond(x, EDGE, this.width - this.inset - EDGE), dy = beyond(y, Math.min(EDGE, low / 2), Math.max(low - EDGE, low / 2));
    if (dx || dy) this.show({ scale, x: this.view.x + dx / scale, y: this.view.y + dy / scale }, true);
  }

  /** Shows a part of the map with all of these points. */
  showAll(places) {
    if (!this.width || !places.length) return;
    const view = wholeView(places.map((at) => this.pointOf(at)), this);
    this.show({ ...view, scale: Math.min(view.scale, this.least * CLOSER) }, true);
  }

  show(view, animate) {
    if (animate && !isCalm() && this.view) return this.glide(view);
    this.view = view;
    this.redraw();
  }

  glide(to) {
    const from = this.view, start = performance.now(), mine = (this.gliding = {});
    const step = (now) => {
      if (this.gliding !== mine) return; // the reader has moved the map
      const part = Math.min(1, (now - start) / GLIDE);
      this.view = between(from, to, part);
      this.redraw();
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  /** The place of a point, in pixels of the canvas. */
  placeOf(at) { return toPlace(this.pointOf(at), this.view, this); }

  pointOf(at) { return [this.cloud.xs[at], this.cloud.ys[at]]; }

  radius() { return pointRadius(this.count, this.view.scale, this.least * 2); }

  // ---- the pointer: point at, open, pan, pinch, lasso

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** The point that a pointer means, or -1; dimmed ones and those of a heat map cannot be meant. */
  pointAt(event) {
    const reach = this.radius() + (event.pointerType === "touch" ? 16 : 7);
    const { lit } = this.inView();
    if (lit.length > CROWD) return -1;
    const found = nearest(lit.length, (at) => this.placeOf(lit[at]), this.place(event), reach);
    return found < 0 ? -1 : lit[found];
  }

  /** The points in view, among which the keyboard goes; none in a heat map. */
  walkable() {
    const { lit } = this.inView();
    return lit.length > CROWD ? [] : lit;
  }

  nameAt(place) { return labelAt(place, this.painter.seen); }

  hover(at) { if (at !== this.look.hovered) this.onHover(at); }

  onWheel(event) {
    event.preventDefault();
    this.gliding = null;
    const speed = event.deltaMode ? 0.05 : event.ctrlKey ? 0.01 : 0.002; // lines; pinching; pixels
    this.zoom(Math.exp(-event.deltaY * speed), this.place(event));
  }

  onDown(event) {
    if (!this.view || event.button > 0) return;
    this.gliding = null;
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.place(event));
    if (this.pointers.size > 1) { this.path = null; this.moved = true; return; }
    this.moved = false;
    this.from = this.place(event);
    if (this.lassoing || event.shiftKey) this.path = [toPoint(this.from, this.view, this)];
  }

  onMove(event) {
    if (!this.view) return;
    const now = this.place(event), before = this.pointers.get(event.pointerId);
    if (!before) return this.onPoint(event, now);
    if (distance(now, this.from) > 4) this.moved = true;
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    if (other) this.pinch(before, now, other);
    else if (this.path) this.path.push(toPoint(now, this.view, this));
    else if (this.moved) this.pan(before, now);
    this.redraw();
  }

  onPoint(event, place) {
    const at = this.pointAt(event);
    this.canvas.style.cursor = at >= 0 || this.nameAt(place) >= 0 ? "pointer" : "";
    this.hover(at);
  }

  pinch(before, now, other) {
    const factor = (distance(now, other) || 1) / (distance(before, other) || 1);
    this.zoom(factor, [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
  }

  pan(before, now) {
    this.view.x -= (now[0] - before[0]) / this.view.scale;
    this.view.y -= (now[1] - before[1]) / this.view.scale;
    this.hover(-1);
  }

  onUp(event) {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size) return;
    const path = this.path;
    this.path = null;
    if (path && this.moved) this.onLasso(this.inside(path));
    else if (!this.moved && event.type === "pointerup") this.onClick(event);
    this.redraw();
  }

  onClick(event) {
    const at = this.pointAt(event), name = at < 0 ? this.nameAt(this.place(event)) : -1;
    if (name >= 0) this.onName(name);
    else this.onOpen(at);
  }

  /** The points inside of a lasso that are not dimmed. */
  inside(path) {
    const places = [], { dim } = this.look;
    for (let at = 0; at < this.count; at++) if (!dim?.[at] && isInside(this.pointOf(at), path)) places.push(at);
    return places;
  }

  /** Returns whether a lasso was being drawn. */
  dropLasso() {
    const drawing = Boolean(this.path);
    this.path = null;
    this.redraw();
    return drawing;
  }
}

/** How many pixels of a canvas, from below, the sheet of an opened paper covers. */
function coveredBelow(canvas) {
  const sheet = canvas.closest(".lib")?.querySelector(".reader:not([hidden])"), box = canvas.getBoundingClientRect();
  const cover = sheet && getComputedStyle(sheet).position === "fixed" ? box.bottom - sheet.getBoundingClientRect().top : 0;
  return Math.max(0, Math.min(cover, box.height - 2 * EDGE / 3));
}

const distance = ([x, y], [u, v]) => Math.hypot(x - u, y - v);

// The table of the Papers page: only the rows that can be seen exist.

const MARGIN = 4; // rows that are built beyond those that can be seen
const TALLEST = 15_000_000; // pixels; browsers have no taller elements

/**
 * The pixels of rows that each scrolled pixel passes: 1, and more for hundreds of thousands of rows. `room` is the
 * height of what is seen at once.
 */
export function paceOf(count, rowHeight, room) {
  const whole = count * rowHeight;
  return whole <= TALLEST ? 1 : (whole - room) / (TALLEST - room);
}

/** The first and the last row (exclusive) that a scrolled table of `count` rows has to build. */
export function builtRows({ scrollTop, clientHeight }, rowHeight, count) {
  return [
    Math.max(0, Math.floor(scrollTop / rowHeight) - MARGIN),
    Math.min(count, Math.ceil((scrollTop + clientHeight) / rowHeight) + MARGIN),
  ];
}

/** The row that a key leads to from row `at`, or undefined for any other key. */
export function nextRow(key, at, count, page) {
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, PageUp: at - page, PageDown: at + page, Home: 0, End: count - 1 }[key];
  return to === undefined ? undefined : Math.max(0, Math.min(to, count - 1));
}

/**
 * Rows of one height in `root`, a scrolling grid. `make(key)` builds the row of a key and `update(row, key)`
 * brings it up to date; the grid keeps the focus and says which row it is at.
 */
export class Rows {
  constructor(root, { make, update, onAt, onOpen, onTick }) {
    Object.assign(this, { root, make, update, onAt, onOpen, onTick });
    this.body = root.querySelector(".body");
    this.keys = []; // in the order in which they are shown
    this.at = 0; // the row that the keyboard is at
    this.built = new Map(); // key -> row
    root.addEventListener("scroll", () => this.later(), { passive: true });
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("focus", () => this.paint());
    new ResizeObserver(() => { this.measure(); this.later(); }).observe(root);
    this.measure();
  }

  measure() { this.height = parseFloat(getComputedStyle(this.root).getPropertyValue("--row")) || 60; }

  setKeys(keys) {
    this.keys = keys;
    this.at = 0;
    this.root.scrollTop = 0;
    this.root.setAttribute("aria-rowcount", String(keys.length + 1));
    this.paint();
  }

  /** Removes every row, because the keys mean other papers from now on. */
  clear() {
    for (const row of this.built.values()) row.remove();
    this.built.clear();
    this.setKeys([]);
  }

  /** Builds the rows of some keys again, because what is in them has changed. */
  renew(keys) {
    for (const key of keys) {
      this.built.get(key)?.remove();
      this.built.delete(key);
    }
    this.paint();
  }

  later() { this.frame ??= requestAnimationFrame(() => { this.frame = null; this.paint(); }); }

  paint() {
    const { root, body, keys, height } = this;
    body.style.height = `${Math.min(keys.length * height, TALLEST)}px`;
    const { scrollTop, clientHeight } = root, top = scrollTop * this.pace;
    if (!clientHeight) return;
    this.shift = scrollTop - top; // what was scrolled is less than what was passed
    const [first, last] = builtRows({ scrollTop: top, clientHeight }, height, keys.length);
    const wanted = new Map(keys.slice(first, last).map((key, at) => [key, first + at]));
    if (keys.length) wanted.set(keys[this.at], this.at); // the one with the focus stays
    for (const [key, row] of this.built) {
      if (!wanted.has(key)) { row.remove(); this.built.delete(key); }
    }
    for (const [key, place] of [...wanted].sort((a, b) => a[1] - b[1])) this.put(key, place);
    const here = this.built.get(keys[this.at]);
    if (here) root.setAttribute("aria-activedescendant", here.id);
    else root.removeAttribute("aria-activedescendant");
  }

  put(key, place) {
    const row = this.built.get(key) ?? this.add(key);
    row.style.transform = `translateY(${place * this.height + this.shift}px)`;
    row.setAttribute("aria-rowindex", String(place + 2));
    row.classList.toggle("at", place === this.at);
    this.update(row, key);
  }

  add(key) {
    const row = this.make(key);
    row.id = `pc-row-${key}`;
    row.dataset.key = key;
    this.built.set(key, row);
    this.body.append(row);
    return row;
  }

  get room() { return this.root.clientHeight - this.root.querySelector(".head").offsetHeight; }
  get pace() { return paceOf(this.keys.length, this.height, this.room); }

  key() { return this.keys[this.at]; }

  moveTo(place) {
    this.at = place;
    const { root, height, pace, room } = this, top = place * height, now = root.scrollTop * pace;
    if (top < now) root.scrollTop = top / pace;
    else if (top + height > now + room) root.scrollTop = (top + height - room) / pace;
    this.paint();
  }

  /** Goes to the row of a key, if it is shown. */
  moveToKey(key) {
    const place = this.keys.indexOf(key);
    if (place >= 0) this.moveTo(place);
  }

  onKey(event) {
    if (event.target !== this.root || !this.keys.length || event.ctrlKey && !["Home", "End"].includes(event.key)) return;
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.height) - 2);
    const place = nextRow(event.key, this.at, this.keys.length, page);
    if (place !== undefined) { this.moveTo(place); this.onAt(this.key()); }
    else if (event.key === "Enter") this.onOpen(this.key());
    else if (event.key === " ") this.onTick(this.key());
    else return;
    event.preventDefault();
  }
}

import assert from "node:assert/strict";
import { test } from "node:test";

import { covers } from "../../ui/web/static/shared/keyboard.js";
import { Layers } from "../../ui/web/static/shared/layers.js";
import { pulled } from "../../ui/web/static/shared/pulled.js";

/** A browser's history of one page, whose steps back come later, as in a browser. */
class History extends EventTarget {
  entries = [null];
  at = 0;
  get state() { return this.entries[this.at]; }
  pushState(state) { this.entries = [...this.entries.slice(0, this.at + 1), state]; this.at += 1; }
  go(steps) {
    setTimeout(() => {
      this.at = Math.max(0, this.at + steps);
      this.dispatchEvent(Object.assign(new Event("popstate"), { state: this.state }));
    });
  }
}

const soon = () => new Promise((done) => { setTimeout(done, 5); });

function opened(...names) {
  const browser = new History(), layers = new Layers(browser, browser), closed = [];
  const close = Object.fromEntries(names.map((name) => [name, () => closed.push(name)]));
  for (const name of names) layers.open(close[name]);
  return { browser, layers, closed, close };
}

test("Back closes the layer on top, and then the next", async () => {
  const { browser, closed, layers } = opened("sheet", "abstract");
  browser.go(-1);
  await soon();
  assert.deepEqual(closed, ["abstract"]);
  browser.go(-1);
  await soon();
  assert.deepEqual([closed, layers.isOpen, browser.at], [["abstract", "sheet"], false, 0]);
});

test("a layer that closes takes those above it along, and its steps in the history", async () => {
  const { browser, closed, layers, close } = opened("sheet", "abstract");
  await layers.close(close.sheet);
  assert.deepEqual([closed, browser.at], [["abstract", "sheet"], 0]);
  await layers.close(close.sheet); // a second time nothing happens
  assert.deepEqual([closed.length, browser.at], [2, 0]);
});

test("a layer may open while another one is closing", async () => {
  const { browser, closed, layers, close } = opened("drawer");
  layers.close(close.drawer);
  const sheet = () => closed.push("sheet");
  layers.open(sheet);
  await soon();
  assert.deepEqual([closed, layers.has(sheet), browser.at], [["drawer"], true, 1]);
  browser.go(-1);
  await soon();
  assert.deepEqual(closed, ["drawer", "sheet"]);
});

test("a page that was loaded anew under a layer goes back to where it was", async () => {
  const browser = new History();
  browser.pushState({ layer: 1 });
  new Layers(browser, browser);
  await soon();
  assert.equal(browser.at, 0);
});

test("a sheet closes when it is pulled far or fast", () => {
  assert.deepEqual([pulled(90, 600), pulled(30, 40), pulled(40, 400), pulled(-90, 600)], ["close", "close", "", "grow"]);
});

test("a keyboard takes more of the window than an address bar; a pinch is none", () => {
  assert.deepEqual([covers(480, 780, 1), covers(724, 780, 1), covers(390, 780, 2)], [true, false, false]);
});

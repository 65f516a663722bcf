import assert from "node:assert/strict";
import { before, mock, test } from "node:test";

import { asker, caller, latest, LOST, reach, watchServer } from "../../ui/web/static/shared/api.js";

class FakeNode {
  innerHTML = "";
  attributes = {};
  setAttribute(name, value) { this.attributes[name] = value; }
  get outerHTML() { return `<p class="${this.className}" role="${this.attributes.role}">${this.textContent}</p>`; }
}

before(() => { globalThis.document = { createElement: () => new FakeNode() }; });

const REFUSED = '<p class="failure">No.</p>';
const server = {
  add: async ({ a, b }) => ({ sum: a + b }),
  refuse: async () => ({ failure: REFUSED }),
  nothing: async () => null,
  broken: async () => { throw new Error("gone"); },
};

test("a call resolves to the answer", async () => {
  assert.deepEqual(await caller(server)("add", { a: 1, b: 2 }), { sum: 3 });
});

test("a refusal, no answer and a lost connection are failures", async () => {
  const call = caller(server);
  assert.equal((await call("refuse")).failure, REFUSED);
  for (const name of ["nothing", "broken", "unknown"]) assert.ok((await call(name)).failure.includes(LOST), name);
});

test("a call that is refused is told from a lost connection, and what is too large is named", async () => {
  globalThis.fetch = async () => ({ status: 200 });
  const call = caller(server);
  assert.match((await call("nothing")).failure, /did not take this/);
  assert.match((await call("nothing", "x".repeat(9_000_000))).failure, /at most 8 MiB/);
  delete globalThis.fetch;
});

test("whoever is logged out goes to the login", async () => {
  globalThis.fetch = async () => ({ status: 401 });
  globalThis.location = { assign: mock.fn() };
  await reach();
  assert.deepEqual(globalThis.location.assign.mock.calls[0].arguments, ["login"]);
  delete globalThis.fetch;
});

test("ask shows a refusal, and an answer takes it away", async () => {
  const note = new FakeNode(), ask = asker(caller(server), note);
  assert.equal(await ask("refuse"), null);
  assert.equal(note.innerHTML, REFUSED);
  assert.deepEqual(await ask("add", { a: 1, b: 1 }), { sum: 2 });
  assert.equal(note.innerHTML, "");
});

test("ask shows a refusal at another place, and leaves what is there if it must not clear it", async () => {
  const note = new FakeNode(), place = new FakeNode(), ask = asker(caller(server), note, { clear: false });
  await ask("refuse", {}, place);
  assert.deepEqual([note.innerHTML, place.innerHTML], ["", REFUSED]);
  await ask("add", { a: 1, b: 1 }, place);
  assert.equal(place.innerHTML, REFUSED);
});

test("only the newest request is current", () => {
  const begin = latest(), first = begin();
  assert.equal(first(), true);
  const second = begin();
  assert.deepEqual([first(), second()], [false, true]);
});

test("a server that goes away is noticed while somebody waits for it", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  let answers = true, asked = 0, waiting = true;
  globalThis.fetch = async () => { asked++; if (!answers) throw new Error("gone"); return { status: 200 }; };
  const lost = mock.fn();
  watchServer(() => waiting, lost);
  for (answers of [true, false]) { mock.timers.tick(3000); await settle(); }
  assert.deepEqual([asked, lost.mock.callCount()], [2, 1]);
  waiting = false;
  watchServer(() => waiting, lost);
  mock.timers.tick(3000);
  await settle();
  assert.deepEqual([asked, lost.mock.callCount()], [2, 1]);
  mock.timers.reset();
});

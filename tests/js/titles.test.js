import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { shortTitle } from "../../ui/web/static/shared/titles.js";

// tests/ui/test_short_titles.py holds rag to the same table.
const TITLES = JSON.parse(readFileSync(new URL("titles.json", import.meta.url), "utf-8"));

test("a paper is called by the beginning of its title", () => {
  for (const [title, short] of TITLES) assert.equal(shortTitle(title), short);
});

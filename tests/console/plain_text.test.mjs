import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { manyLines } from "../../technician_console/src/plain_text.js";

/** @type {{text: string, shown: string}[]} */
const CORPUS = JSON.parse(readFileSync(new URL("../vectors/plain_text.json", import.meta.url), "utf8"));

for (const { text, shown } of CORPUS) {
  test(`${JSON.stringify(text)} is shown as ${JSON.stringify(shown)}`, () => {
    assert.equal(manyLines(text), shown);
    assert.equal(manyLines(shown), shown, "what is harmless stays as it is");
  });
}

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MAX_NAME_BYTES, numbered, safeName } from "../../technician_console/src/files/names.js";

/** @type {{name: string, safe: string}[]} */
const CORPUS = JSON.parse(readFileSync(new URL("../vectors/file_names.json", import.meta.url), "utf8"));
const bytesOf = (text) => Buffer.byteLength(text);

for (const { name, safe } of CORPUS) {
  test(`${JSON.stringify(name).slice(0, 50)} is written as ${JSON.stringify(safe).slice(0, 50)}`, () => {
    assert.equal(safeName(name), safe);
    assert.equal(safeName(safe), safe, "what is safe stays as it is");
    assert.ok(bytesOf(safe) <= MAX_NAME_BYTES);
  });
}

test("another file of the same name is numbered before its extension, and still fits", () => {
  assert.equal(numbered("report.pdf", 2), "report (2).pdf");
  assert.equal(numbered("README", 3), "README (3)");
  assert.equal(numbered("archive.tar.gz", 2), "archive.tar (2).gz");
  const long = numbered(safeName(`${"é".repeat(200)}.pdf`), 10);
  assert.match(long, /^é+ \(10\)\.pdf$/);
  assert.equal(bytesOf(long), 255);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { solve } from "../../static/join/proof.js";

const VECTORS = JSON.parse(readFileSync(new URL("../vectors/proof.json", import.meta.url), "utf8"));

test("the browser computes the proof that the support client computes", () => {
  for (const { challenge, proof } of VECTORS) assert.deepEqual(solve(challenge, () => {}), proof);
});

test("each part is told before it begins", () => {
  const told = [];
  solve({ token: "t".repeat(16), parts: 3, bits: 1 }, (done) => told.push(done));
  assert.deepEqual(told, [0, 1, 2]);
});

test("no page is kept busy for minutes, whoever asks for it", () => {
  assert.throws(() => solve({ token: "t".repeat(16), parts: 1, bits: 21 }, () => {}), RangeError);
  assert.throws(() => solve({ token: "t".repeat(16), parts: 33, bits: 1 }, () => {}), RangeError);
});

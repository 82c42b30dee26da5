// SHA-256 of files, beside Node's own.
import assert from "node:assert/strict";
import test from "node:test";
import { Sha256 } from "../../technician_console/src/files/sha256.js";
import { WholeSha256 } from "../../technician_console/src/files/whole_sha256.js";
import { noise, sha256 } from "./files.mjs";

const inPieces = (bytes, ...ends) => {
  const hash = new Sha256();
  for (const [index, end] of [...ends, bytes.length].entries()) hash.update(bytes.subarray(ends[index - 1] ?? 0, end));
  return hash.hex();
};

test("every length around the blocks and their padding has the right hash", () => {
  for (let length = 0; length <= 200; length += 1) {
    const bytes = noise(length, length + 1);
    assert.equal(inPieces(bytes), sha256(bytes), `${length} bytes`);
  }
});

test("it does not matter in which pieces they come", () => {
  const bytes = noise(1000);
  for (let cut = 0; cut < 200; cut += 7) assert.equal(inPieces(bytes, cut, cut + 1, cut + 130), sha256(bytes));
});

test("a hash may be looked at before the end", () => {
  const bytes = noise(100);
  const hash = new Sha256();
  hash.update(bytes.subarray(0, 70));
  assert.equal(hash.hex(), sha256(bytes.subarray(0, 70)));
  hash.update(bytes.subarray(70));
  assert.equal(hash.hex(), sha256(bytes));
});

test("a file that fits into memory is hashed as a whole, whatever pieces it came in", async () => {
  const bytes = noise(100_000);
  const hash = new WholeSha256(bytes.length);
  for (let at = 0; at < bytes.length; at += 30_000) hash.update(bytes.subarray(at, at + 30_000));
  assert.equal(await hash.hex(), sha256(bytes));
  assert.throws(() => hash.update(bytes.subarray(0, 1)), RangeError);
  assert.equal(await new WholeSha256(0).hex(), sha256(bytes.subarray(0, 0)));
});

test("a large file, or one of unknown size, is not held in memory", () => {
  assert.ok(WholeSha256.fits(64 * 1024 * 1024));
  assert.ok(!WholeSha256.fits(4 * 1024 ** 3));
  assert.ok(!WholeSha256.fits(undefined));
});

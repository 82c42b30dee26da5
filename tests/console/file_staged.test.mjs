import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { StagedFile } from "../../technician_console/src/files/staged.js";

const KIB = 1024;

/** A disk in memory with room for so many bytes. */
function disk(room = Infinity, before = Buffer.alloc(0)) {
  let content = Buffer.from(before);
  const writes = [];
  return {
    writes,
    content: () => content,
    getSize: () => content.length,
    truncate: (size) => (content = content.subarray(0, size)),
    read: (buffer, { at }) => content.copy(buffer, 0, at, at + buffer.length),
    write: (buffer, { at }) => {
      const taken = Math.min(buffer.length, room - at);
      writes.push(taken);
      content = Buffer.concat([content.subarray(0, at), buffer.subarray(0, taken)]);
      return taken;
    },
    flush: () => {},
    close: () => {},
  };
}

const bytes = (length, from = 0) => Uint8Array.from({ length }, (_, at) => (from + at) % 251);
const sha256 = (data) => createHash("sha256").update(data).digest("hex");

test("pieces are gathered, and what is counted is on the disk", () => {
  const handle = disk();
  const staged = new StagedFile(handle, KIB * KIB);
  for (let at = 0; at < 20; at += 1) staged.write(bytes(16 * KIB, at * 16 * KIB));
  assert.deepEqual(handle.writes, [256 * KIB]);
  assert.equal(staged.length, 256 * KIB);
  staged.put();
  assert.equal(staged.length, 320 * KIB);
  staged.put();
  assert.deepEqual(handle.writes, [256 * KIB, 64 * KIB]);
  assert.deepEqual(new Uint8Array(handle.content()), bytes(320 * KIB));
});

test("a piece larger than what is gathered goes whole, and the hash is that of all", () => {
  const handle = disk();
  const staged = new StagedFile(handle, KIB * KIB);
  staged.write(bytes(100));
  staged.write(bytes(700 * KIB, 100));
  const whole = bytes(700 * KIB + 100);
  assert.equal(staged.finish(), sha256(whole));
  assert.equal(sha256(handle.content()), sha256(whole));
});

test("what was there before is hashed and gone on with", () => {
  const handle = disk(Infinity, bytes(5000));
  const staged = new StagedFile(handle, 9000);
  assert.equal(staged.length, 5000);
  staged.write(bytes(4000, 5000));
  assert.equal(staged.finish(), sha256(bytes(9000)));
});

test("a full disk is said, not passed over", () => {
  const staged = new StagedFile(disk(1000), 5000);
  staged.write(bytes(2000));
  assert.throws(() => staged.put(), { name: "QuotaExceededError" });
});

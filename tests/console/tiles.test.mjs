import assert from "node:assert/strict";
import { test } from "node:test";
import { TileLedger, isAfter, subtract } from "../../technician_console/src/tiles/ledger.js";
import { parse } from "../../technician_console/src/tiles/messages.js";

const rect = (left, top, width, height) => ({ left, top, width, height });
const area = (rects) => rects.reduce((sum, { width, height }) => sum + width * height, 0);
const pngHead = (width, height) =>
  [137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, width >> 8, width & 255, 0, 0, height >> 8, height & 255];
const bytes = (...values) => new Uint8Array(values).buffer;

test("a reset, a tile and a frame are read", () => {
  assert.deepEqual(parse(bytes(1, 7, 128, 4, 56)), { kind: "reset", width: 1920, height: 1080 });
  const png = pngHead(256, 3);
  const tile = parse(bytes(2, 255, 0, 0, 4, 0, 1, 0, 2, 1, 0, 0, 3, ...png));
  assert.deepEqual([tile.kind, tile.captured, tile.rect, [...tile.png]], ["tile", 0xff000004, rect(1, 2, 256, 3), png]);
  const frame = parse(bytes(3, 0, 0, 1, 2, 255, 0, 0, 1, 0, 1, 0, 5, 0, 6, 0, 7, 0, 8));
  assert.deepEqual(frame, { kind: "frame", captured: 258, timestamp: 0xff000001, replaced: [rect(5, 6, 7, 8)] });
});

test("a picture that is not as large as it says, or larger than any, is nothing", () => {
  const tile = (...png) => parse(bytes(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 8, ...png));
  assert.equal(tile(...pngHead(8, 8)).kind, "tile");
  assert.equal(tile(...pngHead(65500, 65500)), null, "it unpacks to gigabytes");
  const huge = parse(bytes(2, 0, 0, 0, 0, 0, 0, 0, 0, 255, 220, 255, 220, ...pngHead(65500, 65500)));
  assert.equal(huge, null);
  assert.equal(parse(bytes(1, 255, 255, 255, 255)), null);
  assert.equal(parse(bytes(1, 60, 0, 16, 224)).kind, "reset", "four screens of 3840 beside each other");
});

test("what is cut short or unknown is nothing", () => {
  const cut = [bytes(), bytes(9), bytes(1, 0), bytes(2, 0, 1), bytes(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1)];
  for (const buffer of cut) assert.equal(parse(buffer), null);
});

test("tiles are cleared when the frame that replaces them is shown, and not before", () => {
  const ledger = new TileLedger();
  assert.deepEqual(ledger.told(100, [rect(0, 0, 10, 10)]), []);
  assert.deepEqual(ledger.shown(99), []);
  assert.deepEqual(ledger.shown(100), [rect(0, 0, 10, 10)]);
  assert.deepEqual(ledger.shown(101), []);
});

test("a frame that was skipped counts as shown once a later one is", () => {
  const ledger = new TileLedger();
  ledger.told(100, [rect(0, 0, 1, 1)]);
  ledger.told(200, [rect(5, 5, 1, 1)]);
  assert.deepEqual(ledger.shown(200), [rect(0, 0, 1, 1), rect(5, 5, 1, 1)]);
});

test("a frame that was not told of hides all tiles until it is", () => {
  const ledger = new TileLedger();
  assert.equal(ledger.hidden, false);
  ledger.shown(100);
  assert.equal(ledger.hidden, true);
  assert.deepEqual(ledger.told(100, [rect(1, 1, 2, 2)]), [rect(1, 1, 2, 2)]);
  assert.equal(ledger.hidden, false);
});

test("a tile that is newer than a frame under way outlives it", () => {
  const ledger = new TileLedger();
  ledger.told(100, [rect(0, 0, 10, 10)]);
  ledger.drawn(rect(2, 2, 4, 4));
  const cleared = ledger.shown(100);
  assert.equal(area(cleared), 100 - 16);
  assert.ok(cleared.every((piece) => subtract(piece, rect(2, 2, 4, 4))[0] === piece));
});

test("a page in the background keeps no endless list", () => {
  const ledger = new TileLedger();
  ledger.shown(1);
  let cleared = 0;
  for (let at = 2; at < 200; at += 1) cleared += ledger.told(at, [rect(0, 0, 1, 1)]).length;
  assert.ok(cleared >= 121);
});

test("timestamps begin anew after 2^32", () => {
  assert.equal(isAfter(5, 0xfffffff0), true);
  assert.equal(isAfter(0xfffffff0, 5), false);
});

test("subtracting leaves exactly the rest", () => {
  const whole = rect(0, 0, 10, 10);
  assert.equal(area(subtract(whole, rect(3, 3, 4, 4))), 84);
  assert.equal(area(subtract(whole, rect(-5, -5, 30, 30))), 0);
  assert.deepEqual(subtract(whole, rect(20, 20, 5, 5)), [whole]);
});

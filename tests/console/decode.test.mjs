import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, deflateSync } from "node:zlib";
import { decodeSmall } from "../../technician_console/src/tiles/decode.js";

const INDEXED = 3, RGB = 2;
const COLOURS = [[255, 255, 255], [0, 0, 0], [200, 30, 7]];

const uint32 = (value) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];

function chunk(name, data) {
  const named = [...Buffer.from(name), ...data];
  return [...uint32(data.length), ...named, ...uint32(crc32 ? crc32(Buffer.from(named)) : 0)];
}

/** A PNG of these rows, filter bytes included. */
function png(width, height, depth, colourType, rows, colours = COLOURS) {
  const header = [...uint32(width), ...uint32(height), depth, colourType, 0, 0, 0];
  return Uint8Array.from([
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a,
    ...chunk("IHDR", header),
    ...(colourType === INDEXED ? chunk("PLTE", colours.flat()) : []),
    ...chunk("IDAT", [...deflateSync(Uint8Array.from(rows))]),
    ...chunk("IEND", []),
  ]);
}

const pixels = ({ data }) => Array.from({ length: data.length / 4 }, (_, i) => [...data.slice(4 * i, 4 * i + 4)]);
const opaque = (...indices) => indices.map((index) => [...COLOURS[index], 255]);

test("eight bits a pixel are a palette's colours, opaque", () => {
  const picture = decodeSmall(png(2, 2, 8, INDEXED, [0, 0, 1, 0, 2, 0]));
  assert.deepEqual([picture.width, picture.height], [2, 2]);
  assert.deepEqual(pixels(picture), opaque(0, 1, 2, 0));
});

test("one bit a pixel is read from the left, and what fills the last byte is left out", () => {
  const picture = decodeSmall(png(10, 1, 1, INDEXED, [0, 0b10000001, 0b01111111]));
  assert.deepEqual(pixels(picture), opaque(1, 0, 0, 0, 0, 0, 0, 1, 0, 1));
});

test("what is not a small tile with a palette is left to the browser", () => {
  assert.equal(decodeSmall(png(1, 1, 8, RGB, [0, 1, 2, 3])), null);
  assert.equal(decodeSmall(png(2, 1, 8, INDEXED, [1, 0, 1])), null, "a filter");
  assert.equal(decodeSmall(png(1000, 1000, 8, INDEXED, [0])), null, "large");
  assert.equal(decodeSmall(png(2, 2, 8, INDEXED, [0, 0, 1])), null, "cut short");
});

test("noise is no picture and does no harm", () => {
  for (let length = 0; length < 200; length += 7) {
    assert.equal(decodeSmall(Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255)), null);
  }
});

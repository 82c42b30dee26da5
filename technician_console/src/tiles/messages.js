// Reads the binary messages of the `tiles` channel (broker/protocol/tiles.py). Pure.
import { MAX_PIXELS, TILES_FRAME, TILES_RESET, TILES_TILE } from "../protocol.js";
import { sizeOf } from "../png.js";

/** @typedef {{ left: number, top: number, width: number, height: number }} Rect pixels of the picture */
/** @typedef {{ kind: "reset", width: number, height: number }} Reset */
/** @typedef {{ kind: "tile", captured: number, rect: Rect, png: Uint8Array<ArrayBuffer> }} Tile */
/** @typedef {{ kind: "frame", captured: number, timestamp: number, replaced: Rect[] }} Frame */

const RECT_BYTES = 8;

/**
 * @param {ArrayBuffer} buffer
 * @returns {Reset | Tile | Frame | null} null when it is none of them
 */
export function parse(buffer) {
  const view = new DataView(buffer);
  try {
    switch (view.getUint8(0)) {
      case TILES_RESET:
        return resetIn(view);
      case TILES_TILE:
        return tileIn(view);
      case TILES_FRAME:
        return frameIn(view);
      default:
        return null;
    }
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** @param {DataView} view @returns {Reset | null} */
function resetIn(view) {
  const width = view.getUint16(1), height = view.getUint16(3);
  return width * height <= MAX_PIXELS ? { kind: "reset", width, height } : null;
}

/** @param {DataView<ArrayBuffer>} view @returns {Tile | null} */
function tileIn(view) {
  const rect = rectAt(view, 5);
  const png = new Uint8Array(view.buffer, 5 + RECT_BYTES);
  return isOfSize(png, rect) ? { kind: "tile", captured: view.getUint32(1), rect, png } : null;
}

/**
 * Whether a PNG says that it is as large as its place: a few KiB may unpack to gigabytes.
 * @param {Uint8Array} png @param {Rect} rect
 */
function isOfSize(png, { width, height }) {
  const own = sizeOf(png);
  return width * height <= MAX_PIXELS && own?.width === width && own.height === height;
}

/** @param {DataView} view @returns {Frame} */
const frameIn = (view) => ({
  kind: "frame",
  captured: view.getUint32(1),
  timestamp: view.getUint32(5),
  replaced: rectsAt(view, 11, view.getUint16(9)),
});

/** @param {DataView} view @param {number} at @returns {Rect} */
const rectAt = (view, at) => ({
  left: view.getUint16(at),
  top: view.getUint16(at + 2),
  width: view.getUint16(at + 4),
  height: view.getUint16(at + 6),
});

/** @param {DataView} view @param {number} at @param {number} count */
const rectsAt = (view, at, count) =>
  Array.from({ length: count }, (_, index) => rectAt(view, at + index * RECT_BYTES));

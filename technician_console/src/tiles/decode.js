// Decodes the small tiles of the support client (client/capture/tile.py) without leaving the thread: PNG
// (ISO/IEC 15948) with a palette of 1 or 8 bits and no filters. Others are the browser's business.
import { unzlibSync } from "../../../static/vendor/fflate.js";

/** Decoding more than this takes longer here than in the browser's own threads. Bytes of rows. */
const MOST_BYTES = 96 * 1024;

const FIRST_CHUNK = 8;
const IHDR = 0x49484452;
const PLTE = 0x504c5445;
const IDAT = 0x49444154;
const INDEXED = 3;

/**
 * @param {Uint8Array<ArrayBuffer>} png
 * @returns {{ width: number, height: number, data: Uint8ClampedArray<ArrayBuffer> } | null} RGBA; null when it is not a
 *   small tile with a palette
 */
export function decodeSmall(png) {
  const chunks = chunksOf(png);
  const header = chunks.get(IHDR), palette = chunks.get(PLTE), packed = chunks.get(IDAT);
  if (!header || !palette || !packed || header.length < 13) return null;
  const view = new DataView(header.buffer, header.byteOffset);
  const width = view.getUint32(0), height = view.getUint32(4), depth = header[8];
  const stride = 1 + (depth === 1 ? Math.ceil(width / 8) : width);
  if (header[9] !== INDEXED || (depth !== 1 && depth !== 8) || stride * height > MOST_BYTES) return null;
  const rows = inflate(packed, stride * height);
  return rows && paint(rows, stride, width, height, depth, coloursOf(palette));
}

/** @param {Uint8Array<ArrayBuffer>} png @returns {Map<number, Uint8Array<ArrayBuffer>>} the last chunk of each kind */
function chunksOf(png) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks = new Map();
  for (let at = FIRST_CHUNK; at + 8 <= png.length; ) {
    const length = view.getUint32(at);
    chunks.set(view.getUint32(at + 4), png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return chunks;
}

/** @param {Uint8Array} packed @param {number} size */
function inflate(packed, size) {
  try {
    const rows = unzlibSync(packed, { out: new Uint8Array(size) });
    return rows.length === size ? rows : null;
  } catch {
    return null; // Damaged: the browser's decoder judges it, too.
  }
}

/** Opaque colours as `ImageData` keeps them on a little-endian machine. @param {Uint8Array} palette */
const coloursOf = (palette) =>
  Uint32Array.from({ length: Math.floor(palette.length / 3) }, (_, i) =>
    0xff000000 | (palette[3 * i + 2] << 16) | (palette[3 * i + 1] << 8) | palette[3 * i]);

/**
 * @param {Uint8Array} rows @param {number} stride @param {number} width @param {number} height
 * @param {number} depth @param {Uint32Array} colours
 */
function paint(rows, stride, width, height, depth, colours) {
  const pixels = new Uint32Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const row = y * stride + 1;
    if (rows[row - 1] !== 0) return null; // a filter
    if (depth === 8) for (let x = 0; x < width; x++) pixels[at++] = colours[rows[row + x]];
    else for (let x = 0; x < width; x++) pixels[at++] = colours[(rows[row + (x >> 3)] >> (7 - (x & 7))) & 1];
  }
  return { width, height, data: new Uint8ClampedArray(pixels.buffer) };
}

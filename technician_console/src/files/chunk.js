// A piece of a file as it travels: `stream 32 | offset 64 | bytes` (broker/protocol/files.py). Pure.
import { CHUNK_HEAD_BYTES } from "../protocol.js";

/** @typedef {{stream: number, offset: number, bytes: Uint8Array<ArrayBuffer>}} Chunk */

/** @param {number} stream @param {number} offset @param {Uint8Array} bytes @returns {ArrayBuffer} */
export function packChunk(stream, offset, bytes) {
  const packed = new Uint8Array(CHUNK_HEAD_BYTES + bytes.length);
  const head = new DataView(packed.buffer);
  head.setUint32(0, stream);
  head.setBigUint64(4, BigInt(offset));
  packed.set(bytes, CHUNK_HEAD_BYTES);
  return packed.buffer;
}

/** The bytes are a view of the message; null for what is no chunk. @param {ArrayBuffer} message @returns {Chunk | null} */
export function unpackChunk(message) {
  if (message.byteLength <= CHUNK_HEAD_BYTES) return null;
  const head = new DataView(message);
  const bytes = new Uint8Array(message, CHUNK_HEAD_BYTES);
  return { stream: head.getUint32(0), offset: Number(head.getBigUint64(4)), bytes };
}

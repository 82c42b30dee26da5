// What is sealed in a frame of a tunnel (broker/protocol/tunnel.py). Pure.
import { TUNNEL_CHANNELS, TUNNEL_HEAD_BYTES } from "../protocol.js";

/** @typedef {import("../protocol.js").ChannelLabel} ChannelLabel */

const TEXT = 0;
const BINARY = 1;

/** The channels by their numbers. */
const LABELS = /** @type {ChannelLabel[]} */ (TUNNEL_CHANNELS);

/** @param {ChannelLabel} label @param {string | ArrayBuffer} message @returns {ArrayBuffer} */
export function pack(label, message) {
  const data = typeof message === "string" ? new TextEncoder().encode(message) : new Uint8Array(message);
  const packed = new Uint8Array(TUNNEL_HEAD_BYTES + data.length);
  packed.set([LABELS.indexOf(label), typeof message === "string" ? TEXT : BINARY]);
  packed.set(data, TUNNEL_HEAD_BYTES);
  return packed.buffer;
}

/** @param {ArrayBuffer} packed @returns {{ label: ChannelLabel, data: string | ArrayBuffer } | null} null when it is none */
export function unpack(packed) {
  const [number = -1, kind] = new Uint8Array(packed);
  const label = LABELS[number];
  if (label === undefined || packed.byteLength < TUNNEL_HEAD_BYTES) return null;
  const data = packed.slice(TUNNEL_HEAD_BYTES);
  if (kind === BINARY) return { label, data };
  return kind === TEXT ? textIn(label, data) : null;
}

/** @param {ChannelLabel} label @param {ArrayBuffer} data */
function textIn(label, data) {
  try {
    return { label, data: new TextDecoder("utf-8", { fatal: true }).decode(data) };
  } catch {
    return null;
  }
}

// What may travel from clipboard to clipboard, how large it is, and the pieces it travels in. Pure.
import { CLIPBOARD_PART_LENGTH, MAX_CLIPBOARD_BYTES } from "./protocol.js";

/** @typedef {import("./protocol.js").ClipboardProblem} ClipboardProblem */

/** A text with the line ends it travels with; the other side makes them its own. @param {string} text */
export const withLineFeeds = (text) => text.replace(/\r\n?/g, "\n");

/** Bytes of UTF-8. @param {string} text */
export const sizeOf = (text) => new TextEncoder().encode(text).length;

/** Unicode code points. @param {string} text */
export const charactersOf = (text) => text.length - (text.match(/[\uDC00-\uDFFF]/g)?.length ?? 0);

/** Why a text may not travel; null when it may. @param {string} text @returns {ClipboardProblem | null} */
export function problemOf(text) {
  if (text === "") return "empty";
  if (text.length > MAX_CLIPBOARD_BYTES || sizeOf(text) > MAX_CLIPBOARD_BYTES) return "too_large";
  return text.includes("\0") || /\p{Surrogate}/u.test(text) ? "unfit" : null;
}

/** The pieces of a text, none of which ends in the middle of a character. @param {string} text */
export function* pieces(text) {
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + CLIPBOARD_PART_LENGTH, text.length);
    if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
    yield text.slice(at, end);
    at = end;
  }
}

/** Hexadecimal SHA-256 of the UTF-8; null where the browser has none (no secure context). @param {string} text */
export async function sha256(text) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return null;
  const hash = new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

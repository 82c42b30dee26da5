// Characters on their way to the other side. Pure.
import { MAX_TYPED_LENGTH } from "../protocol.js";

/** @typedef {import("../protocol.js").InputText} InputText */

/** What nobody types: control characters but tab and line breaks, and halves of characters. */
// eslint-disable-next-line no-control-regex -- these are what it is about
const UNTYPEABLE = /[\0-\b\v\f\x0e-\x1f\x7f-\x9f]|\p{Surrogate}/gu;

/**
 * Messages that type this text, none longer than a message may be.
 * @param {string} text
 * @returns {InputText[]}
 */
export function textMessages(text) {
  const characters = [...text.replace(UNTYPEABLE, "")];
  const messages = [];
  for (let at = 0; at < characters.length; at += MAX_TYPED_LENGTH) {
    messages.push({ type: /** @type {const} */ ("input.text"), text: characters.slice(at, at + MAX_TYPED_LENGTH).join("") });
  }
  return messages;
}

// What both sides compute of the string on both screens, as told in broker/protocol/trust.py, whose twin it
// is; the secret's is client/trust/keys.py. All of them keep to tests/vectors/trust.json.
import { COMMIT_LABEL, SECRET_INFO, STRING_LABEL } from "../protocol.js";
import { WORDS } from "./words.js";

/** @typedef {import("../protocol.js").TrustPart} TrustPart */
/** @typedef {"en" | "fr"} TrustLanguage */
/**
 * @typedef {object} TrustString
 * @property {Uint8Array<ArrayBuffer>} transcript 32 bytes
 * @property {TrustLanguage} language of the words
 * @property {string} digits four of them
 * @property {string[]} words two of them
 */

const DIGITS = 10_000n;

/** What a console sends before its part. @param {string} sessionId @param {TrustPart} part */
export const commitmentOf = async (sessionId, part) => hexOf(await hash(COMMIT_LABEL, sessionId, ...texts(part)));

/**
 * What both screens show when these two parts met.
 * @param {string} sessionId
 * @param {TrustPart} own the console's
 * @param {TrustPart} theirs the client's
 * @param {TrustLanguage} language
 * @returns {Promise<TrustString>}
 */
export async function stringOf(sessionId, own, theirs, language) {
  const transcript = await hash(STRING_LABEL, sessionId, ...texts(own), ...texts(theirs), language);
  const number = new DataView(transcript.buffer).getBigUint64(0) % DIGITS;
  const words = [transcript[8], transcript[9]].map((byte) => WORDS[language][byte ?? 0] ?? "");
  return { transcript, language, digits: String(number).padStart(4, "0"), words };
}

/**
 * 32 bytes that nobody else has; rejects when their key is one with which no secret can be shared.
 * @param {CryptoKey} privateKey X25519
 * @param {string} theirKey in hexadecimal
 * @param {Uint8Array<ArrayBuffer>} transcript
 */
export async function secretOf(privateKey, theirKey, transcript) {
  const theirs = await crypto.subtle.importKey("raw", bytesOf(theirKey), "X25519", false, []);
  const shared = await crypto.subtle.deriveBits({ name: "X25519", public: theirs }, privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: transcript, info: new TextEncoder().encode(SECRET_INFO) };
  return new Uint8Array(await crypto.subtle.deriveBits(derivation, material, 256));
}

const FINGERPRINT_LINE = /^a=fingerprint:sha-256 ([0-9A-Fa-f:]+)\r?$/gm;

/**
 * Whether a description names this certificate, in each place, and no other.
 * @param {string} sdp
 * @param {string} fingerprint
 */
export function isOnlyFingerprint(sdp, fingerprint) {
  const named = [...sdp.matchAll(FINGERPRINT_LINE)].map(([, value]) => value?.toUpperCase());
  const rest = sdp.replaceAll(FINGERPRINT_LINE, "").toLowerCase();
  return named.length > 0 && named.every((value) => value === fingerprint) && !rest.includes("fingerprint");
}

/** @param {Uint8Array} bytes */
export const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} hex */
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** @param {TrustPart} part */
const texts = ({ nonce, fingerprint, key }) => [nonce, fingerprint, key];

/** @param {string[]} parts */
async function hash(...parts) {
  const encoded = parts.map((text) => new TextEncoder().encode(text));
  const whole = new Uint8Array(encoded.reduce((length, { length: more }) => length + 4 + more, 0));
  let at = 0;
  for (const data of encoded) {
    new DataView(whole.buffer).setUint32(at, data.length);
    whole.set(data, at + 4);
    at += 4 + data.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

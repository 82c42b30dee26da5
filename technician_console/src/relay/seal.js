// Seals frames of a relay for the other side, and opens those that come from there. The form is told in
// broker/protocol/relay.py; the Python twin is client/relay/seal.py, and both keep to tests/vectors/relay.json.
import { RELAY_INFO } from "../protocol.js";

/** @typedef {import("../protocol.js").RelaySide} RelaySide */

const SECRET_BYTES = 32;
const NONCE_BYTES = 12;

/** Whether this page can: only in secure contexts (HTTPS, or the computer itself) is there WebCrypto. */
export const canSeal = () => globalThis.crypto?.subtle !== undefined;

/** One direction of one relay; each side has two of them, and counts its frames. */
export class Seal {
  #key;
  #about;
  #sequence = 0;

  /** @param {CryptoKey} key @param {string} relayId @param {RelaySide} sender */
  constructor(key, relayId, sender) {
    this.#key = key;
    this.#about = `${relayId}|${sender}|`;
  }

  /** @param {string} secret @param {string} relayId @param {RelaySide} sender */
  static async of(secret, relayId, sender) {
    return new Seal(await keyOf(secret, relayId, sender), relayId, sender);
  }

  /** Encrypt what is sent next; several may be under way. @param {BufferSource} data @returns {Promise<ArrayBuffer>} */
  close(data) {
    return crypto.subtle.encrypt(this.#next(), this.#key, data);
  }

  /** Decrypt what came next; rejects what is not the next frame of the other side. @param {BufferSource} frame @returns {Promise<ArrayBuffer>} */
  open(frame) {
    return crypto.subtle.decrypt(this.#next(), this.#key, frame);
  }

  /** @returns {AesGcmParams} */
  #next() {
    const iv = new Uint8Array(NONCE_BYTES);
    new DataView(iv.buffer).setBigUint64(4, BigInt(this.#sequence));
    const additionalData = new TextEncoder().encode(`${this.#about}${this.#sequence}`);
    this.#sequence += 1;
    return { name: "AES-GCM", iv, additionalData };
  }
}

/** 32 random bytes in base64url, without padding. */
export function newSecret() {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} secret @param {string} relayId @param {RelaySide} sender */
async function keyOf(secret, relayId, sender) {
  const text = (/** @type {string} */ plain) => new TextEncoder().encode(plain);
  const material = await crypto.subtle.importKey("raw", bytesOf(secret), "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: text(relayId), info: text(RELAY_INFO + sender) };
  return crypto.subtle.deriveKey(derivation, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {string} secret base64url */
function bytesOf(secret) {
  const text = atob(secret.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

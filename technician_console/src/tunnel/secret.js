// The secret of one tunnel, from the one that both sides share since they agreed on their string. The form is told
// in broker/protocol/tunnel.py; the Python twin is client/tunnel/secret.py, and both keep to tests/vectors/tunnel.json.
import { NONCE_BYTES, TUNNEL_INFO } from "../protocol.js";
import { hexOf } from "../trust/calculation.js";

/** This side's nonce, in hexadecimal. */
export const newNonce = () => hexOf(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));

/**
 * What relay/seal.js takes: 32 bytes in base64url, without padding.
 * @param {BufferSource} shared
 * @param {string} peerId
 * @param {string} consoleNonce
 * @param {string} clientNonce
 */
export async function tunnelSecret(shared, peerId, consoleNonce, clientNonce) {
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode(TUNNEL_INFO + peerId);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: bytesOf(consoleNonce + clientNonce), info };
  const secret = new Uint8Array(await crypto.subtle.deriveBits(derivation, material, 256));
  return btoa(String.fromCharCode(...secret)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} hex */
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

// What this page brings to the string on both screens, and is known by for the whole session: a certificate
// for DTLS, a key, a nonce. It is kept on this computer, so that the string outlives a reload of the page.
import { NONCE_BYTES } from "../protocol.js";
import { hexOf } from "./calculation.js";

/**
 * @typedef {object} Hand
 * @property {RTCCertificate} certificate
 * @property {CryptoKey} privateKey X25519; it cannot be read out
 * @property {import("../protocol.js").TrustPart} part
 * @property {import("../protocol.js").TrustAnswer | null} answer the one that the support client gave to it
 * @property {number} madeAt milliseconds since 1970
 */

/** Whether this page can: only in secure contexts (HTTPS, or the computer itself) is there WebCrypto. */
export const canAgree = () => globalThis.crypto?.subtle !== undefined;

/**
 * Rejects in a browser without X25519.
 * @param {() => Promise<RTCCertificate>} makeCertificate
 * @param {number} now
 * @returns {Promise<Hand>}
 */
export async function makeHand(makeCertificate, now) {
  const keys = await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
  const { publicKey, privateKey } = /** @type {CryptoKeyPair} */ (keys);
  const certificate = await makeCertificate();
  const part = {
    nonce: hexOf(crypto.getRandomValues(new Uint8Array(NONCE_BYTES))),
    fingerprint: fingerprintOf(certificate),
    key: hexOf(new Uint8Array(await crypto.subtle.exportKey("raw", publicKey))),
  };
  return { certificate, privateKey, part, answer: null, madeAt: now };
}

/** @param {RTCCertificate} certificate */
function fingerprintOf(certificate) {
  const known = certificate.getFingerprints().find(({ algorithm }) => algorithm === "sha-256");
  return (known?.value ?? "").toUpperCase();
}

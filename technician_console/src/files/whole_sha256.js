// SHA-256 of a file that fits into memory: WebCrypto's, which takes no pieces, is several times as fast as ours.
// Pure, but for WebCrypto.

/** The most that is held for it. */
const MAX_BYTES = 128 * 1024 * 1024;

export class WholeSha256 {
  #file;
  #length = 0;

  /** Whether a file of this size may be hashed so, here. @param {number | undefined} bytes undefined: nobody knows */
  static fits(bytes) {
    return bytes !== undefined && bytes <= MAX_BYTES && globalThis.crypto?.subtle !== undefined;
  }

  /** @param {number} bytes as many as will come */
  constructor(bytes) {
    this.#file = new Uint8Array(bytes);
  }

  /** @param {Uint8Array} bytes what comes next. Raises RangeError beyond the size that was told. */
  update(bytes) {
    this.#file.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The hash of all that came, hexadecimal. @returns {Promise<string>} */
  async hex() {
    const digest = await crypto.subtle.digest("SHA-256", this.#file.subarray(0, this.#length));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

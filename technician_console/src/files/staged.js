// A file that is being received, on the browser's own disk: writes what comes in its order and hashes it,
// many pieces at once, since every visit to the disk costs the same.
// What was there before is hashed again when it is opened. For a worker: all of it is synchronous.
import { Sha256 } from "./sha256.js";

/**
 * @typedef {object} SyncHandle a FileSystemSyncAccessHandle
 * @property {() => number} getSize
 * @property {(size: number) => void} truncate
 * @property {(buffer: Uint8Array, options: {at: number}) => number} read
 * @property {(buffer: Uint8Array, options: {at: number}) => number} write
 * @property {() => void} flush
 * @property {() => void} close
 */

const BLOCK_BYTES = 1024 * 1024;
const GATHERED_BYTES = 256 * 1024;

export class StagedFile {
  #handle;
  #hash = new Sha256();
  #gathered = new Uint8Array(GATHERED_BYTES);
  #waiting = 0;
  /** Bytes on the disk. */
  length = 0;

  /** @param {SyncHandle} handle @param {number} size bytes that it is to have; a part that is longer is begun anew */
  constructor(handle, size) {
    this.#handle = handle;
    if (handle.getSize() > size) handle.truncate(0);
    const block = new Uint8Array(Math.min(BLOCK_BYTES, handle.getSize()));
    while (this.length < handle.getSize()) {
      const read = handle.read(block, { at: this.length });
      this.#hash.update(block.subarray(0, read));
      this.length += read;
    }
  }

  /** @param {Uint8Array} bytes what comes next; it is on the disk after `put` at the latest */
  write(bytes) {
    if (this.#waiting === 0 && bytes.length >= GATHERED_BYTES / 2) return this.#append(bytes);
    for (let from = 0; from < bytes.length; ) {
      const taken = bytes.subarray(from, from + GATHERED_BYTES - this.#waiting);
      this.#gathered.set(taken, this.#waiting);
      this.#waiting += taken.length;
      from += taken.length;
      if (this.#waiting === GATHERED_BYTES) this.put();
    }
  }

  /** Put what waits on the disk. */
  put() {
    const bytes = this.#gathered.subarray(0, this.#waiting);
    this.#waiting = 0;
    if (bytes.length > 0) this.#append(bytes);
  }

  /** @param {Uint8Array} bytes */
  #append(bytes) {
    const written = this.#handle.write(bytes, { at: this.length });
    if (written !== bytes.length) throw new DOMException("the disk took less than it was given", "QuotaExceededError");
    this.#hash.update(bytes);
    this.length += written;
  }

  /** @returns {string} the hash of the whole file, which is closed */
  finish() {
    this.put();
    this.#handle.flush();
    this.#handle.close();
    return this.#hash.hex();
  }

  /** What waits is lost. */
  close() {
    this.#handle.close();
  }
}

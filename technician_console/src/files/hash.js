// SHA-256 of files, piece by piece, and of short texts at once.
import { Sha256 } from "./sha256.js";
import { WorkerLine } from "./worker_line.js";

/**
 * @typedef {object} Hash
 * @property {(bytes: ArrayBuffer) => Promise<unknown>} add resolves once they are hashed, so that no more than
 *   a few pieces are in memory
 * @property {() => Promise<string>} end the hash of all that was added, hexadecimal
 * @property {() => void} drop it is not wanted any more
 */

/** @param {string} text */
export function hashOf(text) {
  const hash = new Sha256();
  hash.update(new TextEncoder().encode(text));
  return hash.hex();
}

/** Makes hashes that a worker works out; there is none before the first. */
export class HashWorker {
  #make;
  /** @type {WorkerLine | null} */
  #line = null;
  #last = 0;

  /** @param {() => import("./worker_line.js").WorkerLike} make a worker running hash_worker.js */
  constructor(make) {
    this.#make = make;
  }

  /** @param {number} [bytes] how many will come, where that is known: small files go faster @returns {Hash} */
  begin(bytes) {
    this.#last += 1;
    const hash = this.#last;
    const line = (this.#line ??= new WorkerLine(this.#make()));
    line.tell("begin", { hash, bytes });
    return {
      add: (bytes) => line.ask("add", { hash, bytes }),
      end: () => line.ask("end", { hash }),
      drop: () => line.tell("drop", { hash }),
    };
  }

  stop() {
    this.#line?.close();
    this.#line = null;
  }
}

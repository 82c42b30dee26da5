// One file on its way out: reads it block by block, one ahead, hashes it, and sends its chunks as the
// window and the road have room. It never holds more than two blocks of a file.
import { packChunk } from "./chunk.js";

/** @typedef {import("./road.js").Road} Road */
/** @typedef {import("../protocol.js").FileProblem} FileProblem */
/** @typedef {Pick<File, "size" | "slice">} Readable */
/**
 * @typedef {object} UploadParts
 * @property {Readable} file
 * @property {number} stream
 * @property {Road} road
 * @property {import("./window.js").Window} window
 * @property {import("./hash.js").Hash} hash
 * @property {() => number} now milliseconds of a clock that never goes back
 */

const BLOCK_BYTES = 1024 * 1024;

export class Upload {
  #parts;
  #stopped = false;
  #held = false;
  /** What the window's bytes are counted from. */
  #base = 0;
  /** @type {() => void} */
  #wake = () => {};
  /** The receiver's disk has so much of it. */
  got = 0;
  begun = false;

  /** @param {UploadParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  get stream() {
    return this.#parts.stream;
  }

  /**
   * Send what is behind this offset. Once: for another offset there is another upload.
   * @param {number} offset
   * @returns {Promise<{sha256: string} | {problem: FileProblem} | null>} null: it was stopped
   */
  async send(offset) {
    this.begun = true;
    const { file, window } = this.#parts;
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > file.size) return { problem: "damaged" };
    this.#base = window.total - offset;
    this.got = offset;
    const problem = (await this.#pass(0, offset, () => true)) ?? (await this.#pass(offset, file.size, (...piece) => this.#chunks(...piece)));
    if (this.#stopped) return null;
    if (problem) return { problem };
    const sha256 = await this.#parts.hash.end();
    return this.#stopped ? null : { sha256 };
  }

  /** So much of the file is safe. @param {number} bytes @returns {number} how much that is new */
  acknowledge(bytes) {
    const { file, window, now } = this.#parts;
    const reached = Math.min(Math.max(bytes, this.got), file.size);
    const gained = reached - this.got;
    this.got = reached;
    window.acknowledged(this.#base + reached, now());
    this.wake();
    return gained;
  }

  /** @param {boolean} held whether it waits */
  hold(held) {
    this.#held = held;
    this.wake();
  }

  stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#parts.hash.drop();
    this.#parts.window.forget();
    this.wake();
  }

  /** Look again whether there is room. */
  wake() {
    this.#wake();
  }

  /**
   * Read and hash a part of the file, and do something with each block.
   * @param {number} from
   * @param {number} to
   * @param {(at: number, block: ArrayBuffer) => boolean | Promise<boolean>} use false: no more
   * @returns {Promise<FileProblem | null>}
   */
  async #pass(from, to, use) {
    let ahead = from < to ? this.#read(from, to) : null;
    for (let at = from; ahead && !this.#stopped; ) {
      const block = await ahead;
      if (typeof block === "string") return block;
      const next = at + block.byteLength;
      ahead = next < to ? this.#read(next, to) : null;
      const hashed = this.#parts.hash.add(block);
      if (!(await use(at, block))) return null;
      await hashed;
      at = next;
    }
    return null;
  }

  /** @param {number} at @param {number} to @returns {Promise<ArrayBuffer | FileProblem>} */
  async #read(at, to) {
    const end = Math.min(at + BLOCK_BYTES, to);
    try {
      const block = await this.#parts.file.slice(at, end).arrayBuffer();
      return block.byteLength === end - at ? block : "changed";
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // Chromium calls a file that was written to after it was chosen not readable, too.
      return error.name === "NotReadableError" && at > 0 ? "changed" : "not_readable";
    }
  }

  /** @param {number} at @param {ArrayBuffer} block */
  async #chunks(at, block) {
    const { stream, road, window, now } = this.#parts;
    for (let from = 0; from < block.byteLength; from += road.chunkBytes) {
      const bytes = new Uint8Array(block, from, Math.min(road.chunkBytes, block.byteLength - from));
      while (!this.#stopped && !this.#mayGo(bytes.length)) await this.#room();
      if (this.#stopped) return false;
      window.sent(bytes.length, now());
      if (!(await road.send(packChunk(stream, at + from, bytes)))) this.stop();
    }
    return !this.#stopped;
  }

  /** @param {number} bytes */
  #mayGo(bytes) {
    const { road, window } = this.#parts;
    return !this.#held && window.room >= bytes && road.room >= bytes;
  }

  #room() {
    return new Promise((done) => {
      this.#wake = () => done(undefined);
    });
  }
}

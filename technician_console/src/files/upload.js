// One file on its way out: reads it block by block, one ahead, hashes it, and sends its chunks as the
// window and the road have room. It never holds more than two blocks of a file. It changes roads only when
// all that left has arrived.
import { RELAY_CHUNK_BYTES } from "../protocol.js";
import { packChunk } from "./chunk.js";

/** @typedef {import("../protocol.js").FileProblem} FileProblem */
/** @typedef {Pick<File, "size" | "slice">} Readable */
/**
 * @typedef {object} UploadParts
 * @property {Readable} file
 * @property {number} stream
 * @property {import("./lanes.js").Lanes} lanes
 * @property {(kind: import("../protocol.js").FileRoad) => void} took another road was taken
 * @property {() => void} silent nothing of what went over the relay arrives any more
 * @property {import("./hash.js").Hash} hash
 * @property {() => boolean} hands whether the technician works at the remote desktop right now
 * @property {() => number} now milliseconds of a clock that never goes back
 */

/** Some chunks of a relay. */
const BLOCK_BYTES = 4 * RELAY_CHUNK_BYTES;
/** When nothing of what went over the relay arrives for so long, it is given up. */
const SILENT_MS = 5000;

export class Upload {
  #parts;
  #stopped = false;
  #held = false;
  /** What the window's bytes are counted from. */
  #base = 0;
  /** @type {() => void} */
  #wake = () => {};
  /** All before this has left. */
  #sent = 0;
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
    const { file } = this.#parts;
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > file.size) return { problem: "damaged" };
    this.got = this.#sent = offset;
    this.#takeRoad();
    const problem = (await this.#pass(0, offset, () => true)) ?? (await this.#pass(offset, file.size, (...piece) => this.#chunks(...piece)));
    if (this.#stopped) return null;
    if (problem) return { problem };
    const landed = this.#parts.lanes.kind === "relay" ? this.#landed() : null; // `file.end` goes elsewhere
    const [sha256] = await Promise.all([this.#parts.hash.end(), landed]);
    return this.#stopped ? null : { sha256 };
  }

  /** So much of the file is safe. @param {number} bytes @returns {number} how much that is new */
  acknowledge(bytes) {
    const { file, lanes, now } = this.#parts;
    const reached = Math.min(Math.max(bytes, this.got), file.size);
    const gained = reached - this.got;
    this.got = reached;
    lanes.window.acknowledged(this.#base + reached, now());
    lanes.choice.arrived(gained, now());
    this.wake();
    return gained;
  }

  /** @param {boolean} held whether it waits */
  hold(held) {
    this.#held = held;
    if (held) this.#parts.lanes.choice.rests();
    this.wake();
  }

  stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#parts.hash.drop();
    this.#parts.lanes.window.forget();
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
    const { stream, lanes, now } = this.#parts;
    for (let from = 0; from < block.byteLength && !this.#stopped; ) {
      if (lanes.choice.isDue(now())) await this.#changeRoads();
      const bytes = new Uint8Array(block, from, Math.min(lanes.road.chunkBytes, block.byteLength - from));
      while (!this.#stopped && !this.#mayGo(bytes.length)) await this.#news();
      if (this.#stopped) return false;
      lanes.window.sent(bytes.length, now());
      this.#sent += bytes.length;
      const chunk = packChunk(stream, at + from, bytes);
      // A relay is not waited for: it seals several chunks at a time, and says itself when it is over.
      if (lanes.kind === "relay") void lanes.road.send(chunk);
      else if (!(await lanes.road.send(chunk))) this.stop();
      from += bytes.length;
    }
    return !this.#stopped;
  }

  /** Take the other road as soon as nothing is under way on this one. */
  async #changeRoads() {
    const { lanes, now } = this.#parts;
    await this.#landed();
    if (this.#stopped || !lanes.choice.isDue(now())) return;
    lanes.choice.change();
    this.#takeRoad();
  }

  /** Go on as was chosen, with nothing under way. */
  #takeRoad() {
    const { lanes, took } = this.#parts;
    lanes.take();
    this.#base = lanes.window.total - this.#sent;
    took(lanes.kind);
  }

  /** Until the receiver has all that has left. */
  async #landed() {
    while (!this.#stopped && this.got < this.#sent) await this.#news();
  }

  /** @param {number} bytes */
  #mayGo(bytes) {
    const { road, window, kind } = this.#parts.lanes;
    if (this.#held) return false;
    // A relay takes all it is given of the line and the processors: one chunk at a time while a key press may want some.
    if (kind === "relay" && this.#parts.hands()) return this.got >= this.#sent;
    return window.room >= bytes && road.room >= bytes;
  }

  /** Until something has happened; a relay on which nothing arrives any more is given up meanwhile. */
  async #news() {
    const { lanes, silent } = this.#parts;
    const underWay = lanes.kind === "relay" && this.got < this.#sent && !this.#held;
    const timer = underWay ? setTimeout(silent, SILENT_MS) : undefined;
    await new Promise((done) => {
      this.#wake = () => done(undefined);
    });
    clearTimeout(timer);
  }
}

// One transfer to the end user: its files in their order, and where it stands. Pure, but for the clock's
// figures that it is given.
import { MAX_CHANNEL_MESSAGE_BYTES, MAX_DEPTH, MAX_SEGMENT_LENGTH } from "../protocol.js";
import { itemsOf } from "./gather.js";
import { hashOf } from "./hash.js";
import { Transfer } from "./transfer.js";

/** @typedef {import("./gather.js").Chosen} Chosen */
/** @typedef {import("./gather.js").ChosenFile} ChosenFile */
/** @typedef {import("../protocol.js").FileProblem} FileProblem */
/**
 * @typedef {import("./transfer.js").Told & {index: number, failedAt: [number, FileProblem][]}} Kept what a reload must
 *   not lose: names and sizes, and how far it came
 */

export class Outgoing extends Transfer {
  /** The next file that is to be sent. */
  index = 0;
  /** The other side knows of it. */
  offered = false;
  /** @type {[number, FileProblem][]} */
  #failedAt = [];

  /** @param {string} id @param {Chosen} chosen */
  constructor(id, chosen) {
    super("send", toldOf(id, chosen));
    this.chosen = chosen;
  }

  /** @returns {ChosenFile | undefined} */
  get next() {
    return this.chosen.files[this.index];
  }

  /** Go on where another page stopped. @param {Kept} kept */
  goOn({ index, failedAt }) {
    const failed = new Map(failedAt);
    while (this.index < index && this.next) this.settle(failed.get(this.index) ?? null);
  }

  /** The next file is through, or failed. @param {FileProblem | null} problem */
  settle(problem) {
    const { path, file } = /** @type {ChosenFile} */ (this.next);
    if (problem) {
      this.fileFailed(path.join("/"), file.size, problem);
      this.#failedAt.push([this.index, problem]);
    } else this.fileDone(file.size);
    this.index += 1;
  }

  /** What did not come across. @returns {Chosen} */
  get unsent() {
    const failed = new Set(this.#failedAt.map(([index]) => index));
    return { ...this.chosen, files: this.chosen.files.filter((_, index) => index >= this.index || failed.has(index)) };
  }

  /** @returns {Kept} */
  get kept() {
    return { ...this.told, index: this.index, failedAt: this.#failedAt };
  }

  /** @returns {import("../protocol.js").FileOffer} */
  get offer() {
    const { id, items, files, folders, size } = this.told;
    return { type: "file.offer", transfer: id, items, files, folders, size_bytes: size };
  }

  /** @param {number} now @param {boolean} sessionPaused */
  shown(now, sessionPaused) {
    const again = this.state === "failed" || this.state === "cancelled" || (this.state === "done" && this.failed > 0);
    return { ...super.shown(now, sessionPaused), again };
  }
}

/** @param {string} id @param {Chosen} chosen @returns {import("./transfer.js").Told} */
export const toldOf = (id, chosen) => ({
  id,
  items: itemsOf(chosen),
  files: chosen.files.length,
  folders: chosen.folders.length,
  size: chosen.files.reduce((sum, { file }) => sum + file.size, 0),
});

/** The same for the same file as long as it is not changed. @param {ChosenFile} chosen */
export const keyOf = ({ path, file }) => hashOf(`${path.join("/")}|${file.size}|${file.lastModified}`);

/** Whether a message with this path can be sent. @param {string[]} path @param {object} message */
export const canTravel = (path, message) =>
  path.length <= MAX_DEPTH &&
  path.every((segment) => [...segment].length <= MAX_SEGMENT_LENGTH) &&
  new TextEncoder().encode(JSON.stringify(message)).length <= MAX_CHANNEL_MESSAGE_BYTES;

// When what a video frame shows was captured: told on the tiles channel, asked for when it is shown. Pure.
import { isAfter } from "./ledger.js";

/** More frames than this waiting to be shown: the page does not show them. */
const MOST_WAITING = 120;

export class CaptureTimes {
  /** Frames told of and not shown yet, by RTP timestamp. @type {Map<number, number>} */
  #told = new Map();

  /** @param {number} timestamp @param {number} captured milliseconds of the client, modulo 2^32 */
  told(timestamp, captured) {
    if (this.#told.size >= MOST_WAITING) this.#told.clear();
    this.#told.set(timestamp, captured);
  }

  /** @param {number} timestamp @returns {number | null} when it was captured; null when it was not told of */
  shown(timestamp) {
    const captured = this.#told.get(timestamp) ?? null;
    for (const told of this.#told.keys()) if (!isAfter(told, timestamp)) this.#told.delete(told);
    return captured;
  }
}

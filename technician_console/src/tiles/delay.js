// How old the picture is when it is shown: from the time of what a tile or a video frame shows to the
// moment when it is on this page. Pure; times are milliseconds, those of the client modulo 2^32.
import { isAfter } from "./ledger.js";

/** Only what was shown within this time counts: a figure must not outlive the motion it was taken from. */
const WINDOW_MS = 5000;
const MOST_SAMPLES = 500;
/** More frames than this waiting to be shown: the page does not show them. */
const MOST_WAITING = 120;

export class PictureDelay {
  #ageMs;
  /** @type {{ at: number, age: number }[]} */
  #samples = [];
  /** Frames told of and not shown yet, by RTP timestamp. @type {Map<number, number>} */
  #told = new Map();

  /** @param {(thenMs: number, nowMs: number) => number | null} ageMs how long ago something was at the client */
  constructor(ageMs) {
    this.#ageMs = ageMs;
  }

  /** @param {number} timestamp @param {number} captured */
  frameTold(timestamp, captured) {
    if (this.#told.size >= MOST_WAITING) this.#told.clear();
    this.#told.set(timestamp, captured);
  }

  /** @param {number} timestamp @param {number} now */
  frameShown(timestamp, now) {
    const captured = this.#told.get(timestamp);
    for (const told of this.#told.keys()) if (!isAfter(told, timestamp)) this.#told.delete(told);
    if (captured !== undefined) this.#add(captured, now);
  }

  /** @param {number} captured @param {number} now */
  tileDrawn(captured, now) {
    this.#add(captured, now);
  }

  /** The median of the last seconds; null when nothing was shown in them. @param {number} now @returns {number | null} */
  medianMs(now) {
    this.#samples = this.#samples.filter(({ at }) => now - at <= WINDOW_MS);
    const ages = this.#samples.map(({ age }) => age).sort((one, other) => one - other);
    return ages[ages.length >> 1] ?? null;
  }

  /** @param {number} captured @param {number} now */
  #add(captured, now) {
    const age = this.#ageMs(captured, now);
    if (age === null) return;
    this.#samples.push({ at: now, age });
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }
}

// Which tiles still stand over the video. Pure: it says what to clear and whether to hide, and when.
//
// A video frame is told of before it is shown, with the places where it is newer than the tiles; these
// are cleared when the frame is on the screen, less what newer tiles have covered meanwhile. A frame
// that is shown but was not told of yet may be newer than any tile, so all are hidden until it is.

/** @typedef {import("./messages.js").Rect} Rect */

/** More frames than this waiting to be shown: the page is in the background, and softness is safe. */
const MOST_WAITING = 120;

export class TileLedger {
  /** @type {{ timestamp: number, rects: Rect[] }[]} */
  #waiting = [];
  /** @type {number | null} */
  #told = null;
  /** @type {number | null} */
  #shown = null;

  /** Whether the video shows something that the tiles may be older than. */
  get hidden() {
    if (this.#shown === null) return false;
    return this.#told === null || isAfter(this.#shown, this.#told);
  }

  reset() {
    this.#waiting = [];
  }

  /**
   * A frame is on its way.
   * @param {number} timestamp RTP timestamp, 32 bits
   * @param {Rect[]} replaced where it is newer than every tile so far
   * @returns {Rect[]} what to clear now
   */
  told(timestamp, replaced) {
    this.#told = timestamp;
    if (replaced.length > 0) this.#waiting.push({ timestamp, rects: replaced });
    return this.#due(this.#waiting.length > MOST_WAITING);
  }

  /**
   * A frame is on the screen.
   * @param {number} timestamp
   * @returns {Rect[]} what to clear now
   */
  shown(timestamp) {
    this.#shown = timestamp;
    return this.#due(false);
  }

  /** A tile was drawn, newer than all frames told of. @param {Rect} rect */
  drawn(rect) {
    for (const entry of this.#waiting) entry.rects = entry.rects.flatMap((old) => subtract(old, rect));
  }

  /** @param {boolean} all */
  #due(all) {
    const shown = this.#shown;
    if (!all && shown === null) return [];
    /** @type {Rect[]} */
    const due = [];
    this.#waiting = this.#waiting.filter(({ timestamp, rects }) => {
      if (!all && isAfter(timestamp, /** @type {number} */ (shown))) return true;
      due.push(...rects);
      return false;
    });
    return due;
  }
}

/** Whether one RTP timestamp is later than another; they begin anew after 2^32. */
export const isAfter = (/** @type {number} */ one, /** @type {number} */ other) => ((one - other) | 0) > 0;

/**
 * What is left of a rectangle without another: up to four pieces.
 * @param {Rect} from
 * @param {Rect} taken
 * @returns {Rect[]}
 */
export function subtract(from, taken) {
  const left = Math.max(from.left, taken.left);
  const top = Math.max(from.top, taken.top);
  const right = Math.min(from.left + from.width, taken.left + taken.width);
  const bottom = Math.min(from.top + from.height, taken.top + taken.height);
  if (left >= right || top >= bottom) return [from];
  return [
    { left: from.left, top: from.top, width: from.width, height: top - from.top },
    { left: from.left, top: bottom, width: from.width, height: from.top + from.height - bottom },
    { left: from.left, top, width: left - from.left, height: bottom - top },
    { left: right, top, width: from.left + from.width - right, height: bottom - top },
  ].filter(({ width, height }) => width > 0 && height > 0);
}

// How old the picture is when it is shown: from the time of what a tile or a video frame shows to the
// moment when it can be seen. Pure; times are milliseconds, those of the client modulo 2^32.

/** Only what was shown within this time counts: a figure must not outlive the motion it was taken from. */
const WINDOW_MS = 5000;
const MOST_SAMPLES = 500;

export class PictureDelay {
  #ageMs;
  /** @type {{ at: number, age: number }[]} */
  #samples = [];

  /** @param {(thenMs: number, nowMs: number) => number | null} ageMs how long ago something was at the client */
  constructor(ageMs) {
    this.#ageMs = ageMs;
  }

  /** What was captured then is shown now. @param {number} captured @param {number} now */
  shown(captured, now) {
    const age = this.#ageMs(captured, now);
    if (age === null) return;
    this.#samples.push({ at: now, age });
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }

  /** The median of the last seconds; null when nothing was shown in them. @param {number} now @returns {number | null} */
  medianMs(now) {
    this.#samples = this.#samples.filter(({ at }) => now - at <= WINDOW_MS);
    const ages = this.#samples.map(({ age }) => age).sort((one, other) => one - other);
    return ages[ages.length >> 1] ?? null;
  }
}

// How fast something goes, over the last few seconds. Pure.

const SPAN_MS = 3000;
/** What goes in so short a time is one entry. */
const GRAIN_MS = 100;

export class Rate {
  /** @type {{at: number, bytes: number}[]} */
  #moments = [];

  /** @param {number} bytes went now @param {number} now milliseconds */
  add(bytes, now) {
    const last = this.#moments.at(-1);
    if (last && now - last.at < GRAIN_MS) last.bytes += bytes;
    else this.#moments.push({ at: now, bytes });
    this.#forget(now);
  }

  /** Bytes a second. @param {number} now */
  at(now) {
    this.#forget(now);
    const bytes = this.#moments.reduce((sum, moment) => sum + moment.bytes, 0);
    const since = this.#moments[0]?.at ?? now;
    return (bytes * 1000) / Math.max(now - since, 500);
  }

  clear() {
    this.#moments = [];
  }

  /** @param {number} now */
  #forget(now) {
    const first = this.#moments.findIndex(({ at }) => now - at <= SPAN_MS);
    this.#moments.splice(0, first < 0 ? this.#moments.length : first);
  }
}

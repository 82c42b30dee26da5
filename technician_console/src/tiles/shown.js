// Tells which video frame is on the screen: the newest, and not too often. What is told is cumulative,
// so a message that is lost does not matter.

/** Frames are told of at most this often, in ms. */
export const INTERVAL_MS = 30;

/** @typedef {{ timestamp: number, held_ms: number }} Shown a frame, and how long ago it had been received */

export class ShownReport {
  #send;
  #now;
  /** @type {{ timestamp: number, receivedAt: number } | null} */
  #newest = null;
  #toldAt = Number.NEGATIVE_INFINITY;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {(shown: Shown) => void} send @param {() => number} now in ms */
  constructor(send, now = () => performance.now()) {
    this.#send = send;
    this.#now = now;
  }

  /**
   * A frame is on the screen.
   * @param {number} timestamp its RTP timestamp
   * @param {number} [receivedAt] when its last packet came, by the same clock
   */
  shown(timestamp, receivedAt) {
    const now = this.#now();
    this.#newest = { timestamp, receivedAt: receivedAt ?? now };
    const wait = this.#toldAt + INTERVAL_MS - now;
    if (wait <= 0) this.#tell();
    else this.#timer ??= setTimeout(() => this.#tell(), wait);
  }

  /** Tell no more. */
  close() {
    clearTimeout(this.#timer);
    this.#newest = null;
  }

  #tell() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#newest) return;
    const { timestamp, receivedAt } = this.#newest;
    this.#toldAt = this.#now();
    this.#newest = null;
    this.#send({ timestamp, held_ms: Math.min(60_000, Math.max(0, this.#toldAt - receivedAt)) });
  }
}

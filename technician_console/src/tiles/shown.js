// Tells which video frame is on the screen: the newest, and not too often. What is told is cumulative,
// so a message that is lost does not matter while others follow; the last one is told twice.

/** Frames are told of at most this often, in ms. */
export const INTERVAL_MS = 15;
/** When none has followed for so long, the last one is told of again. */
export const AGAIN_MS = 100;

/** @typedef {{ timestamp: number, held_ms: number }} Shown a frame, and how long ago it had been received */

export class ShownReport {
  #send;
  #now;
  #newest = { timestamp: 0, receivedAt: 0 };
  /** Whether a newer frame than the last told waits for its turn. */
  #pending = false;
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
    if (wait <= 0) return this.#tell(false);
    if (this.#pending) return;
    this.#pending = true;
    this.#after(wait, false);
  }

  /** Tell no more. */
  close() {
    clearTimeout(this.#timer);
  }

  /** @param {number} wait @param {boolean} again */
  #after(wait, again) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(again), wait);
  }

  /** @param {boolean} again */
  #tell(again) {
    clearTimeout(this.#timer);
    this.#pending = false;
    const { timestamp, receivedAt } = this.#newest;
    this.#toldAt = this.#now();
    if (!again) this.#after(AGAIN_MS, true);
    this.#send({ timestamp, held_ms: Math.min(60_000, Math.max(0, this.#toldAt - receivedAt)) });
  }
}

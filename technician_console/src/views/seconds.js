// A view that counts something down renders again every second, as long as there is something to count.
import { pageClock } from "../page_clock.js";

const TICK_MS = 1000;

/** A lit controller. */
export class Seconds {
  #host;
  #wanted;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {import("./base.js").View} host
   * @param {() => boolean} wanted whether there is something to count
   */
  constructor(host, wanted) {
    this.#host = host;
    this.#wanted = wanted;
    host.addController(this);
  }

  /** Milliseconds of the page's clock. */
  get now() {
    return pageClock();
  }

  hostUpdated() {
    if (!this.#wanted()) this.hostDisconnected();
    else this.#timer ??= setInterval(() => this.#host.requestUpdate(), TICK_MS);
  }

  hostDisconnected() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

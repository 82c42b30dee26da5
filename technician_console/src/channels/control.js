// Heartbeats on the control channel: whether the other side is still there, and how far away it is.
import { HEARTBEAT_INTERVAL_S, PEER_LOST_AFTER_S } from "../protocol.js";

/** @typedef {import("../protocol.js").ConsoleControlMessage} ConsoleControlMessage */
/** @typedef {import("../protocol.js").ClientControlMessage} ClientControlMessage */

const INTERVAL_MS = HEARTBEAT_INTERVAL_S * 1000;
const LOST_MS = PEER_LOST_AFTER_S * 1000;

/** Beats once a second, answers beats at once, and tells when nothing was heard for too long. */
export class Heartbeat {
  #send;
  #onLost;
  #now;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #running = false;
  #heardAt = 0;
  #tickedAt = 0;
  /** Round trip time of the last answered beat, in milliseconds. @type {number | null} */
  roundTripMs = null;

  /**
   * @param {(message: ConsoleControlMessage) => void} send
   * @param {() => void} onLost
   * @param {() => number} [now] milliseconds of a clock that never goes back
   */
  constructor(send, onLost, now = () => performance.now()) {
    this.#send = send;
    this.#onLost = onLost;
    this.#now = now;
  }

  start() {
    this.#running = true;
    this.#heardAt = this.#tickedAt = this.#now();
    this.#timer = setInterval(() => this.tick(), INTERVAL_MS);
    this.#beat();
  }

  stop() {
    this.#running = false;
    clearInterval(this.#timer);
  }

  /** @param {ClientControlMessage} message */
  hear(message) {
    this.#heardAt = this.#now();
    if (message.type === "heartbeat") this.#send({ type: "heartbeat.echo", sent_at_ms: message.sent_at_ms });
    if (message.type === "heartbeat.echo") this.roundTripMs = Math.max(0, this.#heardAt - message.sent_at_ms);
  }

  tick() {
    if (!this.#running) return;
    const now = this.#now();
    // When this page itself stood still (laptop lid, breakpoint), what was sent meanwhile may be
    // waiting to be heard: grant one more interval before judging.
    if (now - this.#tickedAt > 3 * INTERVAL_MS) this.#heardAt = Math.max(this.#heardAt, now - LOST_MS + INTERVAL_MS);
    this.#tickedAt = now;
    if (now - this.#heardAt >= LOST_MS) {
      this.stop();
      this.#onLost();
    } else {
      this.#beat();
    }
  }

  #beat() {
    this.#send({ type: "heartbeat", sent_at_ms: this.#now() });
  }
}

// Heartbeats on the control channel: whether the client is still there, how far away it is, and what
// its clock says. The client beats once a second; the console echoes each beat at once.
import { HEARTBEAT_INTERVAL_S, PEER_LOST_AFTER_S, PEER_QUIET_AFTER_S } from "../protocol.js";

/** @typedef {import("../protocol.js").ConsoleControlMessage} ConsoleControlMessage */
/** @typedef {import("../protocol.js").ClientControlMessage} ClientControlMessage */

const INTERVAL_MS = HEARTBEAT_INTERVAL_S * 1000;
const LOST_MS = PEER_LOST_AFTER_S * 1000;
const QUIET_MS = PEER_QUIET_AFTER_S * 1000;
/** How often the silence is looked at. */
const LOOK_MS = 250;
/** This many beats are compared: a late one must not count, and clocks drift apart. */
const COMPARED_BEATS = 30;

/** Answers beats, and tells when nothing was heard for a while, and for too long. */
export class Heartbeat {
  #send;
  #onQuiet;
  #onLost;
  #now;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #running = false;
  #quiet = false;
  #heardAt = 0;
  #tickedAt = 0;
  clock = new ClientClock();
  /** Round trip time as the client measured it last, in milliseconds. @type {number | null} */
  roundTripMs = null;

  /**
   * @param {(message: ConsoleControlMessage) => void} send
   * @param {() => void} onQuiet
   * @param {() => void} onLost
   * @param {() => number} [now] milliseconds of a clock that never goes back
   */
  constructor(send, onQuiet, onLost, now = () => performance.now()) {
    this.#send = send;
    this.#onQuiet = onQuiet;
    this.#onLost = onLost;
    this.#now = now;
  }

  start() {
    this.#running = true;
    this.#heardAt = this.#tickedAt = this.#now();
    this.#timer = setInterval(() => this.tick(), LOOK_MS);
  }

  stop() {
    this.#running = false;
    clearInterval(this.#timer);
  }

  /** @param {ClientControlMessage} message */
  hear(message) {
    this.#heardAt = this.#now();
    this.#quiet = false;
    if (message.type !== "heartbeat") return;
    this.#send({ type: "heartbeat.echo", sent_at_ms: message.sent_at_ms });
    this.roundTripMs = message.round_trip_ms ?? null;
    this.clock.compare(message.sent_at_ms, this.#heardAt, this.roundTripMs);
  }

  tick() {
    if (!this.#running) return;
    const now = this.#now();
    // When this page itself stood still (laptop lid, breakpoint), what was sent meanwhile may be
    // waiting to be heard: grant one more interval before judging.
    if (now - this.#tickedAt > 3 * INTERVAL_MS) this.#heardAt = Math.max(this.#heardAt, now - LOST_MS + INTERVAL_MS);
    this.#tickedAt = now;
    const silence = now - this.#heardAt;
    if (silence >= LOST_MS) {
      this.stop();
      this.#onLost();
    } else if (silence >= QUIET_MS && !this.#quiet) {
      this.#quiet = true;
      this.#onQuiet();
    }
  }
}

/**
 * What this page's clock is ahead of the client's, from the beats that came quickest: what they took
 * is about half of the shortest round trip.
 */
export class ClientClock {
  /** @type {{ ahead: number, roundTrip: number | null }[]} */
  #beats = [];

  /** @param {number} sentAtMs the client's clock @param {number} heardAtMs this page's @param {number | null} roundTripMs */
  compare(sentAtMs, heardAtMs, roundTripMs) {
    this.#beats.push({ ahead: heardAtMs - sentAtMs, roundTrip: roundTripMs });
    if (this.#beats.length > COMPARED_BEATS) this.#beats.shift();
  }

  /** Milliseconds; null before the first round trip is known. @returns {number | null} */
  get aheadMs() {
    const trips = this.#beats.flatMap(({ roundTrip }) => (roundTrip === null ? [] : [roundTrip]));
    if (trips.length === 0) return null;
    return Math.min(...this.#beats.map(({ ahead }) => ahead)) - Math.min(...trips) / 2;
  }

  /**
   * How long ago something happened at the client.
   * @param {number} thenMs the client's clock, modulo 2^32
   * @param {number} nowMs this page's clock
   * @returns {number | null} milliseconds, 0 at least; null while the client's clock is not known
   */
  ageMs(thenMs, nowMs) {
    const ahead = this.aheadMs;
    return ahead === null ? null : Math.max(0, (Math.round(nowMs - ahead) - thenMs) | 0);
  }
}

// Which road a transfer takes: straight to the other computer, or through the broker. Both are tried at its
// start, with the same chunks, and the better one is kept. Roads are changed only while nothing is under way.
// Pure; the Python twin is client/files/choice.py.

/** @typedef {import("../protocol.js").FileRoad} FileRoad */

/** Time in which chunks arrive; the first part of each, in which windows grow, does not count. */
const TRIAL_MS = { direct: 400, relay: 600 };
const WARM_UP = 0.4;
/** So many times faster must the detour be to be worth it. */
const BETTER = 1.2;

/** Bytes that arrive on one road, from the first of them on. */
class Meter {
  #trial;
  /** @type {number | null} */
  #began = null;
  /** @type {{at: number, bytes: number} | null} */
  #warm = null;
  #last = 0;
  #bytes = 0;

  /** @param {number} trial milliseconds */
  constructor(trial) {
    this.#trial = trial;
  }

  /** @param {number} bytes @param {number} now */
  arrived(bytes, now) {
    if (this.#began === null) {
      this.#began = now;
      return;
    }
    this.#bytes += bytes;
    this.#last = now;
    if (!this.#warm && now - this.#began >= this.#trial * WARM_UP) this.#warm = { at: now, bytes: this.#bytes };
  }

  /** @param {number} now */
  isOver(now) {
    return this.#began !== null && now - this.#began >= this.#trial;
  }

  /** Bytes a millisecond once it was warm; 0 when too little came. */
  get rate() {
    if (!this.#warm || this.#last <= this.#warm.at) return 0;
    return (this.#bytes - this.#warm.bytes) / (this.#last - this.#warm.at);
  }
}

export class RoadChoice {
  /** @type {FileRoad} */
  road = "direct";
  /** Whether it stays as it is. */
  settled = false;
  #relayIsOpen = false;
  #directRate = 0;
  #meter = new Meter(TRIAL_MS.direct);

  /** There is a second road. */
  relayOpened() {
    this.#relayIsOpen = true;
  }

  /** There is none, or none any more: this transfer does without. */
  relayLost() {
    this.#relayIsOpen = false;
    this.settled = true;
    this.road = "direct";
  }

  /** So many more bytes are with the receiver. @param {number} bytes @param {number} now milliseconds */
  arrived(bytes, now) {
    if (!this.settled) this.#meter.arrived(bytes, now);
  }

  /** Nothing is sent for a while: what was measured so far counts for nothing. */
  rests() {
    this.#meter = new Meter(TRIAL_MS[this.road]);
  }

  /** Whether to take the other road, once nothing is under way on this one. @param {number} now */
  isDue(now) {
    if (this.settled || !this.#relayIsOpen || !this.#meter.isOver(now)) return false;
    if (this.road === "relay" && this.#meter.rate >= BETTER * this.#directRate) {
      this.settled = true;
      return false;
    }
    return true;
  }

  /** Take the other road: to try it, or because the trial was for nothing. */
  change() {
    if (this.road === "direct") {
      this.#directRate = this.#meter.rate;
      this.road = "relay";
    } else {
      this.settled = true;
      this.road = "direct";
    }
    this.rests();
  }
}

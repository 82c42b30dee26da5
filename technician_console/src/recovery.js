// How a peer connection that stood is made anew: for how long by itself, and with which pauses. It keeps
// time and nothing else; `live_session.js` makes the connections.
import { RECOVERY_S, URGENT_RETRY_S } from "./protocol.js";
import { backoffDelay } from "./signaling.js";

/**
 * @typedef {object} RecoveryEvents
 * @property {(urgent: boolean) => void} urge whether the line to the broker is waited for
 * @property {() => void} rested the next attempt may be made
 * @property {() => void} over it took too long: from here on people decide
 */

export class Recovery {
  #events;
  #attempts = 0;
  /** @type {"no" | "on" | "over"} */
  #stage = "no";
  #resting = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #end;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #rest;

  /** @param {RecoveryEvents} events */
  constructor(events) {
    this.#events = events;
  }

  get isOver() {
    return this.#stage === "over";
  }

  get isResting() {
    return this.#resting;
  }

  /** An attempt is wanted: the first at once, each other one after a rest. */
  begin() {
    this.#attempts += 1;
    if (this.#stage === "on") return this.#pause();
    this.#stage = "on";
    this.#end = setTimeout(() => this.#giveUp(), RECOVERY_S * 1000);
    this.#events.urge(true);
  }

  /** An attempt is made now, rest or no rest. */
  wake() {
    clearTimeout(this.#rest);
    this.#resting = false;
  }

  /** It stands again, or somebody begins anew. */
  stop() {
    this.wake();
    clearTimeout(this.#end);
    this.#stage = "no";
    this.#attempts = 0;
    this.#events.urge(false);
  }

  #pause() {
    this.#resting = true;
    const delay = backoffDelay(this.#attempts - 2, Math.random(), URGENT_RETRY_S * 1000);
    this.#rest = setTimeout(() => {
      this.#resting = false;
      this.#events.rested();
    }, delay);
  }

  #giveUp() {
    this.#stage = "over";
    this.#events.urge(false);
    this.#events.over();
  }
}

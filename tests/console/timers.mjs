// Timers that a test moves by hand. Node's own mock timers changed between 18, which Debian 12 has,
// and 20, so the tests bring theirs.
const REAL = { setTimeout, clearTimeout, setInterval, clearInterval };
const realNow = Date.now;

/** @typedef {{ at: number, every: number | null, call: () => void }} Timer */

class Timers {
  #now = 0;
  #lastId = 0;
  /** @type {Map<number, Timer>} */
  #waiting = new Map();

  /**
   * Takes the place of the global timers and of `Date.now` until the test is over.
   * @param {import("node:test").TestContext} context
   */
  use(context) {
    this.#now = realNow();
    this.#waiting.clear();
    Object.assign(globalThis, {
      setTimeout: (/** @type {() => void} */ call, delay = 0) => this.#add(call, delay, null),
      setInterval: (/** @type {() => void} */ call, delay = 0) => this.#add(call, delay, delay),
      clearTimeout: (/** @type {number} */ id) => this.#waiting.delete(id),
      clearInterval: (/** @type {number} */ id) => this.#waiting.delete(id),
    });
    Date.now = () => this.#now;
    context.after(() => {
      Object.assign(globalThis, REAL);
      Date.now = realNow;
    });
  }

  /** Lets time pass, and calls in its order what becomes due. @param {number} milliseconds */
  tick(milliseconds) {
    const until = this.#now + milliseconds;
    for (let due = this.#next(until); due; due = this.#next(until)) {
      const [id, timer] = due;
      this.#now = timer.at;
      if (timer.every === null) this.#waiting.delete(id);
      else timer.at += timer.every;
      timer.call();
    }
    this.#now = until;
  }

  /** @param {() => void} call @param {number} delay @param {number | null} every */
  #add(call, delay, every) {
    this.#lastId += 1;
    this.#waiting.set(this.#lastId, { at: this.#now + Math.max(1, delay), every, call });
    return this.#lastId;
  }

  /** @param {number} until @returns {[number, Timer] | null} */
  #next(until) {
    /** @type {[number, Timer] | null} */
    let first = null;
    for (const entry of this.#waiting) {
      if (entry[1].at <= until && (!first || entry[1].at < first[1].at)) first = entry;
    }
    return first;
  }
}

export const timers = new Timers();

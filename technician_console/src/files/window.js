// How many bytes of files may be under way: as many as the line carries without a queue, so that a key
// press never waits behind a file. Pure; the Python twin is `Window` of client/channels/window.py.

const FIRST_WINDOW = 64 * 1024;
const MIN_WINDOW = 32 * 1024;
const MAX_WINDOW = 8 * 1024 * 1024;
/** An acknowledgement this much later than the fastest one means that a queue builds up. */
const LATE_MS = 20;
const SHRINK = 0.7;
/** The fastest time grows by this with each acknowledgement: paths change. */
const FORGET = 1.0005;

export class Window {
  size = FIRST_WINDOW;
  #sent = 0;
  #acknowledged = 0;
  /** @type {{total: number, at: number}[]} */
  #underWay = [];
  #fastest = Infinity;
  #growing = true;
  #shrunkAt = 0;

  /** Bytes that may leave now. */
  get room() {
    return this.size - (this.#sent - this.#acknowledged);
  }

  /** All bytes that ever left. */
  get total() {
    return this.#sent;
  }

  /** @param {number} bytes have left now @param {number} now milliseconds */
  sent(bytes, now) {
    this.#sent += bytes;
    this.#underWay.push({ total: this.#sent, at: now });
  }

  /** @param {number} total of all that left, so many have arrived @param {number} now milliseconds */
  acknowledged(total, now) {
    const reached = Math.min(total, this.#sent);
    const gained = reached - this.#acknowledged;
    if (gained <= 0) return;
    this.#acknowledged = reached;
    const arrived = this.#arrived(reached);
    if (arrived) this.#adapt(now - arrived.at, gained, now);
  }

  /** What is under way will not be acknowledged any more. */
  forget() {
    this.#acknowledged = this.#sent;
    this.#underWay = [];
  }

  /** Strikes out what has arrived, and gives the last of it. @param {number} total */
  #arrived(total) {
    const rest = this.#underWay.findIndex((each) => each.total > total);
    return this.#underWay.splice(0, rest < 0 ? this.#underWay.length : rest).at(-1);
  }

  /** @param {number} took milliseconds @param {number} gained bytes @param {number} now */
  #adapt(took, gained, now) {
    this.#fastest = Math.min(took, this.#fastest * FORGET);
    if (took <= this.#fastest + LATE_MS) {
      this.size = Math.min(MAX_WINDOW, this.size + (this.#growing ? gained : Math.floor(gained / 8)));
      return;
    }
    this.#growing = false;
    if (now - this.#shrunkAt <= took) return;
    this.#shrunkAt = now;
    this.size = Math.max(MIN_WINDOW, Math.floor(this.size * SHRINK));
  }
}

// How many bytes of files may be under way: as many as the line brings in its fastest round trip, and a
// little more. So a key press never waits long behind a file, whatever the rate is, and a piece that waits
// for SCTP's congestion window, which grows with what is sent, is not taken for a queue on the line.
// Pure; the Python twin is `RateWindow` of client/channels/rate_window.py.

/**
 * @typedef {object} Bounds
 * @property {number} first bytes
 * @property {number} least
 * @property {number} most
 * @property {number} lateMs half a round trip more than the fastest brings may be under way: this at most, and a quarter of
 *   it at least
 */
/** @type {Bounds} */
const DIRECT_BOUNDS = { first: 64 * 1024, least: 32 * 1024, most: 8 * 1024 * 1024, lateMs: 20 };
/** What is under way there is on a connection of its own. @type {Bounds} */
export const RELAY_BOUNDS = { first: 1024 * 1024, least: 512 * 1024, most: 8 * 1024 * 1024, lateMs: 50 };
/** A rate is taken over a round trip, and no shorter time than this. */
const ROUND_MS = 20;
/** The best of so many counts: in some there was nothing to send. */
const ROUNDS = 8;
/** Behind so much of a queue, what arrives is what the line brings now, and nothing else is. */
const QUEUE_MS = 100;
/** Beyond what the line held, so that a long line is filled in time, too. */
const LEAST_GROWTH = 1.25;
/**
 * When the fastest time was not seen again for so long, what is under way is halved for a round trip: the
 * window's own queue would be taken for the line's length.
 */
const REMEMBERED_MS = 10_000;

export class Window {
  #bounds;
  size;
  #sent = 0;
  #acknowledged = 0;
  /** @type {{total: number, at: number}[]} */
  #underWay = [];
  #fastest = Infinity;
  #fastestAt = 0;
  #drainedAt = -Infinity;
  #heardAt = 0;
  /** Since when this round's bytes are counted, and from which on. @type {{at: number, total: number} | null} */
  #round = null;
  /** Bytes a millisecond, of the last rounds. @type {number[]} */
  #rates = [];

  /** @param {Bounds} [bounds] */
  constructor(bounds = DIRECT_BOUNDS) {
    this.#bounds = bounds;
    this.size = bounds.first;
  }

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
    // What nobody sent says nothing of the line.
    if (this.#underWay.length === 0 && now - this.#heardAt > ROUND_MS) this.#round = null;
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
    this.#round = null;
  }

  /** Strikes out what has arrived, and gives the last of it. @param {number} total */
  #arrived(total) {
    const rest = this.#underWay.findIndex((each) => each.total > total);
    return this.#underWay.splice(0, rest < 0 ? this.#underWay.length : rest).at(-1);
  }

  /** @param {number} took milliseconds @param {number} gained bytes @param {number} now */
  #adapt(took, gained, now) {
    this.#heardAt = now;
    this.#remember(took, now);
    this.#measure(took, now);
    const wanted = this.#rates.length > 0 ? this.#wanted(now) : this.size + gained;
    this.size = Math.max(this.#bounds.least, Math.min(this.#bounds.most, wanted));
  }

  /** @param {number} took @param {number} now */
  #remember(took, now) {
    if (took > this.#fastest && now - this.#fastestAt <= REMEMBERED_MS) return;
    if (took > this.#fastest) this.#drainedAt = now + took;
    this.#fastest = took;
    this.#fastestAt = now;
  }

  /** @param {number} took @param {number} now */
  #measure(took, now) {
    const total = this.#acknowledged;
    if (this.#round && now - this.#round.at < Math.max(took, ROUND_MS)) return;
    if (this.#round) {
      if (took > this.#fastest + QUEUE_MS) this.#rates = [];
      this.#rates.push((total - this.#round.total) / (now - this.#round.at));
      if (this.#rates.length > ROUNDS) this.#rates.shift();
    }
    this.#round = { at: now, total };
  }

  /** @param {number} now @returns {number} bytes */
  #wanted(now) {
    const rate = Math.max(...this.#rates);
    if (now < this.#drainedAt) return Math.floor((rate * this.#fastest) / 2);
    // A piece more than the line holds, or it could not grow.
    const { least, lateMs } = this.#bounds;
    const late = Math.min(lateMs, Math.max(lateMs / 4, this.#fastest / 2));
    return Math.floor(rate * Math.max(this.#fastest + late, this.#fastest * LEAST_GROWTH)) + least / 2;
  }
}

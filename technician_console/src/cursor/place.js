// Where to draw the end user's pointer. Pure: the technician's own moves come back from the other side a
// moment later, and must not be taken for somebody else's.

/** @typedef {{x: number, y: number}} Point fractions of the picture */

/** An own move that comes back is known again for this long, or while it is the last. */
const LATELY_MS = 2000;
const MOST_REMEMBERED = 512;
/** Pixels of the picture that the other side rounds away. */
const NEAR_PX = 1.5;

export class PointerPlace {
  /** @type {{x: number, y: number, at: number}[]} */
  #sent = [];
  #sequence = -1;
  /** Whether somebody else has put it where it is. */
  foreign = true;
  visible = false;
  /** @type {Point} */
  point = { x: 0, y: 0 };

  /** The technician has put it here. @param {Point} point @param {number} now milliseconds */
  sent({ x, y }, now) {
    this.#sent.push({ x, y, at: now });
    if (this.#sent.length > MOST_REMEMBERED) this.#sent.shift();
    this.point = { x, y };
    this.foreign = false;
  }

  /**
   * The other side told where it is.
   * @param {import("../protocol.js").PointerAt} told
   * @param {import("../input/geometry.js").Size} picture pixels
   * @param {number} now milliseconds
   */
  told({ sequence, x, y, visible }, picture, now) {
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.visible = visible;
    while (this.#sent.length > 1 && now - /** @type {any} */ (this.#sent[0]).at > LATELY_MS) this.#sent.shift();
    if (this.#sent.some((own) => isNear(own, { x, y }, picture))) return;
    this.point = { x, y };
    this.foreign = true;
  }

  /** Nothing of what was sent counts any more: the picture shows something else, or control is gone. */
  forget() {
    this.#sent = [];
  }
}

/** @param {Point} one @param {Point} other @param {import("../input/geometry.js").Size} picture */
const isNear = (one, other, { width, height }) =>
  Math.abs(one.x - other.x) * width <= NEAR_PX && Math.abs(one.y - other.y) * height <= NEAR_PX;

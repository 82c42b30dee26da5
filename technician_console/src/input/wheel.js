// Wheel events of any device as whole notches. Pure: what is less than a notch waits for the rest.

/** @typedef {Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode">} Turn */

/** How much of each `WheelEvent.deltaMode` (pixels, lines, pages) makes a notch. */
const PER_NOTCH = [100, 3, 1];
const MOST = 100;

export class WheelNotches {
  #rest = { x: 0, y: 0 };

  /**
   * @param {Turn} turn
   * @returns {{dx: number, dy: number}} whole notches, positive right and down
   */
  turn({ deltaX, deltaY, deltaMode }) {
    const perNotch = PER_NOTCH[deltaMode] ?? PER_NOTCH[0];
    return { dx: this.#take("x", deltaX / perNotch), dy: this.#take("y", deltaY / perNotch) };
  }

  /** @param {"x" | "y"} axis @param {number} notches */
  #take(axis, notches) {
    const rest = this.#rest[axis];
    const sum = (rest * notches < 0 ? 0 : rest) + notches;
    const whole = Math.trunc(sum);
    this.#rest[axis] = sum - whole;
    return Math.max(-MOST, Math.min(MOST, whole)) + 0;
  }
}

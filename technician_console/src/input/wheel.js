// Wheel events of any device as notches and parts of notches. Pure: where only whole ones can be turned,
// the other side adds them up.

/** @typedef {Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode">} Turn */

/** How much of each `WheelEvent.deltaMode` (pixels, lines, pages) makes a notch. */
const PER_NOTCH = [100, 3, 1];
const MOST = 100;

/**
 * @param {Turn} turn
 * @returns {{dx: number, dy: number}} notches, positive right and down
 */
export function notches({ deltaX, deltaY, deltaMode }) {
  const perNotch = PER_NOTCH[deltaMode] ?? 100;
  return { dx: bounded(deltaX / perNotch), dy: bounded(deltaY / perNotch) };
}

/** The turns of one frame are told together. @param {{dx: number, dy: number}} one @param {{dx: number, dy: number}} other */
export const together = (one, other) => ({ dx: bounded(one.dx + other.dx), dy: bounded(one.dy + other.dy) });

/** @param {number} value rounded so that it is short to write down */
const bounded = (value) => Math.round(Math.max(-MOST, Math.min(MOST, value)) * 1000) / 1000 + 0;

// Where the picture lies on the page, and which point of it a pointer is on. Pure arithmetic, in CSS
// pixels unless a name says otherwise.

/** @typedef {{left: number, top: number, width: number, height: number}} Box */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {"fit" | "actual"} Zoom */

/**
 * The part of an element that a picture fills when it is fitted whole and centred (`object-fit:
 * contain`): the rest is bars.
 * @param {Box} element
 * @param {Size} picture
 * @returns {Box}
 */
export function contentBox(element, picture) {
  if (picture.width <= 0 || picture.height <= 0) return element;
  const scale = Math.min(element.width / picture.width, element.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return {
    left: element.left + (element.width - width) / 2,
    top: element.top + (element.height - height) / 2,
    width,
    height,
  };
}

/**
 * A point as fractions of a box, 0 to 1; points beside it count as its nearest edge.
 * @param {number} x
 * @param {number} y
 * @param {Box} box
 */
export function toFraction(x, y, box) {
  return { x: clamp((x - box.left) / box.width), y: clamp((y - box.top) / box.height) };
}

/** @param {number} value */
const clamp = (value) => (Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0);

/**
 * Where to draw the picture on its stage. `actual` gives one picture pixel one device pixel; every
 * edge lies on a device pixel, so that nothing is blurred by half a pixel.
 * @param {Size} stage
 * @param {Size} picture pixels of the remote screen
 * @param {Zoom} zoom
 * @param {number} devicePixelRatio
 * @returns {Box}
 */
export function layout(stage, picture, zoom, devicePixelRatio) {
  const whole = { left: 0, top: 0, ...stage };
  const size =
    zoom === "fit"
      ? contentBox(whole, picture)
      : { width: picture.width / devicePixelRatio, height: picture.height / devicePixelRatio };
  const snap = (/** @type {number} */ value) => Math.floor(value * devicePixelRatio + 1e-6) / devicePixelRatio;
  return {
    left: snap(Math.max(0, (stage.width - size.width) / 2)),
    top: snap(Math.max(0, (stage.height - size.height) / 2)),
    width: snap(size.width),
    height: snap(size.height),
  };
}

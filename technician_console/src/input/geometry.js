// Where the picture lies on the page, and which point of it a pointer is on. Pure arithmetic, in CSS
// pixels unless a name says otherwise.

/** @typedef {{left: number, top: number, width: number, height: number}} Box */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {"fit" | number} Zoom a number: device pixels of a picture pixel */

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

/** Fitted to no more than this over a whole scale, a picture is drawn at the whole scale: crisp, and hardly smaller. */
const NEARLY_WHOLE = 1.05;
/** Of a device pixel: what is nearer to one than this lies on it. */
const NOTHING = 1e-3;

/**
 * Where to draw the picture on its stage, in CSS pixels from the stage's corner. A zoom of 1 gives one
 * picture pixel one device pixel; every edge lies on a device pixel of the page, so that nothing is
 * blurred by half a pixel.
 * @param {Box} stage on the page
 * @param {Size} picture pixels of the remote screen
 * @param {Zoom} zoom
 * @param {number} devicePixelRatio
 * @returns {Box & { wholeScale: number }} `wholeScale`: a picture pixel's device pixels in each direction, 0 when
 *   they are no whole number
 */
export function layout(stage, picture, zoom, devicePixelRatio) {
  const across = span(stage.left, stage.width, devicePixelRatio);
  const down = span(stage.top, stage.height, devicePixelRatio);
  const scale = zoom === "fit" ? fittingScale(across.length / picture.width, down.length / picture.height) : zoom;
  const width = Math.floor(picture.width * scale + NOTHING);
  const height = Math.floor(picture.height * scale + NOTHING);
  return {
    left: across.centred(width) / devicePixelRatio - stage.left,
    top: down.centred(height) / devicePixelRatio - stage.top,
    width: width / devicePixelRatio,
    height: height / devicePixelRatio,
    wholeScale: Number.isInteger(scale) ? scale : 0,
  };
}

/** @param {number} across @param {number} down */
function fittingScale(across, down) {
  const scale = Math.min(across, down);
  const whole = Math.floor(scale);
  return whole >= 1 && scale < whole * NEARLY_WHOLE ? whole : scale;
}

/**
 * The whole device pixels between two edges of the page.
 * @param {number} from
 * @param {number} length
 * @param {number} devicePixelRatio
 */
function span(from, length, devicePixelRatio) {
  const first = Math.ceil(from * devicePixelRatio - NOTHING);
  const pixels = Math.max(0, Math.floor((from + length) * devicePixelRatio + NOTHING) - first);
  return { length: pixels, centred: (/** @type {number} */ taken) => first + Math.max(0, (pixels - taken) >> 1) };
}

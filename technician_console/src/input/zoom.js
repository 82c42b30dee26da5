// How large the picture is drawn: steps, the wheel, keys and pinching, and which point stays where it is.
// It moves the stage's scroll bars and knows nothing of the network.

/** @typedef {import("./touch.js").Point} Point CSS pixels of the viewport */

export const MIN_ZOOM = 0.25;
export const MAX_ZOOM = 4;
const STEPS = [0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4];
/** Pixels of a wheel that double the picture. */
const WHEEL_DOUBLES_PX = 400;
const LINE_PX = 16;
const PAN_PX = 60;
/** @type {Record<string, [number, number]>} */
const PANS = { ArrowLeft: [-PAN_PX, 0], ArrowRight: [PAN_PX, 0], ArrowUp: [0, -PAN_PX], ArrowDown: [0, PAN_PX] };

/** @param {number} scale */
const bounded = (scale) => Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, scale));

/**
 * The next step up or down.
 * @param {number} scale device pixels of a picture pixel
 * @param {1 | -1} direction
 */
export function nextStep(scale, direction) {
  const further = STEPS.filter((step) => (step - scale) * direction > 0.005);
  return (direction > 0 ? further[0] : further.at(-1)) ?? bounded(scale);
}

/**
 * @typedef {object} ZoomParts
 * @property {() => HTMLElement} stage what scrolls
 * @property {() => HTMLElement} screen the picture on it
 * @property {(zoom: import("./geometry.js").Zoom) => void} wanted
 * @property {() => boolean} control whether wheel and keys are the other computer's
 */

export class ViewZoom {
  #parts;
  /** Device pixels of a picture pixel, as it is drawn. */
  scale = 1;
  /** @type {{x: number, y: number, to: Point} | null} */
  #anchor = null;
  #modifier = false;

  /** @param {ZoomParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  listen() {
    window.addEventListener("keydown", this.#modified, { capture: true });
    window.addEventListener("keyup", this.#modified, { capture: true });
  }

  close() {
    window.removeEventListener("keydown", this.#modified, { capture: true });
    window.removeEventListener("keyup", this.#modified, { capture: true });
  }

  /** @param {1 | -1} direction */
  step(direction) {
    const { left, top, width, height } = this.#parts.stage().getBoundingClientRect();
    const middle = { x: left + width / 2, y: top + height / 2 };
    this.#to(nextStep(this.scale, direction), middle, middle);
  }

  /** What lies at `from` grows and comes to lie at `to`. @param {import("./touch.js").Pinch} pinch */
  pinch({ factor, from, to }) {
    this.#to(bounded(this.scale * factor), from, to);
  }

  /**
   * With Ctrl or Command, or pinched on a touch pad, the wheel zooms, unless the key goes to the other
   * computer; without control it moves the picture.
   * @param {WheelEvent} event
   * @returns {boolean} whether the event is used up
   */
  wheel(event) {
    const control = this.#parts.control();
    const px = event.deltaMode === 0 ? 1 : LINE_PX;
    if ((event.ctrlKey || event.metaKey) && !(control && this.#modifier)) {
      const at = { x: event.clientX, y: event.clientY };
      this.pinch({ factor: 2 ** ((-event.deltaY * px) / WHEEL_DOUBLES_PX), from: at, to: at });
      return true;
    }
    if (!control) this.#parts.stage().scrollBy(event.deltaX * px, event.deltaY * px);
    return !control;
  }

  /** Without control + and - zoom, 0 fits, 1 is one to one, arrows move the picture. @param {KeyboardEvent} event */
  key(event) {
    if (this.#parts.control() || event.ctrlKey || event.altKey || event.metaKey) return;
    const pan = PANS[event.key];
    if (pan) this.#parts.stage().scrollBy(...pan);
    else if (event.key === "+" || event.key === "=") this.step(1);
    else if (event.key === "-") this.step(-1);
    else if (event.key === "0") this.#parts.wanted("fit");
    else if (event.key === "1") this.#parts.wanted(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The picture was drawn anew: let the point that was held come to lie where it belongs. */
  settle() {
    const anchor = this.#anchor;
    if (!anchor) return;
    this.#anchor = null;
    const box = this.#parts.screen().getBoundingClientRect();
    this.#parts.stage().scrollBy(box.left + anchor.x * box.width - anchor.to.x, box.top + anchor.y * box.height - anchor.to.y);
  }

  /** @param {number} scale @param {Point} from @param {Point} to */
  #to(scale, from, to) {
    if (scale === this.scale) return this.#parts.stage().scrollBy(from.x - to.x, from.y - to.y);
    const box = this.#parts.screen().getBoundingClientRect();
    const held = this.#anchor ?? { x: (from.x - box.left) / box.width, y: (from.y - box.top) / box.height };
    this.#anchor = { ...held, to };
    this.scale = scale;
    this.#parts.wanted(scale);
    return undefined;
  }

  /** A touch pad that is pinched claims Ctrl without a key. @param {KeyboardEvent} event */
  #modified = (event) => {
    this.#modifier = event.type === "keydown" ? event.ctrlKey || event.metaKey : (event.ctrlKey || event.metaKey) && this.#modifier;
  };
}

// Fingers over the remote picture as a mouse: tap, double tap, long press (right button), one finger
// drags, two turn the wheel or pinch the view. It emits gestures and never sends.
import { toFraction } from "./geometry.js";

/** @typedef {import("../channels/input.js").Gesture} Gesture */
/** @typedef {import("../protocol.js").MouseButton} MouseButton */
/** @typedef {{x: number, y: number}} Point CSS pixels of the viewport */
/** @typedef {{factor: number, from: Point, to: Point}} Pinch the view grows by `factor`, and `from` comes to lie at `to` */

/** A finger that moves less than this rests. */
const SLOP_PX = 10;
const LONG_PRESS_MS = 500;
/** A second tap this soon and this near is on the very place of the first. */
const DOUBLE_TAP_MS = 400;
const DOUBLE_TAP_PX = 32;
/** This many pixels that two fingers move make a notch of the wheel. */
const PX_PER_NOTCH = 40;

export class TouchInput {
  #emit;
  #pinch;
  #now;
  /** @type {Map<number, Point>} */
  #fingers = new Map();
  /** @type {"none" | "pressing" | "dragging" | "two" | "wheel" | "pinch" | "done"} */
  #doing = "none";
  /** @type {Point} */
  #began = { x: 0, y: 0 };
  /** The middle between two fingers, and how far they are apart. */
  #pair = { x: 0, y: 0, apart: 0 };
  #lastTap = { x: 0, y: 0, at: -Infinity };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #longPress;
  /** @type {() => import("./geometry.js").Box} */
  box = () => ({ left: 0, top: 0, width: 1, height: 1 });

  /**
   * @param {(gesture: Gesture) => void} emit
   * @param {(pinch: Pinch) => void} pinch
   * @param {() => number} [now] milliseconds
   */
  constructor(emit, pinch, now = () => performance.now()) {
    this.#emit = emit;
    this.#pinch = pinch;
    this.#now = now;
  }

  /** Forget every finger: everything was released. */
  reset() {
    clearTimeout(this.#longPress);
    this.#fingers.clear();
    this.#doing = "none";
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.#fingers.set(event.pointerId, pointOf(event));
    if (this.#fingers.size === 1) this.#press(pointOf(event));
    else if (this.#fingers.size === 2 && this.#doing === "pressing") this.#begin("two");
    else if (this.#doing !== "dragging") this.#begin("done");
  }

  /** @param {PointerEvent} event */
  moved(event) {
    if (!this.#fingers.has(event.pointerId)) return;
    this.#fingers.set(event.pointerId, pointOf(event));
    if (this.#doing === "pressing") this.#perhapsDrag(pointOf(event));
    else if (this.#doing === "dragging" && this.#isFirst(event)) this.#move(pointOf(event));
    else if (["two", "wheel", "pinch"].includes(this.#doing)) this.#two();
  }

  /** @param {PointerEvent} event */
  up(event) {
    if (!this.#fingers.has(event.pointerId)) return;
    const first = this.#isFirst(event);
    this.#fingers.delete(event.pointerId);
    clearTimeout(this.#longPress);
    if (this.#doing === "pressing") this.#tap();
    if (this.#doing === "dragging" && first) this.#button("left", false, pointOf(event));
    if (this.#doing !== "dragging" || first) this.#doing = "done";
    if (this.#fingers.size === 0) this.#doing = "none";
  }

  // ---- one finger

  /** @param {Point} at */
  #press(at) {
    this.#began = at;
    this.#doing = "pressing";
    this.#longPress = setTimeout(() => this.#pressLong(), LONG_PRESS_MS);
  }

  #pressLong() {
    this.#begin("done");
    this.#click("right", this.#began);
  }

  #tap() {
    const { x, y, at } = this.#lastTap;
    const again = this.#now() - at < DOUBLE_TAP_MS && distance(this.#began, { x, y }) < DOUBLE_TAP_PX;
    const place = again ? { x, y } : this.#began;
    this.#lastTap = { ...place, at: this.#now() };
    this.#click("left", place);
  }

  /** @param {Point} to */
  #perhapsDrag(to) {
    if (distance(to, this.#began) < SLOP_PX) return;
    this.#begin("dragging");
    this.#button("left", true, this.#began);
    this.#move(to);
  }

  // ---- two fingers

  /** Tell turning from pinching by what is first moved far enough. */
  #two() {
    const before = this.#pair;
    const pair = this.#pairNow();
    if (this.#doing === "two") {
      const turned = distance(pair, before);
      const spread = Math.abs(pair.apart - before.apart);
      if (Math.max(turned, spread) < SLOP_PX) return;
      this.#doing = spread > turned ? "pinch" : "wheel";
    }
    this.#pair = pair;
    if (this.#doing === "wheel") this.#turn(before, pair);
    else this.#pinch({ factor: pair.apart / before.apart, from: before, to: pair });
  }

  /** What lies under the fingers goes with them. @param {Point} from @param {Point} to */
  #turn(from, to) {
    const [dx, dy] = [(from.x - to.x) / PX_PER_NOTCH, (from.y - to.y) / PX_PER_NOTCH];
    this.#emit({ kind: "input", message: { type: "input.wheel", dx, dy, ...this.#at(this.#began) } });
  }

  #pairNow() {
    const [one, other] = /** @type {[Point, Point]} */ ([...this.#fingers.values()]);
    return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, apart: Math.max(1, distance(one, other)) };
  }

  // ---- what comes of it

  /** @param {"dragging" | "two" | "done"} doing */
  #begin(doing) {
    clearTimeout(this.#longPress);
    this.#doing = doing;
    if (doing === "two") this.#pair = this.#pairNow();
  }

  /** @param {MouseButton} button @param {Point} at */
  #click(button, at) {
    this.#button(button, true, at);
    this.#button(button, false, at);
  }

  /** @param {MouseButton} button @param {boolean} down @param {Point} at */
  #button(button, down, at) {
    this.#emit({ kind: "input", message: { type: "input.button", button, down, ...this.#at(at) } });
  }

  /** @param {Point} to */
  #move(to) {
    this.#emit({ kind: "move", ...this.#at(to) });
  }

  /** @param {Point} point */
  #at({ x, y }) {
    return toFraction(x, y, this.box());
  }

  /** @param {PointerEvent} event */
  #isFirst({ pointerId }) {
    return this.#fingers.keys().next().value === pointerId;
  }
}

/** @param {PointerEvent} event @returns {Point} */
const pointOf = ({ clientX, clientY }) => ({ x: clientX, y: clientY });

/** @param {Point} one @param {Point} other */
const distance = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);

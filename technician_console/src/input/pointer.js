// Mouse and pen over the remote picture, as fractions of it; fingers are `touch.js`'s. It emits gestures
// and never sends.
import { toFraction } from "./geometry.js";
import { TouchInput } from "./touch.js";
import { notches, together } from "./wheel.js";

/** @typedef {import("../protocol.js").MouseButton} MouseButton */
/** @typedef {import("../channels/input.js").Gesture} Gesture */
/** @typedef {import("./geometry.js").Box} Box */

/** The bits of `MouseEvent.buttons` (W3C UI Events). @type {readonly [number, MouseButton][]} */
const BUTTON_BITS = [
  [1, "left"],
  [2, "right"],
  [4, "middle"],
  [8, "back"],
  [16, "forward"],
];

/**
 * Which buttons went down or up between two values of `MouseEvent.buttons`.
 * @param {number} before
 * @param {number} after
 * @returns {{button: MouseButton, down: boolean}[]}
 */
export function buttonChanges(before, after) {
  return BUTTON_BITS.filter(([bit]) => (before ^ after) & bit).map(([bit, button]) => ({
    button,
    down: (after & bit) !== 0,
  }));
}

export class PointerInput {
  #emit;
  #requestFrame;
  #view;
  #touch;
  /** What the wheel turned since the last frame, and where. @type {{dx: number, dy: number, x: number, y: number} | null} */
  #turned = null;
  #framed = false;
  #buttons = 0;
  /** @type {{x: number, y: number} | null} */
  #pending = null;
  /** @type {HTMLElement | null} */
  #element = null;
  /** @type {() => Box} */
  #box = () => ({ left: 0, top: 0, width: 1, height: 1 });

  /**
   * @param {(gesture: Gesture) => void} emit
   * @param {(callback: () => void) => void} [requestFrame]
   * @param {{pinch: (pinch: import("./touch.js").Pinch) => void, wheel: (event: WheelEvent) => boolean}} [view]
   *   what the view does itself; `wheel` tells whether it took the event
   */
  constructor(emit, requestFrame = (callback) => void requestAnimationFrame(callback), view = NO_VIEW) {
    this.#emit = emit;
    this.#view = view;
    this.#touch = new TouchInput((gesture) => this.#touched(gesture), view.pinch);
    this.#requestFrame = requestFrame;
  }

  /**
   * @param {HTMLElement} element
   * @param {() => Box} box where the picture lies in the viewport now
   */
  attach(element, box) {
    this.detach();
    this.#element = element;
    this.#box = this.#touch.box = box;
    for (const [type, listener] of this.#listeners()) {
      element.addEventListener(type, listener, { passive: false });
    }
  }

  detach() {
    if (!this.#element) return;
    for (const [type, listener] of this.#listeners()) this.#element.removeEventListener(type, listener);
    this.#element = null;
    this.reset();
  }

  /** Forget what is held and what waits: everything was released. */
  reset() {
    this.#buttons = 0;
    this.#pending = this.#turned = null;
    this.#touch.reset();
  }

  /** @returns {[string, (event: any) => void][]} */
  #listeners() {
    return [
      ["pointerdown", this.#down],
      ["pointermove", this.#moved],
      ["pointerup", this.#up],
      ["pointercancel", this.#cancelled],
      ["wheel", this.#wheeled],
      ["contextmenu", suppress],
      ["auxclick", suppress],
      ["dragstart", suppress],
    ];
  }

  /** @param {PointerEvent} event */
  #down = (event) => {
    if (event.pointerType === "mouse" && event.button !== 0) event.preventDefault();
    this.#element?.focus({ preventScroll: true });
    this.#element?.setPointerCapture(event.pointerId);
    if (event.pointerType === "touch") this.#touch.down(event);
    else this.#moved(event);
  };

  /** @param {PointerEvent} event */
  #up = (event) => {
    if (event.pointerType === "touch") this.#touch.up(event);
    else this.#moved(event);
  };

  /**
   * Chorded buttons arrive as moves (W3C Pointer Events, section 5): compare the button bits each time.
   * @param {PointerEvent} event
   */
  #moved = (event) => {
    if (event.pointerType === "touch") return this.#touch.moved(event);
    const at = toFraction(event.clientX, event.clientY, this.#box());
    const changes = buttonChanges(this.#buttons, event.buttons);
    this.#buttons = event.buttons;
    if (changes.length === 0) return this.#queueMove(at);
    this.#pending = null;
    this.#tellTurned();
    for (const change of changes) this.#emit({ kind: "input", message: { type: "input.button", ...change, ...at } });
  };

  #cancelled = () => {
    this.reset();
    this.#emit({ kind: "input", message: { type: "input.release" } });
  };

  /** @param {WheelEvent} event */
  #wheeled = (event) => {
    event.preventDefault();
    if (this.#view.wheel(event)) return;
    this.#turn({ ...notches(event), ...toFraction(event.clientX, event.clientY, this.#box()) });
  };

  /** What fingers do is told with the next frame too, so that nothing comes before what came first. @param {Gesture} gesture */
  #touched(gesture) {
    if (gesture.kind === "move") return this.#queueMove(gesture);
    if (gesture.message.type === "input.wheel") return this.#turn(gesture.message);
    this.#pending = null;
    this.#tellTurned();
    this.#emit(gesture);
  }

  /** @param {{dx: number, dy: number, x: number, y: number}} turned */
  #turn({ dx, dy, x, y }) {
    this.#turned = { ...together(this.#turned ?? { dx: 0, dy: 0 }, { dx, dy }), x, y };
    this.#expectFrame();
  }

  /** At most one move a frame: the newest. @param {{x: number, y: number}} at */
  #queueMove({ x, y }) {
    this.#pending = { x, y };
    this.#expectFrame();
  }

  #expectFrame() {
    if (this.#framed) return;
    this.#framed = true;
    this.#requestFrame(() => {
      this.#framed = false;
      const latest = this.#pending;
      this.#pending = null;
      if (latest) this.#emit({ kind: "move", ...latest });
      this.#tellTurned();
    });
  }

  #tellTurned() {
    const turned = this.#turned;
    this.#turned = null;
    if (turned && (turned.dx !== 0 || turned.dy !== 0)) {
      this.#emit({ kind: "input", message: { type: "input.wheel", ...turned } });
    }
  }
}

const NO_VIEW = { pinch: () => {}, wheel: () => false };

/** @param {Event} event */
const suppress = (event) => event.preventDefault();

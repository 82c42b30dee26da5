// Mouse, pen and touch over the remote picture, as fractions of it. It emits gestures and never sends.
import { toFraction } from "./geometry.js";
import { WheelNotches } from "./wheel.js";

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
  #wheel = new WheelNotches();
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
   */
  constructor(emit, requestFrame = (callback) => void requestAnimationFrame(callback)) {
    this.#emit = emit;
    this.#requestFrame = requestFrame;
  }

  /**
   * @param {HTMLElement} element
   * @param {() => Box} box where the picture lies in the viewport now
   */
  attach(element, box) {
    this.detach();
    this.#element = element;
    this.#box = box;
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
    this.#pending = null;
  }

  /** @returns {[string, (event: any) => void][]} */
  #listeners() {
    return [
      ["pointerdown", this.#down],
      ["pointermove", this.#moved],
      ["pointerup", this.#moved],
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
    this.#moved(event);
  };

  /**
   * Chorded buttons arrive as moves (W3C Pointer Events, section 5): compare the button bits each time.
   * @param {PointerEvent} event
   */
  #moved = (event) => {
    const at = toFraction(event.clientX, event.clientY, this.#box());
    const changes = buttonChanges(this.#buttons, event.buttons);
    this.#buttons = event.buttons;
    if (changes.length === 0) return this.#queueMove(at);
    this.#pending = null;
    for (const change of changes) this.#emit({ kind: "input", message: { type: "input.button", ...change, ...at } });
  };

  #cancelled = () => {
    this.reset();
    this.#emit({ kind: "input", message: { type: "input.release" } });
  };

  /** @param {WheelEvent} event */
  #wheeled = (event) => {
    event.preventDefault();
    const { dx, dy } = this.#wheel.turn(event);
    if (dx === 0 && dy === 0) return;
    const at = toFraction(event.clientX, event.clientY, this.#box());
    this.#emit({ kind: "input", message: { type: "input.wheel", dx, dy, ...at } });
  };

  /** At most one move a frame: the newest. @param {{x: number, y: number}} at */
  #queueMove(at) {
    const waiting = this.#pending !== null;
    this.#pending = at;
    if (waiting) return;
    this.#requestFrame(() => {
      const latest = this.#pending;
      this.#pending = null;
      if (latest) this.#emit({ kind: "move", ...latest });
    });
  }
}

/** @param {Event} event */
const suppress = (event) => event.preventDefault();

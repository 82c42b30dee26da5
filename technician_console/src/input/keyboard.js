// Keys pressed while an element has the focus. It emits messages and never sends them.
import { HeldKeys, isEscapeChord } from "./keys.js";

/** @typedef {import("../protocol.js").InputMessage} InputMessage */

export class KeyboardInput {
  #emit;
  #onEscape;
  #held = new HeldKeys();
  /** @type {HTMLElement | null} */
  #element = null;

  /**
   * @param {(message: InputMessage) => void} emit
   * @param {() => void} onEscape the technician asked for the keyboard back
   */
  constructor(emit, onEscape) {
    this.#emit = emit;
    this.#onEscape = onEscape;
  }

  /** @param {HTMLElement} element */
  attach(element) {
    this.detach();
    this.#element = element;
    element.addEventListener("keydown", this.#down);
    element.addEventListener("keyup", this.#up);
    element.addEventListener("blur", this.release);
    document.addEventListener("visibilitychange", this.#hidden);
    window.addEventListener("pagehide", this.release);
  }

  detach() {
    if (!this.#element) return;
    this.release();
    this.#element.removeEventListener("keydown", this.#down);
    this.#element.removeEventListener("keyup", this.#up);
    this.#element.removeEventListener("blur", this.release);
    document.removeEventListener("visibilitychange", this.#hidden);
    window.removeEventListener("pagehide", this.release);
    this.#element = null;
  }

  /** Let go of everything, buttons included: the other side must not be left with a held key. */
  release = () => {
    this.#held.clear();
    this.#emit({ type: "input.release" });
  };

  /** @param {KeyboardEvent} event */
  #down = (event) => {
    stop(event);
    if (isEscapeChord(event)) {
      this.release();
      this.#onEscape();
      return;
    }
    if (event.isComposing) return;
    for (const message of this.#held.down(event)) this.#emit(message);
  };

  /** @param {KeyboardEvent} event */
  #up = (event) => {
    stop(event);
    for (const message of this.#held.up(event)) this.#emit(message);
    // macOS keeps silent about keys that go up while Command is held.
    if (event.key === "Meta" && this.#held.size > 0) this.release();
  };

  #hidden = () => {
    if (document.hidden) this.release();
  };
}

/** @param {Event} event */
function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

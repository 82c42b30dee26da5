// Which input may leave the console now, and on which data channel. The support client checks it
// all again: this side only spares the technician the surprise.
import { pageClock } from "../page_clock.js";

/** @typedef {import("../protocol.js").InputMessage} InputMessage */
/** @typedef {import("../protocol.js").PointerMove} PointerMove */
/** @typedef {{kind: "move", x: number, y: number} | {kind: "input", message: InputMessage}} Gesture */

/** Files give way for so long after something was sent. */
const WORKS_MS = 1000;

/** Numbers pointer moves and picks the channel of everything that the input modules emit. */
export class InputSender {
  // A later page of the same session must not start below an earlier one, or its moves are stale.
  #sequence = Date.now();
  /** Whether keys or buttons went out since the last release. */
  #holding = false;
  #send;

  #sentAt = -Infinity;

  /** @param {(label: "input" | "pointer", message: InputMessage | PointerMove) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** Whether something was sent just now. */
  get works() {
    return pageClock() - this.#sentAt < WORKS_MS;
  }

  /**
   * @param {Gesture} gesture
   * @param {boolean} allowed whether control is granted, not paused, and the peer is there
   */
  send(gesture, allowed) {
    if (isRelease(gesture) ? !this.#holding : !allowed) return;
    this.#sentAt = pageClock();
    if (gesture.kind === "input") this.#sendInput(gesture.message);
    else this.#send("pointer", { type: "pointer.move", sequence: this.#sequence++, x: gesture.x, y: gesture.y });
  }

  /** @param {InputMessage} message */
  #sendInput(message) {
    this.#holding = message.type !== "input.release";
    this.#send("input", message);
  }
}

/** Letting go is always allowed, and needless when nothing can be held. @param {Gesture} gesture */
const isRelease = (gesture) => gesture.kind === "input" && gesture.message.type === "input.release";

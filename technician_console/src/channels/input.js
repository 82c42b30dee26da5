// Which input may leave the console now, and on which data channel. The support client checks it
// all again: this side only spares the technician the surprise.

/** @typedef {import("../protocol.js").InputMessage} InputMessage */
/** @typedef {import("../protocol.js").PointerMove} PointerMove */
/** @typedef {{kind: "move", x: number, y: number} | {kind: "input", message: InputMessage}} Gesture */

/** Numbers pointer moves and picks the channel of everything that the input modules emit. */
export class InputSender {
  // A later page of the same session must not start below an earlier one, or its moves are stale.
  #sequence = Date.now();
  #send;

  /** @param {(label: "input" | "pointer", message: InputMessage | PointerMove) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /**
   * @param {Gesture} gesture
   * @param {boolean} allowed whether control is granted, not paused, and the peer is there
   */
  send(gesture, allowed) {
    if (!allowed && !isRelease(gesture)) return;
    if (gesture.kind === "input") this.#send("input", gesture.message);
    else this.#send("pointer", { type: "pointer.move", sequence: this.#sequence++, x: gesture.x, y: gesture.y });
  }
}

/** Letting go is always allowed. @param {Gesture} gesture */
const isRelease = (gesture) => gesture.kind === "input" && gesture.message.type === "input.release";

// What the technician shows, on its way out. The support client asks the end user's consent again.

/** @typedef {import("../protocol.js").GuideMessage} GuideMessage */
/** @typedef {import("../protocol.js").GuidePoint} GuidePoint */
/** @typedef {{kind: "point", x: number, y: number} | {kind: "shape", message: GuideMessage}} GuideGesture */

/** Numbers what is pointed at, and picks the channel: the newest point counts, and every shape. */
export class GuideSender {
  // As for pointer moves: a later page of the same session must not start below an earlier one.
  #sequence = Date.now();
  #send;

  /** @param {(label: "guide" | "pointer", message: GuideMessage | GuidePoint) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /**
   * @param {GuideGesture} gesture
   * @param {boolean} allowed whether the screen is shown, not paused, and the peer is there
   */
  send(gesture, allowed) {
    if (!allowed) return;
    if (gesture.kind === "shape") this.#send("guide", gesture.message);
    else this.#send("pointer", { type: "guide.point", sequence: this.#sequence++, x: gesture.x, y: gesture.y });
  }
}

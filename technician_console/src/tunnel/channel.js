// One channel of a tunnel, with what is used of a data channel's interface.

/** @typedef {import("../protocol.js").ChannelLabel} ChannelLabel */
/** @typedef {import("../way.js").Channel} Channel */

/** @implements {Channel} */
export class TunnelChannel {
  #send;
  #waiting;
  #threshold = 0;
  /** Whether more than the threshold waited when it was last looked at. */
  #wasFull = false;
  binaryType = /** @type {const} */ ("arraybuffer");
  /** @type {Channel["readyState"]} */
  readyState = "connecting";
  /** @type {Channel["onopen"]} */
  onopen = null;
  /** @type {Channel["onclose"]} */
  onclose = null;
  /** @type {Channel["onmessage"]} */
  onmessage = null;
  /** @type {Channel["onbufferedamountlow"]} */
  onbufferedamountlow = null;

  /** @param {(message: string | ArrayBuffer) => void} send @param {() => number} waiting bytes of all channels that have not left */
  constructor(send, waiting) {
    this.#send = send;
    this.#waiting = waiting;
  }

  get bufferedAmount() {
    return this.#waiting();
  }

  get bufferedAmountLowThreshold() {
    return this.#threshold;
  }

  set bufferedAmountLowThreshold(bytes) {
    this.#threshold = bytes;
  }

  /** @param {any} message text, or an ArrayBuffer */
  send(message) {
    if (this.readyState !== "open") throw new DOMException("The tunnel is not open.", "InvalidStateError");
    this.#send(message);
  }

  open() {
    this.readyState = "open";
    this.onopen?.call(/** @type {any} */ (this), new Event("open"));
  }

  /** @param {string | ArrayBuffer} data */
  hear(data) {
    this.onmessage?.call(/** @type {any} */ (this), new MessageEvent("message", { data }));
  }

  /** Tell that there is room again, once what waits has fallen to the threshold. */
  look() {
    const full = this.#waiting() > this.#threshold;
    if (this.#wasFull && !full) this.onbufferedamountlow?.call(/** @type {any} */ (this), new Event("bufferedamountlow"));
    this.#wasFull = full;
  }

  close() {
    this.readyState = "closed";
  }
}

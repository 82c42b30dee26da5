// The roads that the chunks of files take. The data channel is one; it never holds back so much that
// anything else on the connection would wait long behind it. A relay is another.
import { CHUNK_BYTES, RELAY_CHUNK_BYTES } from "../protocol.js";

/**
 * @typedef {object} Road
 * @property {number} chunkBytes the most bytes of a file in one message
 * @property {number} room bytes that it takes now
 * @property {(message: ArrayBuffer) => boolean | Promise<boolean>} send false: it takes nothing any more
 * @property {(() => void) | null} onroom called when there is room again
 */

const MAX_BUFFERED_BYTES = 256 * 1024;
const MAX_RELAY_BUFFERED_BYTES = 4 * 1024 * 1024;

/** @typedef {Pick<RTCDataChannel, "readyState" | "bufferedAmount" | "bufferedAmountLowThreshold" | "onbufferedamountlow" | "send">} Channel */

/** @implements {Road} */
export class ChannelRoad {
  #channel;
  chunkBytes = CHUNK_BYTES;
  /** @type {(() => void) | null} */
  onroom = null;

  /** @param {Channel} channel */
  constructor(channel) {
    this.#channel = channel;
    channel.bufferedAmountLowThreshold = MAX_BUFFERED_BYTES / 2;
    channel.onbufferedamountlow = () => this.onroom?.();
  }

  get room() {
    return MAX_BUFFERED_BYTES - this.#channel.bufferedAmount;
  }

  /** @param {ArrayBuffer} message */
  send(message) {
    if (this.#channel.readyState !== "open") return false;
    this.#channel.send(message);
    return true;
  }
}

/** A websocket does not say when it has room again; acknowledgements come then. @implements {Road} */
export class RelayRoad {
  #relay;
  chunkBytes = RELAY_CHUNK_BYTES;
  /** @type {(() => void) | null} */
  onroom = null;

  /** @param {import("../relay/pipe.js").RelayLike} relay */
  constructor(relay) {
    this.#relay = relay;
  }

  get room() {
    return MAX_RELAY_BUFFERED_BYTES - this.#relay.waiting;
  }

  /** @param {ArrayBuffer} message */
  send(message) {
    return this.#relay.send(message);
  }
}

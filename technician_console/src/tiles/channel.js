// The tiles' data channel, read in a worker where the browser can hand it over (worker.js says why), and
// in the page elsewhere.
import { TunnelChannel } from "../tunnel/channel.js";

/** @typedef {import("../way.js").Channel} Channel */
/** @typedef {{type: "channel", channel: Channel, name: string} | {type: "send", text: string}} ToWorker */

export class TileChannel {
  #worker;
  #hear;
  /** The channel, where it stays in the page. @type {Channel | null} */
  #channel = null;
  /** Nobody else can guess its name. */
  #name = `tiles ${crypto.randomUUID()}`;
  #relayed = new BroadcastChannel(this.#name);

  /** @param {Worker} worker one of its own, running worker.js @param {(message: ArrayBuffer) => void} hear */
  constructor(worker, hear) {
    this.#worker = worker;
    this.#hear = hear;
    this.#relayed.onmessage = ({ data }) => this.#heard(data);
  }

  /** Take over a channel that was made just now and that nobody has used. @param {Channel} channel */
  listen(channel) {
    if (channel instanceof TunnelChannel) return this.#keep(channel);
    try {
      this.#tell({ type: "channel", channel, name: this.#name }, [/** @type {any} */ (channel)]);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // DataCloneError: this browser cannot
      this.#keep(channel);
    }
  }

  /** @param {object} message */
  send(message) {
    const text = JSON.stringify(message);
    if (!this.#channel) this.#tell({ type: "send", text });
    else if (this.#channel.readyState === "open") this.#channel.send(text);
  }

  close() {
    this.#relayed.close();
    this.#worker.terminate();
  }

  /** @param {Channel} channel */
  #keep(channel) {
    this.#channel = channel;
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }) => this.#heard(data);
  }

  /** @param {unknown} data */
  #heard(data) {
    if (data instanceof ArrayBuffer) this.#hear(data);
  }

  /** @param {ToWorker} message @param {Transferable[]} [moved] */
  #tell(message, moved = []) {
    this.#worker.postMessage(message, moved);
  }
}

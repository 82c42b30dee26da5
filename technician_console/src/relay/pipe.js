// One relay as the console has it: a websocket to the broker, with sealed frames in it. It knows nothing of
// files: whole messages go in and come out, in their order. WebCrypto works off the page by itself.
import { MAX_RELAY_FRAME_BYTES } from "../protocol.js";
import { Seal } from "./seal.js";

/**
 * @typedef {object} RelayOptions
 * @property {string} url of the broker's relays, without an id
 * @property {string} ticket
 * @property {string} secret
 * @property {string} relayId
 * @property {(message: ArrayBuffer) => void} onMessage each whole message
 * @property {(damaged: boolean) => void} onClosed once, when it is over, unless it was closed from here; whether something came that the other side had not sealed
 * @property {(url: string) => WebSocket} [connect]
 */
/** @typedef {Pick<Relay, "send" | "close" | "waiting">} RelayLike */

/** From the ticket to both sides being there. */
const OPEN_TIMEOUT_MS = 10_000;

/** Opens a relay, once the other side is there, too; rejects when there is none. @param {RelayOptions} options */
export async function openRelay(options) {
  const { secret, relayId } = options;
  const ours = await Seal.of(secret, relayId, "console");
  const theirs = await Seal.of(secret, relayId, "client");
  const connect = options.connect ?? ((url) => new WebSocket(url));
  const socket = connect(`${options.url}/${relayId}`);
  socket.binaryType = "arraybuffer";
  try {
    await entered(socket, options.ticket);
  } catch (error) {
    socket.close();
    throw error;
  }
  return new Relay(socket, ours, theirs, options);
}

class Relay {
  #socket;
  #ours;
  #theirs;
  #options;
  #closed = false;
  /** Frames are handed on in the order they came in, however long each takes. */
  #heard = Promise.resolve();
  /** @type {Promise<boolean>} */
  #sent = Promise.resolve(true);

  /** @param {WebSocket} socket @param {Seal} ours @param {Seal} theirs @param {RelayOptions} options */
  constructor(socket, ours, theirs, options) {
    this.#socket = socket;
    this.#ours = ours;
    this.#theirs = theirs;
    this.#options = options;
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = () => void (this.#heard = this.#heard.then(() => this.#over(false)));
  }

  /** Bytes that were sent and have not left this computer. */
  get waiting() {
    return this.#socket.bufferedAmount;
  }

  /** Seal a message and send it; false when the relay is over. @param {ArrayBuffer} message @returns {Promise<boolean>} */
  send(message) {
    if (this.#closed) return Promise.resolve(false);
    const sealed = this.#ours.close(message);
    this.#sent = this.#sent.then(async () => {
      const frame = await sealed;
      if (this.#closed || this.#socket.readyState !== 1) return false;
      this.#socket.send(frame);
      return true;
    });
    return this.#sent;
  }

  /** Let go of it: nothing more comes, and `onClosed` is not called. */
  close() {
    this.#closed = true;
    this.#socket.close();
  }

  /** @param {unknown} data */
  #hear(data) {
    if (this.#closed) return;
    const frame = data instanceof ArrayBuffer && data.byteLength <= MAX_RELAY_FRAME_BYTES ? data : new ArrayBuffer(0);
    const opened = this.#theirs.open(frame);
    opened.catch(() => {}); // told below, in its turn
    this.#heard = this.#heard.then(async () => {
      try {
        const message = await opened;
        if (!this.#closed) this.#options.onMessage(message);
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        this.#over(true); // not what the other side sealed next
      }
    });
  }

  /** @param {boolean} damaged */
  #over(damaged) {
    if (this.#closed) return;
    this.close();
    this.#options.onClosed(damaged);
  }
}

/** Come in, and wait for the other side. @param {WebSocket} socket @param {string} ticket @returns {Promise<void>} */
function entered(socket, ticket) {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error("the other side did not come to the relay")), OPEN_TIMEOUT_MS);
    socket.onopen = () => socket.send(JSON.stringify({ type: "relay.enter", ticket }));
    socket.onclose = () => {
      clearTimeout(timer);
      failed(new Error("the broker closed the relay"));
    };
    socket.onmessage = ({ data }) => {
      clearTimeout(timer);
      if (isOpen(data)) done();
      else failed(new Error("the broker refused the relay"));
    };
  });
}

/** @param {unknown} data */
function isOpen(data) {
  try {
    return JSON.parse(String(data)).type === "relay.open";
  } catch {
    return false;
  }
}

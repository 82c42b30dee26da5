// The way of last resort: all channels over one relay of the broker, sealed for the support client, which sees
// nothing but ciphertext. There is no video: the picture comes in tiles alone.
import { CONNECT_TIMEOUT_S, TUNNEL_CHANNELS } from "../protocol.js";
import { TunnelChannel } from "./channel.js";
import { pack, unpack } from "./messages.js";
import { newNonce, tunnelSecret } from "./secret.js";

/** @typedef {import("../protocol.js").ChannelLabel} ChannelLabel */
/** @typedef {import("../protocol.js").PeerFailure} PeerFailure */
/** @typedef {import("../way.js").Way} Way */
/** @typedef {import("../way.js").WayEvents} WayEvents */
/**
 * @typedef {object} TunnelParts
 * @property {() => Promise<BufferSource | null>} shared the 32 bytes that the support client has, too; null: there are none yet
 * @property {(options: Omit<import("../relay/pipe.js").RelayOptions, "url">) => Promise<import("../relay/pipe.js").RelayLike>} openRelay
 */

/** No more than this waits to be sent: a broker that takes nothing is no way. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** How often it is looked whether there is room again, which a websocket does not tell. */
const LOOK_MS = 20;
/** Rates are told over this time. */
const SECOND_MS = 1000;

/** @implements {Way} */
export class TunnelWay {
  #peerId;
  #parts;
  #nonce = newNonce();
  /** @type {WayEvents | null} null once it is closed */
  #events = null;
  #answered = false;
  #greeted = false;
  /** @type {import("../relay/pipe.js").RelayLike | null} */
  #relay = null;
  /** @type {Map<ChannelLabel, TunnelChannel>} */
  #channels = new Map();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looking;
  #bytes = 0;
  #measuredAt = 0;
  timeoutS = CONNECT_TIMEOUT_S;

  /** @param {string} peerId a UUID @param {TunnelParts} parts */
  constructor(peerId, parts) {
    this.#peerId = peerId;
    this.#parts = parts;
  }

  /** @param {WayEvents} events */
  async start(events) {
    this.#events = events;
    for (const name of TUNNEL_CHANNELS) {
      const label = /** @type {ChannelLabel} */ (name);
      const channel = new TunnelChannel((message) => this.#send(label, message), () => this.#relay?.waiting ?? 0);
      this.#channels.set(label, channel);
      events.channel(label, channel);
    }
    events.signal({ type: "peer.tunnel", peer_id: this.#peerId, kind: "offer", nonce: this.#nonce });
  }

  /** Come to the relay. @param {import("../way.js").Answer} answer */
  async accept(answer) {
    if (answer.type !== "peer.tunnel" || !this.#events || this.#answered) return;
    this.#answered = true;
    try {
      await this.#open(answer.nonce, answer.ticket ?? "");
    } catch {
      this.#events?.broke("connect_timeout");
    }
  }

  /** @param {string} theirNonce @param {string} ticket */
  async #open(theirNonce, ticket) {
    const shared = await this.#parts.shared();
    if (shared === null) throw new Error("nothing was agreed on with the support client");
    const secret = await tunnelSecret(shared, this.#peerId, this.#nonce, theirNonce);
    const relay = await this.#parts.openRelay({
      ticket,
      secret,
      relayId: this.#peerId,
      onMessage: (message) => this.#hear(message),
      onClosed: (damaged) => this.#events?.broke(damaged ? "tunnel_damaged" : "connect_timeout"),
    });
    if (!this.#events) return relay.close();
    this.#relay = relay;
    void relay.send(new ArrayBuffer(0)); // hello
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  async addCandidate() {}

  /** A tile is a frame here: what is shown is counted where it is drawn. */
  async quality() {
    const now = performance.now();
    const seconds = (now - this.#measuredAt) / SECOND_MS;
    const known = this.#measuredAt > 0;
    const line = {
      codec: null,
      path: /** @type {const} */ ("broker"),
      framesPerSecond: null,
      loss: null,
      kilobitsPerSecond: known ? (this.#bytes * 8) / 1000 / seconds : null,
    };
    this.#measuredAt = now;
    this.#bytes = 0;
    return line;
  }

  /** @param {PeerFailure} reason */
  explain(reason) {
    return reason;
  }

  close() {
    this.#events = null;
    clearInterval(this.#looking);
    for (const channel of this.#channels.values()) channel.close();
    this.#relay?.close();
  }

  /** @param {ChannelLabel} label @param {string | ArrayBuffer} message */
  #send(label, message) {
    if (!this.#relay || this.#relay.waiting > MAX_WAITING_BYTES) return this.#events?.broke("connect_timeout");
    void this.#relay.send(pack(label, message));
  }

  /** @param {ArrayBuffer} packed what was sealed in the next frame */
  #hear(packed) {
    this.#bytes += packed.byteLength;
    if (!this.#greeted) return this.#greet(packed);
    const told = unpack(packed);
    if (!told) return this.#events?.broke("tunnel_damaged");
    this.#channels.get(told.label)?.hear(told.data);
  }

  /** All channels are open from here on. @param {ArrayBuffer} hello */
  #greet(hello) {
    if (hello.byteLength > 0) return this.#events?.broke("tunnel_damaged");
    this.#greeted = true;
    for (const channel of this.#channels.values()) channel.open();
  }

  #look() {
    for (const channel of this.#channels.values()) channel.look();
  }
}

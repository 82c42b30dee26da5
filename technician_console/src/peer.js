// One peer connection to the support client, from offer to close, whichever way it goes. It reports what happens
// and never decides what to do next; a closed peer is never used again.
import { MAX_CHANNEL_MESSAGE_BYTES } from "./protocol.js";
import { Heartbeat } from "./channels/control.js";
import { ChannelRoad } from "./files/road.js";
import { messageIn } from "./shape.js";

/** @typedef {import("./protocol.js").ChannelLabel} ChannelLabel */
/** @typedef {import("./protocol.js").PeerFailure} PeerFailure */
/** @typedef {import("./way.js").Channel} Channel */
/**
 * @typedef {object} PeerEvents
 * @property {(message: import("./protocol.js").ConsoleToBroker) => void} signal to relay to the other side
 * @property {() => void} connected
 * @property {() => void} quiet it stands, but was not heard for a while
 * @property {() => void} lost it stood, and is gone
 * @property {(reason: PeerFailure) => void} failed it never stood
 * @property {(stream: MediaStream) => void} stream
 * @property {(label: ChannelLabel) => void} opened
 * @property {(label: ChannelLabel, message: any) => void} message
 * @property {(message: ArrayBuffer) => void} chunk of a file
 * @property {(label: ChannelLabel) => void} closed a channel that the session goes on without
 * @property {(channel: Channel) => void} tiles the channel of the exact pieces, for whoever draws them; it is theirs
 * @property {(line: import("./line_meter.js").LineQuality & { roundTripMs: number | null }) => void} quality measured once a second
 */

/** Pointer moves are dropped while more than this many bytes wait to be sent. */
const POINTER_BACKLOG_BYTES = 4096;

/** What the session goes on without. @type {Set<ChannelLabel>} */
const DISPENSABLE = new Set(["shown", "guide", "clipboard", "files"]);

export class Peer {
  #events;
  #way;
  #heartbeat;
  #standing = false;
  #closed = false;
  /** @type {Map<ChannelLabel, Channel>} */
  #channels = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #connectTimer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #statsTimer;
  /** The road of files, once it is open. @type {ChannelRoad | null} */
  road = null;

  /**
   * @param {string} peerId
   * @param {import("./way.js").Way} way
   * @param {PeerEvents} events
   */
  constructor(peerId, way, events) {
    this.peerId = peerId;
    this.#events = events;
    this.#way = way;
    this.#heartbeat = new Heartbeat(
      (message) => this.send("control", message),
      () => this.#events.quiet(),
      () => this.#gone(),
    );
  }

  /** Offer. */
  async start() {
    this.#connectTimer = setTimeout(() => this.#fail("connect_timeout"), this.#way.timeoutS * 1000);
    await this.#way.start({
      signal: this.#events.signal,
      channel: (label, channel) => this.#take(label, channel),
      stream: this.#events.stream,
      broke: (reason) => this.#broke(reason),
    });
  }

  /** @param {import("./way.js").Answer} answer */
  async accept(answer) {
    await this.#way.accept(answer);
  }

  /** @param {import("./protocol.js").PeerCandidate} message */
  async addCandidate(message) {
    await this.#way.addCandidate(message);
  }

  /**
   * @param {ChannelLabel} label
   * @param {object} message
   * @returns {boolean} whether it was handed to the channel
   */
  send(label, message) {
    const channel = this.#channels.get(label);
    if (channel?.readyState !== "open") return false;
    if (label === "pointer" && channel.bufferedAmount > POINTER_BACKLOG_BYTES) return false;
    channel.send(JSON.stringify(message));
    return true;
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#connectTimer);
    clearInterval(this.#statsTimer);
    this.#heartbeat.stop();
    this.#way.close();
  }

  /** @param {ChannelLabel} label @param {Channel} channel */
  #take(label, channel) {
    // Without tiles there is still the video; without any other channel there is no peer.
    if (label === "tiles") return this.#events.tiles(channel);
    this.#channels.set(label, channel);
    channel.binaryType = "arraybuffer";
    channel.onopen = () => {
      if (label === "files") this.road = new ChannelRoad(channel);
      this.#events.opened(label);
      if (label === "control") this.#stand();
    };
    // Without news of what is shown, a guide, a clipboard or files there is still the picture; else there is no peer.
    channel.onclose = () => (DISPENSABLE.has(label) ? this.#without(label) : this.#gone());
    channel.onmessage = ({ data }) => this.#hear(label, data);
  }

  /** @param {ChannelLabel} label */
  #without(label) {
    if (!this.#closed) this.#events.closed(label);
  }

  /** The connection stands once the control channel is open: only then can both sides speak. */
  #stand() {
    if (this.#closed || this.#standing) return;
    this.#standing = true;
    clearTimeout(this.#connectTimer);
    this.#heartbeat.start();
    this.#statsTimer = setInterval(() => void this.#measure(), 1000);
    this.#events.connected();
  }

  /** What was altered on its way is told even of a peer that stood. @param {PeerFailure} reason */
  #broke(reason) {
    if (this.#standing && reason !== "tunnel_damaged") this.#gone();
    else this.#fail(reason);
  }

  #gone() {
    if (this.#closed) return;
    if (!this.#standing) return this.#fail("ice_failed");
    this.close();
    this.#events.lost();
  }

  /** @param {PeerFailure} reason */
  #fail(reason) {
    if (this.#closed) return;
    this.close();
    this.#events.failed(this.#way.explain(reason));
  }

  /** @param {ChannelLabel} label @param {unknown} data */
  #hear(label, data) {
    if (this.#closed) return;
    if (data instanceof ArrayBuffer && data.byteLength <= MAX_CHANNEL_MESSAGE_BYTES && label === "files") return this.#events.chunk(data);
    if (typeof data !== "string" || data.length > MAX_CHANNEL_MESSAGE_BYTES) return;
    const message = messageIn(label, data);
    if (!message) return;
    if (label === "control") this.#heartbeat.hear(message);
    this.#events.message(label, message);
  }

  /**
   * How long ago something happened at the client.
   * @param {number} thenMs by the client's clock, modulo 2^32
   * @param {number} nowMs by this page's
   */
  ageMs(thenMs, nowMs) {
    return this.#heartbeat.clock.ageMs(thenMs, nowMs);
  }

  /** How the two sides reach each other. @returns {Promise<import("./protocol.js").Way | null>} */
  async way() {
    return (await this.#way.quality()).path;
  }

  async #measure() {
    if (document.hidden) return;
    const line = await this.#way.quality();
    if (this.#closed) return;
    this.#events.quality({ ...line, roundTripMs: this.#heartbeat.roundTripMs });
  }
}

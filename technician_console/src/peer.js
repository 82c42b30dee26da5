// The only user of RTCPeerConnection: one peer connection to the support client, from offer to close.
// It reports what happens and never decides what to do next; a closed peer is never used again.
import { CONNECT_TIMEOUT_S, MAX_CHANNEL_MESSAGE_BYTES } from "./protocol.js";
import { Heartbeat } from "./channels/control.js";
import { ChannelRoad } from "./files/road.js";
import { LineMeter } from "./line_meter.js";
import { messageIn } from "./shape.js";

/** @typedef {import("./protocol.js").ChannelLabel} ChannelLabel */
/** @typedef {import("./protocol.js").PeerFailure} PeerFailure */
/**
 * @typedef {object} PeerEvents
 * @property {(message: import("./protocol.js").ConsoleToBroker) => void} signal to relay to the other side
 * @property {() => void} connected
 * @property {() => void} lost it stood, and is gone
 * @property {(reason: PeerFailure) => void} failed it never stood
 * @property {(stream: MediaStream) => void} stream
 * @property {(label: ChannelLabel) => void} opened
 * @property {(label: ChannelLabel, message: any) => void} message
 * @property {(message: ArrayBuffer) => void} chunk of a file
 * @property {(label: ChannelLabel) => void} closed a channel that the session goes on without
 * @property {(channel: RTCDataChannel) => void} tiles the channel of the exact pieces, for whoever draws them; it is theirs
 * @property {(line: import("./line_meter.js").LineQuality & { roundTripMs: number | null }) => void} quality measured once a second
 */

/** Pointer moves are dropped while more than this many bytes wait to be sent. */
const POINTER_BACKLOG_BYTES = 4096;

/** @type {Record<ChannelLabel, RTCDataChannelInit>} */
const CHANNELS = {
  control: { ordered: true },
  input: { ordered: true },
  pointer: { ordered: false, maxRetransmits: 0 },
  guide: { ordered: true },
  chat: { ordered: true },
  clipboard: { ordered: true },
  files: { ordered: true },
  tiles: { ordered: true },
  shown: { ordered: false, maxRetransmits: 0 },
};

/** What the session goes on without. @type {Set<ChannelLabel>} */
const DISPENSABLE = new Set(["shown", "guide", "clipboard", "files"]);

export class Peer {
  #events;
  #connection;
  #heartbeat;
  #standing = false;
  #closed = false;
  #described = false;
  #relayRefused = false;
  /** @type {RTCIceCandidateInit[]} */
  #early = [];
  /** @type {Map<ChannelLabel, RTCDataChannel>} */
  #channels = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #connectTimer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #statsTimer;
  #meter = new LineMeter();
  /** The road of files, once it is open. @type {ChannelRoad | null} */
  road = null;

  /**
   * @param {string} peerId
   * @param {import("./protocol.js").IceServer[]} iceServers
   * @param {PeerEvents} events
   */
  constructor(peerId, iceServers, events) {
    this.peerId = peerId;
    this.#events = events;
    this.#connection = new RTCPeerConnection({ iceServers: iceServers.map(toRtcServer) });
    this.#heartbeat = new Heartbeat((message) => this.send("control", message), () => this.#gone());
  }

  /** Offer: the picture to receive and the data channels. */
  async start() {
    this.#connectTimer = setTimeout(() => this.#fail("connect_timeout"), CONNECT_TIMEOUT_S * 1000);
    const connection = this.#connection;
    connection.onicecandidate = ({ candidate }) => this.#signalCandidate(candidate);
    connection.onicecandidateerror = ({ errorCode }) => this.#serverFailed(errorCode);
    connection.onconnectionstatechange = () => this.#stateChanged();
    connection.ontrack = ({ track, streams }) => this.#events.stream(streams[0] ?? new MediaStream([track]));
    const { receiver } = connection.addTransceiver("video", { direction: "recvonly" });
    // The freshest picture, not the smoothest: no waiting in the jitter buffer.
    receiver.jitterBufferTarget = 0;
    for (const [label, init] of Object.entries(CHANNELS)) {
      this.#openChannel(/** @type {ChannelLabel} */ (label), init);
    }
    try {
      await connection.setLocalDescription();
    } catch {
      return this.#fail("negotiation_failed");
    }
    const sdp = connection.localDescription?.sdp;
    if (!this.#closed && sdp) {
      this.#events.signal({ type: "peer.description", peer_id: this.peerId, kind: "offer", sdp });
    }
  }

  /** @param {string} sdp */
  async accept(sdp) {
    if (this.#closed || this.#described) return;
    try {
      await this.#connection.setRemoteDescription({ type: "answer", sdp });
    } catch {
      return this.#fail("negotiation_failed");
    }
    this.#described = true;
    for (const candidate of this.#early.splice(0)) await this.#add(candidate);
  }

  /** @param {import("./protocol.js").PeerCandidate} message */
  async addCandidate(message) {
    const candidate = {
      candidate: message.candidate,
      sdpMid: message.sdp_mid ?? null,
      sdpMLineIndex: message.sdp_m_line_index ?? (message.sdp_mid ? null : 0),
    };
    if (this.#described) await this.#add(candidate);
    else this.#early.push(candidate);
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
    this.#connection.close();
  }

  /** @param {ChannelLabel} label @param {RTCDataChannelInit} init */
  #openChannel(label, init) {
    const channel = this.#connection.createDataChannel(label, init);
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

  #stateChanged() {
    if (this.#connection.connectionState !== "failed") return;
    if (this.#standing) this.#gone();
    else this.#fail("ice_failed");
  }

  #gone() {
    if (this.#closed) return;
    if (!this.#standing) return this.#fail("ice_failed");
    this.close();
    this.#events.lost();
  }

  /** @param {number} code of STUN (RFC 8656, section 19), or 701 for a server that does not answer */
  #serverFailed(code) {
    if (code < 700) this.#relayRefused = true;
  }

  /** @param {PeerFailure} reason */
  #fail(reason) {
    if (this.#closed) return;
    this.close();
    this.#events.failed(this.#relayRefused && reason !== "negotiation_failed" ? "relay_refused" : reason);
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

  /** @param {RTCIceCandidate | null} candidate null ends them */
  #signalCandidate(candidate) {
    if (this.#closed) return;
    this.#events.signal({
      type: "peer.candidate",
      peer_id: this.peerId,
      candidate: candidate?.candidate ?? "",
      sdp_mid: candidate?.sdpMid ?? null,
      sdp_m_line_index: candidate?.sdpMLineIndex ?? null,
    });
  }

  /** @param {RTCIceCandidateInit} candidate */
  async #add(candidate) {
    try {
      await this.#connection.addIceCandidate(candidate);
    } catch {
      // One candidate of no use does not matter while another may work; the connect timer judges.
    }
  }

  /**
   * How long ago something happened at the client.
   * @param {number} thenMs by the client's clock, modulo 2^32
   * @param {number} nowMs by this page's
   */
  ageMs(thenMs, nowMs) {
    return this.#heartbeat.clock.ageMs(thenMs, nowMs);
  }

  async #measure() {
    if (document.hidden) return;
    const stats = await this.#connection.getStats();
    if (this.#closed) return;
    this.#events.quality({ ...this.#meter.read(stats), roundTripMs: this.#heartbeat.roundTripMs });
  }
}

/** @param {import("./protocol.js").IceServer} server @returns {RTCIceServer} */
const toRtcServer = ({ urls, username, credential }) => ({
  urls,
  ...(username ? { username } : {}),
  ...(credential ? { credential } : {}),
});

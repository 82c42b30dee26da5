// The user of RTCPeerConnection: straight to the support client, or through a TURN server.
import { CONNECT_TIMEOUT_S } from "./protocol.js";
import { LineMeter } from "./line_meter.js";

/** @typedef {import("./protocol.js").ChannelLabel} ChannelLabel */
/** @typedef {import("./protocol.js").PeerFailure} PeerFailure */
/** @typedef {import("./way.js").Way} Way */
/** @typedef {import("./way.js").WayEvents} WayEvents */

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

/** What browsers take by default too (RFC 8827, section 6.5). */
const CERTIFICATE = { name: "ECDSA", namedCurve: "P-256" };

/** A certificate for DTLS, for every peer connection of a session. */
export const makeCertificate = () => RTCPeerConnection.generateCertificate(CERTIFICATE);

/** @implements {Way} */
export class RtcWay {
  #peerId;
  #connection;
  /** @type {WayEvents | null} null once it is closed */
  #events = null;
  #described = false;
  #relayRefused = false;
  /** @type {RTCIceCandidateInit[]} */
  #early = [];
  #meter = new LineMeter();
  timeoutS;

  /**
   * @param {string} peerId
   * @param {import("./protocol.js").IceServer[]} iceServers
   * @param {RTCCertificate} [certificate] the session's
   * @param {number} [timeoutS]
   */
  constructor(peerId, iceServers, certificate, timeoutS = CONNECT_TIMEOUT_S) {
    this.timeoutS = timeoutS;
    this.#peerId = peerId;
    const certificates = certificate ? { certificates: [certificate] } : {};
    this.#connection = new RTCPeerConnection({ iceServers: iceServers.map(toRtcServer), ...certificates });
  }

  /** Offer: the picture to receive and the data channels. @param {WayEvents} events */
  async start(events) {
    this.#events = events;
    const connection = this.#connection;
    connection.onicecandidate = ({ candidate }) => this.#signalCandidate(candidate);
    connection.onicecandidateerror = ({ errorCode }) => this.#serverFailed(errorCode);
    connection.onconnectionstatechange = () => void (connection.connectionState === "failed" && this.#fail("ice_failed"));
    connection.ontrack = ({ track, streams }) => events.stream(streams[0] ?? new MediaStream([track]));
    const { receiver } = connection.addTransceiver("video", { direction: "recvonly" });
    // The freshest picture, not the smoothest: no waiting in the jitter buffer.
    receiver.jitterBufferTarget = 0;
    for (const [label, init] of Object.entries(CHANNELS)) {
      events.channel(/** @type {ChannelLabel} */ (label), connection.createDataChannel(label, init));
    }
    try {
      await connection.setLocalDescription();
    } catch {
      return this.#fail("negotiation_failed");
    }
    const sdp = connection.localDescription?.sdp;
    if (sdp) this.#events?.signal({ type: "peer.description", peer_id: this.#peerId, kind: "offer", sdp });
  }

  /** @param {import("./way.js").Answer} answer */
  async accept(answer) {
    if (answer.type !== "peer.description" || !this.#events || this.#described) return;
    try {
      await this.#connection.setRemoteDescription({ type: "answer", sdp: answer.sdp });
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

  async quality() {
    return this.#meter.read(await this.#connection.getStats());
  }

  close() {
    this.#events = null;
    this.#connection.close();
  }

  /** A TURN server that refuses explains why there is no way. @param {PeerFailure} reason */
  explain(reason) {
    return this.#relayRefused && reason !== "negotiation_failed" ? "relay_refused" : reason;
  }

  /** @param {PeerFailure} reason */
  #fail(reason) {
    this.#events?.broke(reason);
  }

  /** @param {number} code of STUN (RFC 8656, section 19), or 701 for a server that does not answer */
  #serverFailed(code) {
    if (code < 700) this.#relayRefused = true;
  }

  /** @param {RTCIceCandidate | null} candidate null ends them */
  #signalCandidate(candidate) {
    this.#events?.signal({
      type: "peer.candidate",
      peer_id: this.#peerId,
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
}

/** @param {import("./protocol.js").IceServer} server @returns {RTCIceServer} */
export const toRtcServer = ({ urls, username, credential }) => ({
  urls,
  ...(username ? { username } : {}),
  ...(credential ? { credential } : {}),
});

// What the browser's statistics say of a peer connection (W3C webrtc-stats). Pure; it remembers the
// last reading, since most counters only ever grow.
import { ChannelLabel } from "./protocol.js";

/**
 * @typedef {object} LineQuality what the connection itself tells; null where it does not yet
 * @property {string | null} codec as in `H264`
 * @property {number | null} framesPerSecond video frames decoded
 * @property {number | null} kilobitsPerSecond of video and tiles
 * @property {number | null} loss of the packets of video since the last reading, as a fraction
 * @property {import("./protocol.js").Way | null} path
 */
/** @typedef {{ at: number, frames: number, bytes: number, packets: number, lost: number }} Reading milliseconds, and totals since the beginning */

export class LineMeter {
  /** @type {Reading | null} */
  #before = null;

  /**
   * @param {{ values(): Iterable<any>, get(id: string): any }} stats an RTCStatsReport
   * @returns {LineQuality}
   */
  read(stats) {
    const reports = [...stats.values()];
    const video = reports.find((report) => report.type === "inbound-rtp" && report.kind === "video");
    const tiles = reports.find((report) => report.type === "data-channel" && report.label === ChannelLabel.TILES);
    return {
      codec: stats.get(video?.codecId)?.mimeType?.replace("video/", "") ?? null,
      path: pathOf(stats, reports),
      ...this.#rates(video, tiles),
    };
  }

  /** @param {any} video @param {any} tiles */
  #rates(video, tiles) {
    const before = this.#before;
    this.#before = video ? readingOf(video, tiles) : null;
    const now = this.#before;
    if (!before || !now || now.at <= before.at) return { framesPerSecond: null, kilobitsPerSecond: null, loss: null };
    const milliseconds = now.at - before.at;
    const lost = Math.max(0, now.lost - before.lost);
    const packets = now.packets - before.packets + lost;
    return {
      loss: packets > 0 ? lost / packets : null,
      framesPerSecond: ((now.frames - before.frames) * 1000) / milliseconds,
      kilobitsPerSecond: ((now.bytes - before.bytes) * 8) / milliseconds,
    };
  }
}

/** @param {any} video @param {any} tiles @returns {Reading} */
const readingOf = (video, tiles) => ({
  at: video.timestamp,
  frames: video.framesDecoded ?? 0,
  packets: video.packetsReceived ?? 0,
  lost: video.packetsLost ?? 0,
  bytes: (video.bytesReceived ?? 0) + (video.headerBytesReceived ?? 0) + (tiles?.bytesReceived ?? 0),
});

/**
 * Whether media goes straight to the other side or through a TURN relay. One that the other side brought is
 * spoken to by UDP.
 * @param {{ get(id: string): any }} stats
 * @param {any[]} reports
 * @returns {import("./protocol.js").Way | null}
 */
function pathOf(stats, reports) {
  const transport = reports.find((report) => report.type === "transport" && report.selectedCandidatePairId);
  const pair = transport
    ? stats.get(transport.selectedCandidatePairId)
    : reports.find((report) => report.type === "candidate-pair" && report.nominated);
  if (!pair) return null;
  const [ours, theirs] = [stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)];
  if (ours?.candidateType === "relay") return RELAYS[/** @type {keyof typeof RELAYS} */ (ours.relayProtocol)] ?? "turn_udp";
  return theirs?.candidateType === "relay" ? "turn_udp" : "direct";
}

/** By `relayProtocol`, as the browser speaks to our TURN server. */
const RELAYS = /** @type {const} */ ({ udp: "turn_udp", tcp: "turn_tcp", tls: "turn_tls" });

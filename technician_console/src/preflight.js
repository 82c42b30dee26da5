// Tries which ways out of this network work, as WebRTC would use them: for each STUN and TURN server a
// peer connection of its own gathers candidates and is closed. All at once, and never longer than TRY_MS.
import { toRtcServer } from "./rtc_way.js";

/** @typedef {import("./protocol.js").IceServer} IceServer */
/** @typedef {import("./protocol.js").Way} Way */
/** @typedef {import("./protocol.js").WayOutcome} WayOutcome */
/** @typedef {import("./trials.js").Trial} Trial */
/** @typedef {{ way: Way, server: IceServer & { urls: [string] } }} Target */
/** @typedef {{ outcome: WayOutcome, code?: number }} Result */

/** What is left of ten seconds is for telling it. */
export const TRY_MS = 8000;
/** More servers of one kind are not asked, as in the support client. */
const MAX_SERVERS = 6;
/** An error of ICE itself, of whatever kind; others are what a server said (W3C WebRTC, section 4.8.1.3). */
const NOT_REACHED = 701;

/**
 * @param {readonly IceServer[]} servers
 * @param {(configuration: RTCConfiguration) => RTCPeerConnection} [makeConnection]
 * @returns {Promise<Trial[]>} in the broker's order; empty when there is no server to ask
 */
export async function tryWays(servers, makeConnection = (configuration) => new RTCPeerConnection(configuration)) {
  return Promise.all(targetsOf(servers).map((target) => tryOne(target, makeConnection)));
}

/** A TURN server serves as a STUN server where there is no other. @param {readonly IceServer[]} servers @returns {Target[]} */
export function targetsOf(servers) {
  const single = servers.flatMap((server) => server.urls.map((url) => ({ ...server, urls: /** @type {[string]} */ ([url]) })));
  const relays = single.flatMap((server) => wayTo(server.urls[0]).map((way) => ({ way, server }))).slice(0, MAX_SERVERS);
  const stun = single.map(({ urls: [url] }) => url).filter((url) => url.startsWith("stun:"));
  const standIns = relays.filter(({ way }) => way === "turn_udp").map(({ server: { urls: [url] } }) => asStun(url));
  const asked = (stun.length > 0 ? stun : standIns).slice(0, MAX_SERVERS);
  return [...asked.map((url) => ({ way: /** @type {Way} */ ("direct"), server: { urls: /** @type {[string]} */ ([url]) } })), ...relays];
}

/** @param {string} url @returns {Way[]} */
function wayTo(url) {
  if (url.startsWith("turns:")) return url.endsWith("transport=udp") ? [] : ["turn_tls"];
  if (!url.startsWith("turn:")) return [];
  return [url.endsWith("transport=tcp") ? "turn_tcp" : "turn_udp"];
}

/** @param {string} url of a TURN server */
const asStun = (url) => url.replace("turn:", "stun:").replace(/\?.*/, "");

/** @param {Target} target @param {(configuration: RTCConfiguration) => RTCPeerConnection} makeConnection @returns {Promise<Trial>} */
async function tryOne({ way, server }, makeConnection) {
  const began = performance.now();
  const { outcome, code = null } = await gather(way, server, makeConnection);
  const answered = outcome === "works" || outcome === "refused";
  const milliseconds = answered ? Math.round(performance.now() - began) : null;
  return { way, url: server.urls[0], outcome, milliseconds, code };
}

/**
 * @param {Way} way @param {IceServer} server
 * @param {(configuration: RTCConfiguration) => RTCPeerConnection} makeConnection
 * @returns {Promise<Result>}
 */
async function gather(way, server, makeConnection) {
  const wanted = way === "direct" ? "srflx" : "relay";
  let connection;
  try {
    connection = makeConnection({ iceServers: [toRtcServer(server)], iceTransportPolicy: way === "direct" ? "all" : "relay" });
  } catch {
    return { outcome: "unreachable" };
  }
  try {
    return await told(connection, wanted);
  } finally {
    connection.close();
  }
}

/** @param {RTCPeerConnection} connection @param {"srflx" | "relay"} wanted @returns {Promise<Result>} */
function told(connection, wanted) {
  return new Promise((resolve) => {
    /** @type {Result | null} */
    let failure = null;
    const timer = setTimeout(() => resolve(failure ?? { outcome: "silent" }), TRY_MS);
    /** @param {Result} result */
    const settle = (result) => {
      clearTimeout(timer);
      resolve(result);
    };
    connection.onicecandidateerror = ({ errorCode }) => {
      if (errorCode !== NOT_REACHED) failure = { outcome: "refused", code: errorCode };
      else failure ??= { outcome: "unreachable" };
    };
    connection.onicecandidate = ({ candidate }) => {
      if (candidate?.type === wanted) settle({ outcome: "works" });
      else if (candidate === null) settle(failure ?? afterAll(connection, wanted));
    };
    connection.createDataChannel("preflight");
    connection.setLocalDescription().catch(() => settle({ outcome: "unreachable" }));
  });
}

/**
 * What it means that there is no candidate of that kind and no error. Where there is no NAT, what a STUN
 * server sees is the computer's own address, which is no candidate more; browsers that tell no errors leave
 * that open.
 * @param {RTCPeerConnection} connection @param {"srflx" | "relay"} wanted @returns {Result}
 */
const afterAll = (connection, wanted) =>
  ({ outcome: wanted === "srflx" && "onicecandidateerror" in connection ? "works" : "silent" });

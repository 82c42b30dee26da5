// The ways by which the support client is reached: types only. A way makes the channels and tells what becomes of
// it; what is said on them, and when the peer stands or is lost, is peer.js's business.

/** @typedef {import("./protocol.js").ChannelLabel} ChannelLabel */
/** @typedef {import("./protocol.js").PeerDescription | import("./protocol.js").PeerTunnel} Answer */
/**
 * @typedef {object} WayEvents
 * @property {(message: import("./protocol.js").ConsoleToBroker) => void} signal to relay to the other side
 * @property {(label: ChannelLabel, channel: Channel) => void} channel one was made, and will open
 * @property {(stream: MediaStream) => void} stream the video
 * @property {(reason: import("./protocol.js").PeerFailure) => void} broke there is no such way, or none any more
 */
/**
 * What is used of a data channel.
 * @typedef {Pick<RTCDataChannel, "readyState" | "bufferedAmount" | "bufferedAmountLowThreshold" | "onbufferedamountlow" | "binaryType" | "send" | "onopen" | "onclose" | "onmessage">} Channel
 */
/**
 * @typedef {object} Way
 * @property {number} timeoutS it has failed when the peer does not stand after so long
 * @property {(events: WayEvents) => Promise<void>} start make the channels and the offer
 * @property {(answer: Answer) => Promise<void>} accept
 * @property {(message: import("./protocol.js").PeerCandidate) => Promise<void>} addCandidate
 * @property {() => Promise<import("./line_meter.js").LineQuality>} quality
 * @property {(reason: import("./protocol.js").PeerFailure) => import("./protocol.js").PeerFailure} explain tell better why it failed
 * @property {() => void} close
 */

export {};

// What a live session is made of: types only, for main.js and the tests that put one together.

/** @typedef {import("./peer.js").Peer} Peer */
/** @typedef {import("./signaling.js").Signaling} Signaling */
/** @typedef {import("./tiles/overlay.js").TileOverlay} TileOverlay */
/** @typedef {import("./cursor/overlay.js").CursorOverlay} CursorOverlay */
/** @typedef {import("./tiles/delay.js").PictureDelay} PictureDelay */
/**
 * @typedef {object} LiveSessionParts
 * @property {string} sessionId
 * @property {(options: Omit<import("./signaling.js").SignalingOptions, "url">) => Signaling} makeSignaling
 * @property {(id: string, servers: import("./protocol.js").IceServer[], events: import("./peer.js").PeerEvents, as: import("./way_choice.js").OfferedAs) => Peer} makePeer
 * @property {boolean} canSeal whether this page can encrypt
 * @property {(shown: (shown: import("./tiles/shown.js").Shown) => void, delay: PictureDelay) => TileOverlay} makeTiles
 * @property {Pick<import("./way_watch.js").WayWatch, "begin" | "follow">} ways
 * @property {() => CursorOverlay} makeCursor
 * @property {(around: import("./technician_trust.js").TrustAround) => import("./technician_trust.js").TechnicianTrust} makeTrust
 * @property {(given: AbortSignal) => Promise<string>} prepare
 * @property {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
 * @property {Pick<import("./picture_choice.js").PictureChoice, "recall" | "remember">} choice
 * @property {Pick<import("./monitor_choice.js").MonitorChoice, "recall" | "remember">} monitors
 * @property {import("./technician_clipboard.js").System} systemClipboard
 * @property {import("./technician_files.js").FileParts} files
 * @property {Pick<import("./typing_choice.js").TypingChoice, "recall" | "remember">} typing
 * @property {() => number} [clock] milliseconds of a clock that never goes back
 * @property {() => void} onChange
 */

export {};

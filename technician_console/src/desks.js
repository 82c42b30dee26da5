// The desks of a live session: chat, clipboards, files, rights, the look at the screen and the string on both
// screens, each joined to the roads it uses.
import { pageClock } from "./page_clock.js";
import { TechnicianChat } from "./technician_chat.js";
import { TechnicianClipboard } from "./technician_clipboard.js";
import { TechnicianFiles } from "./technician_files.js";
import { TechnicianLook } from "./technician_look.js";
import { TechnicianRights } from "./technician_rights.js";

/**
 * @typedef {object} Roads
 * @property {() => import("./session.js").LiveState} state
 * @property {(label: import("./protocol.js").ChannelLabel, message: object) => boolean} direct over the peer connection, if it stands
 * @property {(message: import("./protocol.js").ConsoleToBroker) => boolean} relayed through the broker, if its line stands
 * @property {() => import("./channels/chat.js").Road} chatRoad
 * @property {(input: import("./session.js").SessionInput) => void} dispatch
 * @property {() => boolean} hands whether the technician works at the remote desktop right now
 * @property {() => void} agreed an offer that waited for the string can be made
 * @property {() => void} drop the peer connection there is must go
 */

/**
 * @param {import("./live_parts.js").LiveSessionParts} parts
 * @param {Roads} roads
 */
export function makeDesks(parts, { state, direct, relayed, chatRoad, dispatch, hands, agreed, drop }) {
  const now = parts.clock ?? pageClock;
  return {
    chat: new TechnicianChat({
      sessionId: parts.sessionId,
      storage: parts.storage,
      state,
      road: chatRoad,
      send: (road, message) => void (road === "direct" ? direct("chat", message) : relayed(message)),
      dispatch,
      now,
    }),
    clipboard: new TechnicianClipboard({
      system: parts.systemClipboard,
      state,
      send: (message) => void direct("clipboard", message),
      show: (change) => dispatch({ type: "clipboard.changed", change }),
    }),
    files: new TechnicianFiles({
      sessionId: parts.sessionId,
      parts: parts.files,
      storage: parts.storage,
      state,
      send: (message) => direct("files", message),
      want: relayed,
      show: (change) => dispatch({ type: "files.changed", change }),
      hands,
      now,
    }),
    rights: new TechnicianRights({ state, send: (message) => direct("control", message), dispatch, now }),
    look: new TechnicianLook({ parts, state, send: (message) => void direct("control", message), dispatch }),
    trust: parts.makeTrust({
      sessionId: parts.sessionId,
      state,
      send: relayed,
      show: (change) => dispatch({ type: "trust.changed", change }),
      ready: agreed,
      drop,
    }),
  };
}

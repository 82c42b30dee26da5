// What a session's page says of how things stand, as keys of words. Pure.
import { standing } from "./company.js";
import { isPaused } from "./session.js";

/** @typedef {import("./session.js").LiveState} LiveState */

/**
 * The state of the end user's side, as the key of the words that say it.
 * @param {LiveState} state
 */
export function statusKey(state) {
  if (state.fault === "replaced") return "elsewhere";
  const where = standing(state);
  if (where !== "in" && where !== "over") return where === "asking" ? "at_the_door" : "outside";
  switch (state.session?.state) {
    case undefined:
      return "loading";
    case "waiting":
      return "waiting";
    case "joined":
      return state.session?.client_present ? "joined" : "joined_away";
    case "ended":
      return "ended";
    default:
      return peerStatusKey(state);
  }
}

/** @param {LiveState} state */
function peerStatusKey(state) {
  const { phase, everConnected } = state.peer;
  if (phase === "connected") return isPaused(state) ? "paused" : "connected";
  if (phase === "failed" || phase === "unrecovered") return phase;
  const resumed = everConnected || (!state.session?.client_present && state.session?.connected_at);
  return resumed ? "reconnecting" : "connecting";
}

/**
 * Why the connection did not come back, as the key of the words that say what to do.
 * @param {LiveState} state
 */
export function unrecoveredKey({ link, session }) {
  if (link !== "open") return "unrecovered_offline";
  return session?.client_present ? "unrecovered" : "unrecovered_away";
}

/** The ends after which nobody should go on as if nothing had been. */
const DISTRUSTED = new Set(["screens_differ", "connection_altered"]);

/**
 * The key of the words that say whose connection is not to be trusted, and what to do; empty: nobody's.
 * @param {LiveState} state
 */
export function doubtKey({ session, whose, accountId }) {
  const reason = session?.end_reason ?? "";
  if (!DISTRUSTED.has(reason)) return "";
  if (!whose) return "trust.after";
  return whose.account_id === accountId ? "trust.after_own" : `trust.after_other.${reason}`;
}
